"""Single checks, of what cannot be arranged for the whole command: programs, locales, long names, full disks, bugs."""

import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from materials_cli.doctor import disk, machine
from materials_cli.doctor.diagnosis import Check, Verdict, ok, problem, run_check
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, verbatim
from materials_cli.store.mirror import Store


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_a_bug_in_a_check_is_reported_without_secrets() -> None:
    def broken() -> None:
        raise ValueError("https://x/?key=SECRET")

    found = run_check(Check("x", broken), None)
    assert found is not None
    assert (found.verdict, found.code) == (Verdict.PROBLEM, "bug")
    assert "ValueError" in str(found.what)
    assert "SECRET" not in str(found.what)


def test_what_is_repaired_is_checked_again() -> None:
    state = ["broken"]
    check = Check(
        "x",
        lambda: ok(verbatim("fine")) if not state else problem(verbatim("bad"), verbatim("mend it")),
        lambda: verbatim(f"took out {state.pop()}"),
    )
    assert run_check(check, None) == problem(verbatim("bad"), verbatim("mend it"))
    found = run_check(check, nullcontext())
    assert found is not None
    assert (found.verdict, str(found.what), found.repaired) == (Verdict.OK, "took out broken", True)
    assert run_check(check, nullcontext()) == ok(verbatim("fine"))


def test_what_cannot_be_repaired_keeps_its_fix() -> None:
    def refuse() -> Message:
        raise MaterialsError(Code.DISK_REFUSED, verbatim("No."))

    found = run_check(Check("x", lambda: problem(verbatim("bad"), verbatim("Mend it.")), refuse), nullcontext())
    assert found
    assert (found.verdict, str(found.what), str(found.fix)) == (
        Verdict.PROBLEM,
        "bad",
        "It could not be fixed now: No. Mend it.",
    )


@pytest.mark.parametrize(
    ("environment", "verdict", "shown"),
    [
        ({"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "koi8-r"}, "warning", "koi8-r"),
        ({"LC_ALL": "C.UTF-8"}, "ok", "UTF-8"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="locales are named so on Linux")
def test_terminals_on_which_files_cannot_be_named(environment: dict[str, str], verdict: str, shown: str) -> None:
    script = "from materials_cli.doctor.machine import python; d = python(); print(d.verdict, ascii(d.what), d.fix)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.startswith(verdict)
    assert shown in done.stdout
    assert ("LC_ALL=C.UTF-8" in done.stdout) is (verdict != "ok")


@pytest.mark.skipif(sys.platform != "linux", reason="fontconfig is asked on Linux")
def test_fonts_are_checked_for_the_languages_of_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "fc-list", "echo ':lang=en|ru|zh-cn'; echo ':lang=hy'")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("DISPLAY", ":0")
    found = machine.fonts(["en", "ru", "ko", "ka"])
    assert found is not None
    assert found.verdict is Verdict.WARNING
    assert "Georgian, Korean" in str(found.what)
    assert str(found.fix).endswith("fonts-noto-cjk fonts-noto-core")
    found = machine.fonts(["en", "zh", "hy"])
    assert found
    assert (found.verdict, str(found.what)) == (
        Verdict.OK,
        "fonts found for all languages in the archive (Armenian, Chinese, English)",
    )
    assert machine.fonts([]) is None
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    found = machine.fonts(["ko"])
    assert found is not None
    assert found.verdict is Verdict.OK
    program(tmp_path / "bin", "fc-list", "exit 1")
    assert machine.fonts(["ko"]) is None


@pytest.mark.skipif(os.name == "nt", reason="shell scripts stand for programs")
def test_an_office_that_does_not_start_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert machine.libreoffice().verdict is Verdict.OK
    program(tmp_path / "bin", "soffice", "exit 1")
    assert machine.libreoffice().verdict is Verdict.WARNING
    program(tmp_path / "bin", "soffice", "echo LibreOffice 9.1 abc")
    assert str(machine.libreoffice().what) == "LibreOffice 9.1"


def test_sqlite_has_full_text_search() -> None:
    assert machine.sqlite().verdict is Verdict.OK


def test_names_that_are_too_long(tmp_path: Path) -> None:
    assert disk.name_lengths(tmp_path, ["c/정부.pdf"]).verdict is Verdict.OK
    assert disk.name_lengths(tmp_path, ["c/" + "정" * 100]).verdict is Verdict.PROBLEM
    assert disk.name_lengths(tmp_path, ["/".join(["x" * 200] * 30)]).verdict is Verdict.PROBLEM


def test_space_for_what_a_sync_would_fetch(tmp_path: Path) -> None:
    assert disk.space(tmp_path, None).verdict is Verdict.OK
    found = disk.space(tmp_path, 10**18)
    assert found.verdict is Verdict.PROBLEM
    assert "1,000,000,000 GB" in str(found.what)
    assert "exclude" in str(found.fix)


def test_this_disk_keeps_names_as_they_are(tmp_path: Path) -> None:
    found = disk.name_handling(Store(tmp_path))
    assert found is not None
    assert found.verdict is Verdict.OK
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="/proc is a disk that takes no files")
def test_a_disk_that_cannot_be_written_is_a_problem() -> None:
    found = run_check(Check("Disk", lambda: disk.writable(Store(Path("/proc")))), None)
    assert found is not None
    assert found.code == "disk_refused"
    assert "(/proc)" in str(found.what)

"""What a child that reads files has: no key of ours, no network, and little of everything else."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.environment import for_programs, for_reading
from materials_cli.extract.pool import Pool
from materials_cli.redaction import keep_secret

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="what a process has is read from Linux's /proc")
OURS = {
    "GOOGLE_API_KEY": "AIza" + "SECRET-SECRET-SECRET",
    "MATERIALS_SMTP_PASSWORD": "smtp-SECRET",
    "https_proxy": "http://me:proxy-SECRET@proxy:3128",
    "GOOGLE_APPLICATION_CREDENTIALS": "/home/me/SECRET.json",
}


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder in /proc of a child that has read a file."""
    for name, value in OURS.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "a.txt").write_text("words")
    with Pool(1, seconds=20) as pool:
        assert pool.extract(tmp_path / "a.txt", "a.txt").sections
        (made,) = pool.processes
        yield Path("/proc", str(made))


@LINUX
def test_a_child_has_none_of_our_secrets(child: Path) -> None:
    assert b"PATH=" in (child / "environ").read_bytes()
    assert b"SECRET" not in (child / "environ").read_bytes()


@LINUX
def test_a_child_is_limited_in_everything(child: Path) -> None:
    limits = {line[:26].strip(): line[26:].split()[0] for line in (child / "limits").read_text().splitlines()[1:]}
    assert limits["Max processes"] == "0"
    assert limits["Max core file size"] == "0"
    assert int(limits["Max cpu time"]) <= 30
    assert int(limits["Max address space"]) < 2 * 1024**3
    assert int(limits["Max file size"]) <= 64 * 1024**2
    assert int(limits["Max open files"]) <= 64


@LINUX
def test_a_child_has_no_network(child: Path) -> None:
    program = "from materials_cli.extract.limits import leave_the_network; raise SystemExit(leave_the_network())"
    if not subprocess.run([sys.executable, "-c", program], check=False).returncode:
        pytest.skip("this machine allows no namespaces")
    assert (child / "ns" / "net").readlink() != Path("/proc/self/ns/net").readlink()
    interfaces = (child / "net" / "dev").read_text().splitlines()[2:]
    assert [line.partition(":")[0].strip() for line in interfaces] == ["lo"]


@LINUX
def test_a_child_that_computes_without_end_is_ended_by_the_system() -> None:
    program = "from materials_cli.extract.limits import limit\nlimit(2**31, 0, 1)\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", program], check=False, timeout=300)
    assert done.returncode < 0


def test_a_program_of_the_user_has_its_own_variables_but_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_secret("proxy-SECRET")
    theirs = {"PATH": "/bin", "DISPLAY": ":0", "TELEGRAM_CHAT": "7"}
    assert for_programs(theirs | OURS | {"COPY": "x proxy-SECRET"}) == theirs
    assert for_reading(theirs | OURS) == {"PATH": "/bin"}

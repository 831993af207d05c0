"""What libraries warn of never reaches the terminal; `doctor` reports it."""

import os
import subprocess
import sys
import warnings
from datetime import date
from pathlib import Path

import pytest

from materials_cli import libraries
from materials_cli.doctor import machine
from materials_cli.doctor.diagnosis import Verdict

# Python runs it before the program; at the end, it warns in every way that a library has.
_NOISY = """
import atexit, logging, warnings

def warn():
    for category in (FutureWarning, DeprecationWarning, UserWarning, ResourceWarning):
        warnings.warn("this Python is too old", category)
    logging.getLogger("a.library").error("this Python is too old")
    logging.warning("this Python is too old")

atexit.register(warn)
"""


def printed(tmp_path: Path, **more: str) -> str:
    (tmp_path / "sitecustomize.py").write_text(_NOISY)
    environ = {**os.environ, "PYTHONPATH": str(tmp_path), **more}
    words = [sys.executable, "-m", "materials_cli", "version"]
    done = subprocess.run(words, env=environ, capture_output=True, text=True, check=True)
    return done.stdout.partition("\n")[2] + done.stderr


def test_nothing_that_a_library_warns_of_is_printed(tmp_path: Path) -> None:
    assert printed(tmp_path) == ""


def test_who_asks_for_warnings_sees_them(tmp_path: Path) -> None:
    assert "this Python is too old" in printed(tmp_path, PYTHONWARNINGS="default")


def test_doctor_reports_what_libraries_warn_their_users_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "warnoptions", [])
    monkeypatch.setattr(libraries, "_warned", [])
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        before = warnings.showwarning
        libraries.keep_quiet()
        warnings.warn("ends\nin 2027", FutureWarning, stacklevel=1)
        warnings.warn("for developers", DeprecationWarning, stacklevel=1)
        warnings.showwarning = before
    found = machine.libraries()
    assert found
    assert (found.verdict, str(found.what)) == (Verdict.WARNING, "A library warns: ends in 2027")


def test_doctor_says_in_time_that_python_grows_too_old() -> None:
    assert machine.python_support(11, date(2026, 12, 31)) is None
    soon, late = machine.python_support(11, date(2027, 3, 1)), machine.python_support(11, date(2027, 11, 1))
    assert soon
    assert late
    assert "only until 2027-10" in str(soon.what)
    assert "no security updates since 2027-10" in str(late.what)
    assert {soon.verdict, late.verdict} == {Verdict.WARNING}

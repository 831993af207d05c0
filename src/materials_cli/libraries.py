"""Keeps off the terminal what libraries warn of, at one place: an unattended run would mail it every night.

Whoever asks Python for warnings (-W, PYTHONWARNINGS) sees them; `materials doctor` reports those that are meant for users.
"""

import logging
import sys
import warnings
from typing import Any

_warned: list[str] = []


def keep_quiet() -> None:
    """Show no warning and no log message of a library from now on; remember the warnings that are meant for users."""
    logging.getLogger().addHandler(logging.NullHandler())  # without any handler, logging prints to stderr
    if not sys.warnoptions:
        warnings.showwarning = _remember


def user_warnings() -> list[str]:
    """What libraries have warned of so far in this process, such as a Python version that they will not support."""
    return list(_warned)


def _remember(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    text = " ".join(str(message).split())
    if issubclass(category, FutureWarning) and text not in _warned:
        _warned.append(text)

"""Firefox where this machine has one, driven over its own protocol (Marionette): no library and no driver is needed.

A message is a length, a colon and JSON: a command is [0, number, name, parameters], an answer [1, number, error, result]
(https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html).
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

FIREFOX = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
_PATIENCE = 300.0  # a busy machine is no bug
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # of the W3C's WebDriver
_PREFERENCES = {
    "marionette.port": 0, "intl.accept_languages": "ru-RU, ru", "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False, "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False, "app.update.enabled": False, "browser.startup.page": 0,
}  # fmt: skip


class Firefox:
    """One window."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
        self._file = self._socket.makefile("rb")
        self._number = 0

    def begin(self) -> None:
        """Begin, once Firefox has greeted."""
        self._read()
        self.ask("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"pageLoadStrategy": "normal"}}})

    def close(self) -> None:
        """End the connection."""
        self._file.close()
        self._socket.close()

    def ask(self, command: str, parameters: dict[str, Any] | None = None) -> Any:
        """The result of a command."""
        self._number += 1
        message = json.dumps([0, self._number, command, parameters or {}]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self._read()
        assert error is None, error
        return result["value"] if isinstance(result, dict) and "value" in result else result

    def open(self, address: str) -> None:
        """Go to a page."""
        self.ask("WebDriver:Navigate", {"url": address})

    def run(self, script: str) -> Any:
        """What a script returns, which sees the page as it is, behind its policy."""
        return self.ask("WebDriver:ExecuteScript", {"script": script, "args": []})

    def type(self, selector: str, text: str) -> None:
        """Replace what stands in a field."""
        element = self.ask("WebDriver:FindElement", {"using": "css selector", "value": selector})[_ELEMENT]
        self.ask("WebDriver:ElementClear", {"id": element})
        self.ask("WebDriver:ElementSendKeys", {"id": element, "text": text})

    def until(self, script: str) -> Any:
        """The first true value that a script returns."""
        end = time.monotonic() + _PATIENCE
        while not (value := self.run(script)):
            assert time.monotonic() < end, script
            time.sleep(0.05)
        return value

    def _read(self) -> Any:
        size = b""
        while (char := self._file.read(1)) != b":":
            assert char, "Firefox ended"
            size += char
        return json.loads(self._file.read(int(size)))


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """A window of a Firefox that has a profile of its own and asks for pages in Russian."""
    if FIREFOX is None:
        pytest.skip("there is no firefox on this machine")
    profile = tmp_path_factory.mktemp("profile")
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _PREFERENCES.items())
    (profile / "user.js").write_text("".join(lines), "utf-8")
    environment = {**os.environ, "HOME": str(profile), "MOZ_HEADLESS": "1"}
    words = [FIREFOX, "--headless", "--no-remote", "--marionette", "--profile", str(profile)]
    with subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        window = None
        try:
            window = Firefox(_port(profile / "MarionetteActivePort", running))
            window.begin()
            yield window
        finally:
            if window:
                with suppress(OSError, AssertionError):
                    window.ask("Marionette:Quit", {"flags": ["eForceQuit"]})
                window.close()
            running.kill()


def _port(file: Path, running: subprocess.Popen[bytes]) -> int:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and running.poll() is None:
        with suppress(OSError, ValueError):
            return int(file.read_text())
        time.sleep(0.1)
    pytest.skip("this firefox cannot be driven")

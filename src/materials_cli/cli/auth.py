"""Commands about who we are to Google. Secrets are typed at a hidden prompt, never on the command line."""

import os
import sys
from typing import TYPE_CHECKING

import typer

from materials_cli.cli.render import say
from materials_cli.errors import MaterialsError

if TYPE_CHECKING:
    from materials_cli.drive.credentials import Credential

app = typer.Typer(help="Say who you are to Google Drive.", no_args_is_help=True, rich_markup_mode=None)

_PROBE = "1OXZ7ZNkuHyEMW2Vmyyt-CPQoyNb0J9Ez"


@app.command(name="set-key")
def set_key() -> None:
    """Store an API key, after trying it out.

    The key is asked for at a hidden prompt; a script can pipe it in.

    Example: materials auth set-key
    """
    key = (typer.prompt("API key", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()).strip()
    if not key or not key.isprintable() or " " in key:
        raise MaterialsError(
            "bad_key", "That is no API key: it is empty or holds spaces.", fix="Copy the whole key, and nothing else."
        )
    from materials_cli.drive.credentials import Credential, find_credential, store_key  # noqa: PLC0415 - Google's client is slow

    credential = find_credential({**os.environ, "GOOGLE_API_KEY": key})
    if credential.emulator:
        say("DRIVE_EMULATOR_HOST is set: real keys are never sent there, so this one is stored untried.")
    else:
        _try_out(Credential(credential.origin, "the new API key", key))
    path = store_key(key)
    say(f"Stored in {path}, readable by you alone.")


@app.command(name="status")
def status() -> None:
    """Say which way into Google Drive is set up.

    Example: materials auth status
    """
    from materials_cli.drive.credentials import find_credential  # noqa: PLC0415 - see set_key()

    say("In use:", find_credential(os.environ).said)


@app.command(name="logout")
def logout() -> None:
    """Forget the stored API key.

    Example: materials auth logout
    """
    from materials_cli.drive.credentials import forget_key  # noqa: PLC0415 - see set_key()

    say("The stored API key is deleted." if forget_key() else "No API key was stored.")


def _try_out(credential: "Credential") -> None:
    """Ask Drive one cheap question; only a refusal of the key itself counts."""
    from materials_cli.drive.client import DriveClient  # noqa: PLC0415 - see set_key()
    from materials_cli.drive.wire import Wire  # noqa: PLC0415

    with Wire(credential) as wire:
        try:
            DriveClient(wire).describe(_PROBE)
        except MaterialsError as error:
            if error.code not in {"file_gone", "download_forbidden"}:
                raise
    say("Google accepts the key.")

"""`materials auth`: who we are to Google. Secrets are typed at a hidden prompt, never on the command line."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from materials_cli.cli.output import say, say_whole
from materials_cli.cli.typer_ext import SpokenCommand, SpokenGroup
from materials_cli.errors import MaterialsError
from materials_cli.messages import msg, tr, verbatim

if TYPE_CHECKING:
    from materials_cli.drive.credentials import Credential

app = typer.Typer(
    cls=SpokenGroup, help="Say who you are to Google Drive.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)


@app.command(name="set-key", cls=SpokenCommand)
def set_key() -> None:
    """Store an API key, after trying it out.

    The key is asked for at a hidden prompt; a script can pipe it in.

    Example: materials auth set-key
    """
    key = (typer.prompt(tr("API key"), hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()).strip()
    if not key or not key.isprintable() or " " in key:
        raise MaterialsError(
            "bad_key",
            msg("That is no API key: it is empty or holds spaces."),
            why=msg("It was not sent to Google, nor stored."),
            fix=msg("Copy the whole key, and nothing else. Google's keys are one word that begins with AIza."),
        )
    from materials_cli.drive.credentials import Credential, find_credential, store_key  # noqa: PLC0415 - Google's client is slow

    credential = find_credential({**os.environ, "GOOGLE_API_KEY": key})
    if credential.emulator:
        say(tr("DRIVE_EMULATOR_HOST is set: real keys are never sent there, so this one is stored untried."))
    else:
        _try_out(Credential(credential.origin, msg("the new API key"), key))
    path = store_key(key)
    say(tr("Stored in {path}, readable by you alone.", path=path))


@app.command(name="login", cls=SpokenCommand)
def login(
    client: Annotated[
        Path | None,
        typer.Option("--client", metavar="FILE", help="Your own OAuth client, of type “Desktop app”.", show_default=False),
    ] = None,
    *,
    gcloud: Annotated[
        bool, typer.Option("--gcloud", help="Be whom gcloud, or this server on Google Cloud, is signed in as.")
    ] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the link; paste where it led.")] = False,
) -> None:
    """Sign in as yourself, for folders that are shared with you alone.

    Only reading is asked for.

    Example: materials auth login --client client_secret.json
    """
    if gcloud == (client is not None):
        raise MaterialsError(
            "bad_usage",
            msg("Give either --client FILE or --gcloud."),
            fix=verbatim("materials auth login --client client_secret.json"),
        )
    if client is None:
        from materials_cli.drive.login import use_machine  # noqa: PLC0415 - see set_key()

        say(tr("Noted in {path}.", path=use_machine()))
        _check(required=True)
        return
    from materials_cli.drive.login import sign_in  # noqa: PLC0415 - see set_key()

    def ask() -> str:
        say(tr("Then paste the address that your browser shows in the end, even if its page cannot be opened:"))
        return str(typer.prompt(tr("Address"), err=True)) if sys.stdin.isatty() else sys.stdin.readline()

    def show(address: str) -> None:
        say(tr("Open this link in any browser and allow reading:"))
        say_whole(address)

    if not no_browser and client.expanduser().is_file():
        say(tr("Your browser opens. Allow reading there. (On a machine without a browser: --no-browser)"))
    path = sign_in(client.expanduser(), show=show, ask=ask if no_browser else None)
    say(tr("Signed in. Kept in {path}, readable by you alone.", path=path))


@app.command(name="status", cls=SpokenCommand)
def status(
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask Google whether it works.")] = False,
) -> None:
    """Say which way into Google Drive is set up.

    Also whether it works, and when it ends.

    Example: materials auth status
    """
    _check(required=not offline)


def _check(*, required: bool) -> None:
    """Tell which way in is used, and what it is good for. required: ask Google; raise what it says against it."""
    from materials_cli.drive.connect import connect  # noqa: PLC0415 - see set_key()
    from materials_cli.drive.credentials import find_credential  # noqa: PLC0415 - see set_key()
    from materials_cli.drive.login import stored_end, stored_warning  # noqa: PLC0415 - see set_key()

    credential = find_credential(os.environ)
    say(tr("In use: {credential}", credential=tr(credential.said)))
    if credential.emulator:
        return
    if credential.bearer:
        if required:
            with connect(credential) as source:
                say(tr("Google knows it as: {account}", account=source.account()))
        say(tr("It reaches what is shared with that account, and what is shared by link."))
        say(tr(stored_end()))
    else:
        if required and credential.api_key:
            _try_out(credential)
        say(tr("It reaches what is shared by link, and nothing else. It does not end by itself."))
    if warning := stored_warning(datetime.now(UTC)):
        say(tr(warning), style="yellow")


@app.command(name="logout", cls=SpokenCommand)
def logout() -> None:
    """Forget the stored API key and the sign-in.

    Google is told to end it.

    Example: materials auth logout
    """
    from materials_cli.drive.credentials import GOOGLE, Credential, forget_key  # noqa: PLC0415 - see set_key()
    from materials_cli.drive.login import forget_login  # noqa: PLC0415 - see set_key()
    from materials_cli.drive.refusals import RefusalError  # noqa: PLC0415 - see set_key()
    from materials_cli.drive.wire import Wire  # noqa: PLC0415 - see set_key()

    say(tr("The stored API key is deleted.") if forget_key() else tr("No API key was stored."))
    with Wire(Credential(GOOGLE, msg("signing out"))) as wire:
        try:
            if forget_login(wire):
                say(tr("The sign-in is deleted and ended."))
        except RefusalError as refused:
            say(
                tr(
                    "The sign-in is deleted here, but Google could not be told to end it: {reason}",
                    reason=tr(refused.error.what),
                )
            )
            say(tr("End it yourself at https://myaccount.google.com/permissions"))


def _try_out(credential: "Credential") -> None:
    """Ask Drive one cheap question; only a refusal of the key itself counts."""
    from materials_cli.drive.connect import connect  # noqa: PLC0415 - see set_key()

    with connect(credential) as source:
        source.account()
    say(tr("Google accepts the key."))

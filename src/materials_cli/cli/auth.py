"""`materials auth`: manage credentials for Google Drive. Secrets are entered at a hidden prompt, never on the command line."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from materials_cli.cli.context import JsonOption, named_file
from materials_cli.cli.output import print_json, say, say_whole
from materials_cli.cli.progress import Display
from materials_cli.cli.typer_ext import SpokenCommand, SpokenGroup
from materials_cli.dates import rfc3339
from materials_cli.drive.connect import connect
from materials_cli.drive.credentials import GOOGLE, Credential, find_credential, forget_key, store_key
from materials_cli.drive.login import forget_login, sign_in, stored_end, stored_expiry, stored_warning, use_machine
from materials_cli.drive.refusals import RefusalError
from materials_cli.drive.source import TRIES_WHILE_WATCHED, Source
from materials_cli.drive.wire import Wire
from materials_cli.equipment import follow_waits
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg, tr, verbatim

app = typer.Typer(
    cls=SpokenGroup,
    help="Manage credentials for Google Drive.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)


@app.command(name="set-key", cls=SpokenCommand)
def set_key() -> None:
    """Test an API key and store it.

    The key is read from a hidden prompt, or from standard input.

    Example: materials auth set-key
    """
    key = (typer.prompt(tr("API key"), hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()).strip()
    if not key or not key.isprintable() or " " in key:
        raise MaterialsError(
            Code.BAD_KEY,
            msg("Not an API key: it is empty or contains spaces."),
            why=msg("It was neither sent to Google nor stored."),
            fix=msg("Copy the whole key and nothing else. Google API keys are a single word starting with AIza."),
        )
    credential = find_credential({**os.environ, "GOOGLE_API_KEY": key})
    if credential.emulator:
        say(
            tr(
                "DRIVE_EMULATOR_HOST is set. Real keys are never sent to an emulator, so this key was stored without "
                "being tested."
            )
        )
    else:
        _try_out(Credential(credential.origin, msg("the new API key"), key))
    path = store_key(key)
    say(tr("Stored in {path}, readable only by you.", path=path))


@app.command(name="login", cls=SpokenCommand)
def login(
    client: Annotated[
        Path | None, typer.Option("--client", metavar="FILE", help="Your OAuth client file, of type “Desktop app”.")
    ] = None,
    *,
    gcloud: Annotated[
        bool, typer.Option("--gcloud", help="Use the sign-in of gcloud, or of this Google Cloud server.")
    ] = False,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the sign-in link and ask for the resulting address.")
    ] = False,
) -> None:
    """Sign in with your account, for folders shared only with you.

    Requests read-only access.

    Example: materials auth login --client client_secret.json
    """
    if gcloud == (client is not None):
        raise MaterialsError(
            Code.BAD_USAGE,
            msg("Give either --client FILE or --gcloud."),
            fix=verbatim("materials auth login --client client_secret.json"),
        )
    if client is None:
        say(tr("Saved in {path}.", path=use_machine()))
        _check(required=True)
        return

    def ask() -> str:
        say(tr("Then paste the final address your browser shows, even if the page does not open:"))
        return str(typer.prompt(tr("Address"), err=True)) if sys.stdin.isatty() else sys.stdin.readline()

    def show(address: str) -> None:
        say(tr("Open this link in any browser and allow read access:"))
        say_whole(address)

    client = client.expanduser()
    if client.exists():
        named_file(client)
    if not no_browser and client.exists():
        say(tr("Your browser will open. Allow read access there. (On a machine without a browser, use --no-browser.)"))
    path = sign_in(client, show=show, ask=ask if no_browser else None)
    say(tr("Signed in. Stored in {path}, readable only by you.", path=path))


@app.command(name="status", cls=SpokenCommand)
def status(
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Do not check with Google whether it works.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show which credential is in use.

    Also shows whether it works and when it expires.

    Example: materials auth status
    """
    _check(required=not offline, as_json=as_json)


def _check(*, required: bool, as_json: bool = False) -> None:
    """Print which credential is used and what it can read. required: check it with Google; raise an error if it is rejected."""
    credential = find_credential(os.environ)
    if not as_json:
        say(tr("In use: {credential}", credential=tr(credential.label)))
    account, works = None, None
    if required and not credential.emulator and (credential.bearer or credential.api_key):
        with _asked(credential) as source:
            account, works = source.account() or None, True
    warning = stored_warning(datetime.now(UTC)) if not credential.emulator else None
    if as_json:
        row = {"method": _method(credential), "credential": credential.label, "account": account, "works": works}
        expires = stored_expiry() if credential.bearer else None
        print_json("materials/auth@1", [row | {"expires": rfc3339(expires), "warning": warning}])
        return
    if credential.emulator:
        return
    if credential.bearer:
        if account:
            say(tr("Google account: {account}", account=account))
        say(tr("It can read what is shared with that account and what is shared by link."))
        say(tr(stored_end()))
    else:
        if works:
            say(tr("Google accepts the key."))
        say(tr("It can read only what is shared by link. It does not expire."))
    if warning:
        say(tr(warning), style="yellow")


def _method(credential: Credential) -> str:
    """The kind of credential, for JSON."""
    if credential.emulator:
        return "emulator"
    return "account" if credential.bearer else "api_key" if credential.api_key else "public"


@app.command(name="logout", cls=SpokenCommand)
def logout() -> None:
    """Delete the stored API key and sign-in.

    The sign-in is also revoked at Google.

    Example: materials auth logout
    """
    say(tr("The stored API key was deleted.") if forget_key() else tr("No API key was stored."))
    with Wire(Credential(GOOGLE, msg("signing out"))) as wire:
        try:
            if forget_login(wire):
                say(tr("The sign-in was deleted and revoked."))
        except RefusalError as refused:
            say(
                tr(
                    "The sign-in was deleted here, but could not be revoked at Google: {reason}",
                    reason=tr(refused.error.what),
                )
            )
            say(tr("Revoke it yourself at https://myaccount.google.com/permissions"))


def _try_out(credential: Credential) -> None:
    """Check a credential with Google; raise an error if it is rejected."""
    with _asked(credential) as source:
        source.account()
    say(tr("Google accepts the key."))


@contextmanager
def _asked(credential: Credential) -> Iterator[Source]:
    """Drive with this credential, while it is shown what is waited for."""
    with Display() as display, connect(credential, tries=TRIES_WHILE_WATCHED) as source:
        follow_waits(source.wire, display.step)
        yield source

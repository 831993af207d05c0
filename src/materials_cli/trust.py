"""Settings that count only once this user has confirmed their values: an archive may come from somebody else.

Such a setting runs a program, writes outside the archive, signs in with a password or sends files; config.py marks them. Their
digests are kept with this user's own files, under the archive's real path, so that another value has to be confirmed again. The
scheduled syncs of an archive that this user has begun or scheduled here use, once, the values that they find.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from materials_cli.config import FILE, Config, Mailbox
from materials_cli.configfile import Risk, keys
from materials_cli.filenames import OWN
from materials_cli.messages import Message, combined, msg, verbatim
from materials_cli.others import Other
from materials_cli.personal import keep_private, state_folder
from materials_cli.values import frozen

_OWN = {name.lower() for name in (FILE, *OWN)}


@frozen()
class Claim:
    """A setting to be confirmed. name: as in materials.toml, "notify.command". label: its value, for a person to read.

    digest: of its name and value, and of the files in the archive that a command names.
    """

    name: str
    risk: Risk
    label: Message
    digest: str


@frozen()
class Standing:
    """What of a configuration counts.

    config: without what does not. open: what is left out until it is confirmed. owner: whose file it is, if that is why.
    never: what is left out however it is confirmed. new: whether what counts is still to be remembered, by confirm().
    """

    config: Config
    open: tuple[Claim, ...] = ()
    owner: str = ""
    never: Message | None = None
    new: bool = False

    @property
    def notice(self) -> Message | None:
        """What is left out, and what to do about it; None if nothing is."""
        return combined(self.never, self._unconfirmed)

    def only(self, name: str) -> "Standing":
        """The same of one setting."""
        return replace(self, open=tuple(claim for claim in self.open if claim.name == name), never=None)

    @property
    def _unconfirmed(self) -> Message | None:
        if not self.open:
            return None
        names = ", ".join(claim.name for claim in self.open)
        if self.owner:
            return msg(
                "materials.toml belongs to {owner}, so these settings in it are not used for you: {names}.",
                owner=self.owner,
                names=names,
            )
        return msg("Not used until you confirm them: {names}. To see and confirm them: materials trust", names=names)


def claims(config: Config) -> tuple[Claim, ...]:
    """Everything in a configuration that has to be confirmed."""
    return tuple(_claims(config))


def standing(
    config: Config,
    *,
    vouched: str = "",
    scheduled: Callable[[], bool] = lambda: False,
    unattended: bool = False,
    runner: int | None = None,
) -> Standing:
    """Which settings count for the user who runs this.

    vouched: vouch() of the settings that the command line confirms. scheduled: whether this user's timer runs this archive;
    asked if nothing was ever asked about it. unattended: nobody can be asked, so it is enough that this user began the archive.
    runner: the user who will run it, for root, who may run everything for everybody.
    """
    never = None
    if config.metrics_file and config.metrics_file.suffix != ".prom":
        # Nothing but metrics has such a name, so no file of another kind is overwritten by mistake.
        never = msg("metrics_file is not used: its name must end in .prom, since node_exporter reads no other file.")
        config = replace(config, metrics_file=None)
    found = claims(config)
    if not found:
        return Standing(config, never=never)
    if owner := _stranger(config.archive / FILE, runner):
        return Standing(_without(config, found), found, owner, never)
    stored = _stored()
    begun, known = _key(config.archive) in stored, stored.get(_key(config.archive))
    first = known is None and ((unattended and begun) or scheduled())
    if first or vouched == vouch(found):
        return Standing(config, never=never, new=True)
    left = tuple(claim for claim in found if claim.digest not in (known or ()))
    return Standing(_without(config, left), left, never=never)


def confirm(config: Config) -> None:
    """Remember the present values as confirmed by this user."""
    _remember(config.archive, [claim.digest for claim in claims(config)])


def confirm_one(config: Config, name: str) -> None:
    """Remember one setting, which this user has just typed, as confirmed; the others stay as they are."""
    known = _stored().get(_key(config.archive)) or []
    _remember(config.archive, [*known, *(claim.digest for claim in claims(config) if claim.name == name)])


def decline(archive: Path, *, everything: bool = False) -> None:
    """Remember that this user was asked; everything: and confirms nothing any more."""
    _remember(archive, [] if everything else _stored().get(_key(archive)) or [])


def begin(archive: Path) -> None:
    """Remember that this user has begun an archive here, unless something is known about it."""
    stored = _stored()
    if _key(archive) not in stored:
        _remember(archive, None)


def vouch(confirmed: Iterable[Claim]) -> str:
    """A word for a command line that confirms exactly these values; empty if there are none."""
    digests = sorted(claim.digest for claim in confirmed)
    return hashlib.sha256(" ".join(digests).encode()).hexdigest()[:32] if digests else ""


def _claims(config: Config) -> Iterator[Claim]:
    for above, noun in (("", config), ("notify.", config.notify)):
        for name, row in keys(noun).items():
            value = getattr(noun, name)
            if not row.risk or not value or (isinstance(value, Path) and _inside(config, value)):
                continue
            if isinstance(value, Mailbox) and value.user is None:
                continue  # no password is read
            content = [f"{above}{name}", _content(config.archive, value)]
            digest = hashlib.sha256(json.dumps(content).encode("utf-8", "surrogatepass")).hexdigest()
            yield Claim(f"{above}{name}", row.risk, _label(value), digest)


def _inside(config: Config, file: Path) -> bool:
    """Whether a file lies in the archive, but is none of the archive's own.

    Links are followed only if its name says so, since looking for a file on another computer already tells that one who asks.
    """
    return all(_is_free(config, follow(config.archive), follow(file)) for follow in (os.path.abspath, os.path.realpath))


def _is_free(config: Config, archive: str, file: str) -> bool:
    if not Path(file).is_relative_to(archive) or file == archive:
        return False
    first = Path(file).relative_to(archive).parts[0].lower()
    return first not in _OWN and first not in {collection.slug for collection in config.collections}


def _content(archive: Path, value: object) -> Any:
    """A value for its digest."""
    if isinstance(value, Mailbox):
        return [*value.server, value.security, value.user, str(value.password_file)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [[one.name, one.place] if isinstance(one, Other) else [one, _script(archive, one)] for one in value]
    return str(value)


def _script(archive: Path, word: str) -> str:
    """The digest of a file in the archive that a command names, since whoever fills the archive may change it; else empty."""
    with contextlib.suppress(OSError, ValueError, RuntimeError):
        path = (archive / Path(word).expanduser()).resolve()
        if path.is_relative_to(archive.resolve()) and path.is_file():
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
    return ""


def _label(value: object) -> Message:
    if isinstance(value, Mailbox):
        host, port = value.server
        server = f"{host}:{port}" if port else host
        place = str(value.password_file or "MATERIALS_SMTP_PASSWORD")
        return msg(
            "{user} at {server} ({security}), with the password in {place}",
            user=value.user, server=server, security=value.security, place=place,
        )  # fmt: skip
    return verbatim(" ".join(_word(str(word)) for word in value) if isinstance(value, tuple) else value)


def _word(word: str) -> str:
    return word if word and not set(word) & set(" \t\n\"'\\") else json.dumps(word, ensure_ascii=False)


def _without(config: Config, left: Iterable[Claim]) -> Config:
    """The configuration in which these settings have their defaults."""
    for claim in left:
        above, _, name = claim.name.rpartition(".")
        noun = config.notify if above else config
        changed: dict[str, Any] = {name: keys(noun)[name].default}
        config = replace(config, notify=replace(config.notify, **changed)) if above else replace(config, **changed)
    return config


def _stranger(file: Path, runner: int | None) -> str:
    """Who owns a file, or its folder if it was lost, if that is neither root nor the user who runs or will run it; else empty.

    Windows has no such owners.
    """
    if os.name == "nt":
        return ""
    place = file if file.exists() else file.parent
    owner = place.stat().st_uid
    if owner == 0 or owner == (runner if runner is not None and os.geteuid() == 0 else os.geteuid()):
        return ""
    try:
        return place.owner()
    except KeyError:
        return str(owner)


def _remember(archive: Path, digests: Sequence[str] | None) -> None:
    kept = {path: known for path, known in _stored().items() if known is not None or Path(path, FILE).exists()}
    keep_private(_file(), json.dumps(kept | {_key(archive): digests}, indent=1) + "\n")


def _stored() -> dict[str, list[str] | None]:
    """What is known, by archive: the confirmed digests; None if this user began the archive here and was never asked."""
    try:
        stored = json.loads(_file().read_text("utf-8", "surrogatepass"))
    except (OSError, ValueError):
        return {}
    kinds = (list, type(None))
    return {path: known for path, known in stored.items() if isinstance(known, kinds)} if isinstance(stored, dict) else {}


def _file() -> Path:
    return state_folder() / "trust.json"


def _key(archive: Path) -> str:
    return os.path.realpath(archive)

"""Archives elsewhere: in other folders, in object stores, or nothing but a catalogue. They are searched and read, no more.

What the archive in an object store has published is kept in this user's cache, in a folder that is a reader's archive.
"""

import hashlib
import json
import os
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

from materials_cli import trust
from materials_cli.attended import HungError, Watch, attended
from materials_cli.catalogue.items import Catalogue
from materials_cli.config import FILE, Config, load
from materials_cli.configfile import STORE
from materials_cli.errors import Code, MaterialsError, as_failure
from materials_cli.export.lost import refuse_lost
from materials_cli.filenames import CATALOGUE, INNER, OWN_TABLES
from materials_cli.messages import Message, msg, msgid
from materials_cli.others import EVERY, Other
from materials_cli.personal import cache_folder, keep_private
from materials_cli.published import COMING, is_behind
from materials_cli.rebuild import take_published
from materials_cli.search.engine import Results
from materials_cli.search.equivalents import Concept, Equivalents, own_concepts
from materials_cli.search.many import TOO_SLOW, Part
from materials_cli.search.near_many import Meanings
from materials_cli.store.bucket import Bucket
from materials_cli.store.inside import Inside, catalogue_of
from materials_cli.store.mirror import Store
from materials_cli.values import frozen

_PATIENCE = 10.0  # seconds in which each has to show that it is there
_PACE, _SPELL = 10_000, 120.0  # bytes a second that a catalogue which comes has to bring, and the seconds in which it is seen
LARGEST_TABLE = 1_000_000  # bytes of names.toml or glossary.toml, of others
_T = TypeVar("_T")
_BEFORE = msgid("What it had published before is used: {reason}")


@frozen()
class Searchable:
    """An archive that can be searched. root: its folder on this disk or, where it has none, the file of its catalogue."""

    name: str
    root: Path
    catalogue: Path
    config: Config

    @property
    def has_folder(self) -> bool:
        """Whether there is more than the catalogue; known without a look at the disk."""
        return self.root != self.catalogue


class Reached(NamedTuple):
    """silent: why others cannot be searched, or not as they are now, by their names; twice: those that are one of the found."""

    found: list[Searchable]
    silent: dict[str, Message]
    twice: dict[str, Message]


def meant(words: Sequence[str], here: Config | None) -> list[Other]:
    """The archives that were typed: places, names that the settings of the archive here give, or all of these and itself.

    Raise unconfirmed_settings if those settings are not confirmed.
    """
    found, again = _places(words, here)
    others = _with_names(found)
    names = {other.name for other in others}
    return others + [other for other in again if other.name not in names]


def _places(words: Sequence[str], here: Config | None) -> tuple[dict[str, str], list[Other]]:
    """The places that were typed, each with the name that the settings give it, if any; and those that were typed again."""
    known = {other.name: other for other in here.archives} if here else {}
    found: dict[str, str] = {}
    again: list[Other] = []
    for word in words:
        if here and word == EVERY:
            found[str(here.archive.absolute())] = ""
        named = [known[word]] if word in known else [*known.values()] if word == EVERY else []
        if named and here:
            _require_confirmed(here)
        found |= {_absolute(other.place, here): other.name for other in named}
        if not named and word != EVERY:
            place = _absolute(word, None)
            again += [Other(word, place)] if place in found else []
            found.setdefault(place, "")
    return found, again


def names_in(here: Config | None) -> list[str]:
    """The names that can be typed for archives elsewhere."""
    return [*(other.name for other in here.archives), EVERY] if here and here.archives else []


def _require_confirmed(here: Config) -> None:
    if any(claim.name == "archives" for claim in trust.standing(here).open):
        what = msg("These settings are not confirmed: {names}.", names="archives")
        raise MaterialsError(Code.UNCONFIRMED_SETTINGS, what, where=str(here.archive / FILE))


def _absolute(place: str, here: Config | None) -> str:
    if "://" in place:
        return place.rstrip("/")
    folder = Path(place)
    with suppress(RuntimeError):  # there is no such user: it is a name like any other
        folder = folder.expanduser()
    return str((here.archive if here else Path()).absolute() / folder)


def _with_names(places: dict[str, str]) -> list[Other]:
    """Places, each under a name of its own: the given one, that of the folder or bucket or, if others have this, all of it."""
    short = {place: name or _short(place) for place, name in places.items()}
    often = Counter(each for _, each in {(_folder(place), each) for place, each in short.items()})
    names = dict[str, str]()
    for place, each in short.items():
        names[each if often[each] == 1 and each not in names else place] = place
    return [Other(name, place) for name, place in names.items()]


def _short(place: str) -> str:
    if "://" in place:
        address = urlsplit(place)
        return address.path.strip("/").rpartition("/")[2] or address.netloc
    path = _folder(place)
    return path.stem if path.suffix == ".sqlite" else path.name or place


def _folder(place: str) -> Path:
    """The folder that a place says, by its spelling alone; for a catalogue under a name of its own, its file."""
    path = Path(os.path.normpath(place))
    if path.name == CATALOGUE:
        path = path.parent.parent if path.parent.name == INNER else path.parent
    return path


def reach(others: Sequence[Other], patience: float = _PATIENCE, known: Sequence[str] = ()) -> Reached:
    """Those of some archives that can be searched, each once, and notes about the others by their names.

    All are asked at once. One that does not answer in `patience` (seconds) is not waited for; its catalogue, once it comes, is,
    as long as it goes on coming. known: the names that could have been given instead, which a note about a wrong one lists.
    """
    asked = [_Asked(other, known) for other in others]
    ends = time.monotonic() + patience
    for each in asked:
        each.thread.start()
    for each in asked:
        each.thread.join(max(0.0, ends - time.monotonic()))
        each.wait_for_catalogue()
    found, silent, twice = dict[str, Searchable](), dict[str, Message](), dict[str, Message]()
    for each in asked:
        answer, note = each.outcome()
        same = found.setdefault(each.identity, answer) if answer else None
        if same is not answer and same:
            twice[each.other.name] = msg("It is the same archive as “{name}”, and is searched once.", name=same.name)
        elif note:
            silent[each.other.name] = note
    return Reached(list(found.values()), silent, twice)


def with_tables_of(archives: Sequence[Searchable], table: Equivalents, watch: Watch) -> tuple[Equivalents, dict[str, Message]]:
    """What means the same by the tables of all of them, too; and what is wrong with some of these, by the archives' names."""
    own, wrong = list[Concept](), dict[str, Message]()
    for each in archives:
        try:
            own += watch.asked(each.name, _PATIENCE, partial(_tables_of, each))
        except MaterialsError as error:
            wrong[each.name] = error.what
    return table.with_own(own), wrong


def _tables_of(archive: Searchable) -> list[Concept]:
    return own_concepts(archive.root, largest=LARGEST_TABLE) if archive.has_folder else []


def searched_among(
    archives: list[Searchable], table: Equivalents | None, search: Callable[..., tuple[Results, Mapping[str, Message]]]
) -> tuple[tuple[Results, dict[str, Message]], dict[str, Message]]:
    """What a search of several archives finds by a table and theirs, and what is wrong with these; see among() for the rest.

    search: search_many, and what it is asked.
    """

    def asked(parts: list[Part], watch: Watch) -> tuple[tuple[Results, dict[str, Message]], Mapping[str, Message]]:
        every, wrong = with_tables_of(archives, table, watch) if table else (None, {})
        found, silent = search(parts, equivalents=every, watch=watch)
        return (found, wrong), silent

    return among(archives, asked)


def among(
    archives: list[Searchable], ask: Callable[[list[Part], Watch], tuple[_T, Mapping[str, Message]]]
) -> tuple[_T, dict[str, Message]]:
    """The answer of several archives, and why some gave none, by their names. Those that hang are taken out of the list.

    ask: is called in a thread, with the open catalogues and the watch that is told who is asked; anew without one that hangs.
    """

    def work(watch: Watch) -> tuple[_T, dict[str, Message]]:
        with _opened(archives, watch) as (parts, broken):
            answer, silent = ask(parts, watch)
        return answer, {**broken, **silent}

    (answer, silent), hung = _without_hanging(archives, work)
    return answer, {**hung, **silent}


def meanings_of(archives: list[Searchable]) -> tuple[Meanings, dict[str, Message]]:
    """What is near in meaning in archives that have a folder; see among()."""

    def made(watch: Watch) -> Meanings:
        return Meanings([(each.name, each.root, each.config.collections) for each in archives if each.has_folder], watch)

    return _without_hanging(archives, made)


def _without_hanging(archives: list[Searchable], work: Callable[[Watch], _T]) -> tuple[_T, dict[str, Message]]:
    hung = dict[str, Message]()
    while True:
        try:
            return attended(work), hung
        except HungError as late:
            hung[late.name] = TOO_SLOW
            archives[:] = [each for each in archives if each.name != late.name]


@contextmanager
def _opened(archives: Sequence[Searchable], watch: Watch) -> Iterator[tuple[list[Part], dict[str, Message]]]:
    """Their catalogues, and why some could not be opened, by the names of the archives."""
    parts, broken = list[Part](), dict[str, Message]()
    with ExitStack() as stack:
        for each in archives:
            try:
                catalogue = stack.enter_context(watch.asked(each.name, _PATIENCE, partial(Catalogue.open, each.catalogue)))
            except MaterialsError as error:
                broken[each.name] = error.what
            else:
                parts.append(Part(each.name, catalogue, each.config.collections))
        yield parts, broken


class _Asked:
    """An archive that is asked, in a thread of its own: a disk or a server may never answer.

    coming: the file that its catalogue is written to, once that comes.
    """

    def __init__(self, other: Other, known: Sequence[str]) -> None:
        self.other = other
        self._known = known
        self.coming: Path | None = None
        self.answer: Searchable | None = None
        self.identity = other.place
        self.note: Message | None = None
        self.thread = threading.Thread(target=self._ask, name=f"asking {other.name}", daemon=True)

    def wait_for_catalogue(self) -> None:
        """Wait for the catalogue that comes, unless it comes too slowly."""
        while self.coming and self.thread.is_alive():
            before = _size(self.coming)
            self.thread.join(_SPELL)
            if _size(self.coming) - before < _PACE * _SPELL:
                return

    def outcome(self) -> tuple[Searchable | None, Message | None]:
        """What it has answered by now, and a note if that is not all."""
        late, answer = self.thread.is_alive(), self.answer
        if not late:
            return answer, self.note
        return answer, msg(_BEFORE, reason=TOO_SLOW) if answer else TOO_SLOW

    def _ask(self) -> None:
        try:
            self.answer = self._bucket() if "://" in self.other.place else self._on_disk()
        except Exception as error:  # noqa: BLE001 - the border around one archive
            self.note = as_failure(error).what

    def _on_disk(self) -> Searchable:
        answer = _on_disk(self.other, self._known)
        confirmed = trust.standing(answer.config).config  # whoever made the folder may name any store in its settings
        if confirmed.store:
            self.identity = confirmed.store
        elif answer.catalogue.exists():
            self.identity = "{0.st_dev}:{0.st_ino}".format(answer.catalogue.stat())
        return answer

    def _bucket(self) -> Searchable:
        """The folder in the cache, with what the object store has published; where that cannot be asked, what it had before."""
        url = self.other.place
        if not STORE.fullmatch(url):
            raise MaterialsError(Code.BAD_USAGE, msg("“{url}” is not the address of an object store.", url=url), where=url)
        root = cache_folder() / "archives" / hashlib.sha256(url.encode()).hexdigest()[:16]
        keep_private(root / FILE, f"format = 1\nstore = {json.dumps(url)}\n")
        config = load(root)
        if trust.standing(config).open:
            trust.confirm_one(config, "store")  # whoever asks for it here has typed it, or confirmed the settings that name it
        store = Bucket(root, url)
        kept = Searchable(self.other.name, root, store.catalogue, config) if store.catalogue.is_file() else None
        self.answer = kept
        try:
            _require_published(store)
            if is_behind(store):
                self.coming = store.inner / COMING
                taken = take_published(store)
                if taken and taken.aside:
                    shutil.rmtree(root / taken.aside, ignore_errors=True)
        except MaterialsError as error:
            if not kept:
                raise
            self.note = msg(_BEFORE, reason=error.what)
        if not store.catalogue.is_file():
            raise MaterialsError(Code.BAD_CATALOGUE, msg("The catalogue in the object store is damaged."), where=url)
        return Searchable(self.other.name, root, store.catalogue, config)


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _require_published(store: Bucket) -> None:
    if not store.has_published():
        what = msg("No archive has published its catalogue in {place}.", place=store.url)
        raise MaterialsError(Code.NO_ARCHIVE, what, where=store.url)


def _on_disk(other: Other, known: Sequence[str]) -> Searchable:
    """An archive's folder, or a catalogue; raise no_archive, catalogue_lost or bad_settings."""
    place = Path(other.place)
    if (place / FILE).is_file():
        store = Store(place)
        store.inside.refuse_links(store.catalogue)  # it could lead into another archive, and pass for it
        refuse_lost(store)
        return _answering(Searchable(other.name, place, store.catalogue, load(place)))
    inside, inner = Inside(place), (catalogue_of(place), place / CATALOGUE)
    file = next((path for path in (place, *map(inside.refuse_links, inner)) if path.is_file()), None)
    if file is None:
        what = msg("There is no archive in {place}.", place=other.place)
        if known:
            what = msg(
                "There is no archive in {place}. Names in the settings: {names}.", place=other.place, names=", ".join(known)
            )
        raise MaterialsError(Code.NO_ARCHIVE, what, where=other.place)
    return _answering(Searchable(other.name, file, file, Config(file.parent)))


def _answering(archive: Searchable) -> Searchable:
    """The same, once what each search reads of it has been opened: a disk that has gone still tells from memory what it has."""
    for file in (archive.catalogue, *((archive.root / name for name in OWN_TABLES) if archive.has_folder else ())):
        if file.is_file():
            file.open("rb").close()
    return archive

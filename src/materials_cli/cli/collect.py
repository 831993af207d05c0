"""Commands that bring things in: add a folder, see what a sync would do, do it."""

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from materials_cli import settings as toml
from materials_cli.cli import reports
from materials_cli.cli.context import ArchiveOption, CollectionsArgument, JsonOption, named_archive, open_settings
from materials_cli.cli.failures import error_row, show_error
from materials_cli.cli.index import say_what_ocr_lacks
from materials_cli.cli.output import print_json, say
from materials_cli.config import Collection
from materials_cli.errors import ExitStatus, MaterialsError, ends_everything
from materials_cli.kinds import Kind
from materials_cli.messages import english, retold, tr
from materials_cli.model import State, Step, StepKind

if TYPE_CHECKING:
    from materials_cli.catalogue.journal import Journal
    from materials_cli.catalogue.records import Catalogue
    from materials_cli.drive.walk import Client
    from materials_cli.model import SyncReport
    from materials_cli.store.mirror import Store
    from materials_cli.sync.execute import Crew
    from materials_cli.sync.texts import Readers

WORKERS = 24
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG = 40
_TRIES_WHILE_WATCHED = 3  # nobody waits half a minute to learn that there is no network

AcceptOption = Annotated[bool, typer.Option("--accept-withdrawals", help="Believe Drive even when many items vanish at once.")]
OnlyOption = Annotated[
    list[Kind] | None,
    typer.Option("--only", metavar="KIND", help="Fetch only this kind this time (may be repeated).", show_default=False),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but failures.")]


def add(
    context: typer.Context,
    link: Annotated[str | None, typer.Argument(metavar="LINK", help="The link of a Drive folder.", show_default=False)] = None,
    *,
    name: Annotated[
        str | None, typer.Option("--name", metavar="SLUG", help="A short name: a-z, 0-9, - and _.", show_default=False)
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="What people call it.", show_default=False)
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Take the collections of this file.", show_default=False),
    ] = None,
    check: Annotated[bool, typer.Option("--check/--no-check", help="Look at the folder on Drive first.")] = True,
    archive: ArchiveOption = None,
) -> None:
    """Add a Drive folder to the archive.

    Where there is no archive yet, one is begun here.

    Example: materials add "https://drive.google.com/drive/folders/…"
    """
    if (link is None) == (source is None):
        raise MaterialsError(
            "bad_usage", english("Give either the link of a folder or --from FILE."), fix=english("materials add LINK")
        )
    named = named_archive(context, archive)
    folder = toml.find_archive(Path.cwd(), named) or (named or Path.cwd()).absolute()
    present = toml.load(folder).collections if (folder / toml.FILE).is_file() else ()
    if source is not None:
        tables = {slug: dict(table) for slug, table in toml.read_collections(source).items()}
        if check:
            for table in tables.values():
                _describe(str(table["link"]))
    else:
        tables = _table(link or "", name, title, present, check=check)
    for slug, table in tables.items():
        _refuse_twin(slug, str(table["link"]), present)
        present = (*present, Collection(slug=slug, link=str(table["link"])))
    toml.add_collections(folder, tables, source)
    for slug, table in tables.items():
        if table.get("title"):
            say(tr("Added “{slug}” to {path}: {title}", slug=slug, path=folder / toml.FILE, title=table["title"]))
        else:
            say(tr("Added “{slug}” to {path}", slug=slug, path=folder / toml.FILE))
    say(tr("Next: materials sync"))


def plan(
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    only: OnlyOption = None,
    accept_withdrawals: AcceptOption = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Say what a sync would do, and do nothing.

    Example: materials plan
    """
    from materials_cli.sync.execute import look  # noqa: PLC0415 - it draws in Google's client

    settings = open_settings(context, archive)
    with _drive() as client, _crew(client) as (crew, _), _existing(settings.archive) as (store, catalogue):
        plans = [
            look(client, store, catalogue, collection, crew, accept_withdrawals=accept_withdrawals)
            for collection in _chosen(settings, collections, only)
        ]
    if as_json:
        print_json("materials/plan@1", [reports.plan_row(made) for made in plans])
    else:
        for made in plans:
            reports.print_plan(made)


def sync(
    context: typer.Context,
    collections: CollectionsArgument = None,
    *,
    only: OnlyOption = None,
    accept_withdrawals: AcceptOption = False,
    cron: Annotated[
        bool, typer.Option("--cron", help="For timers: silent unless something changed or a person is needed.")
    ] = False,
    log_file: Annotated[
        Path | None,
        typer.Option("--log-file", metavar="FILE", help="With --cron: log to this file, as JSON lines.", show_default=False),
    ] = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Bring the archive up to date with Drive.

    What the owner takes off Drive is kept here.

    Example: materials sync
    """
    from materials_cli.store.mirror import Store  # noqa: PLC0415 - only writers need it

    if (cron and as_json) or (log_file and not cron):
        what = english("--cron prints no JSON, and --log-file goes with --cron.")
        raise MaterialsError("bad_usage", what, fix="materials sync --cron")
    settings = open_settings(context, archive)
    chosen = _followed(settings, collections, only)
    if cron:
        from materials_cli.cli.unattended import sync_unattended  # noqa: PLC0415 - timers alone need it

        def sync_one(store: Store, collection: Collection) -> "SyncReport":
            return _sync_one(store, collection, accept_withdrawals=accept_withdrawals, quiet=True)

        raise typer.Exit(sync_unattended(settings, chosen, sync_one, log_file=log_file))
    store = Store(settings.archive)
    store.prepare()
    status, finished, refused = ExitStatus.DONE, [], []
    with store.lock():
        for collection in chosen:
            try:
                report = _sync_one(store, collection, accept_withdrawals=accept_withdrawals, quiet=quiet or as_json)
            except MaterialsError as error:
                if len(chosen) == 1 or ends_everything(error):
                    raise
                show_error(error)
                refused.append(error)
                status = max(status, error.status)
                continue
            finished.append(report)
            status = max(status, ExitStatus.PARTIAL if report.failures else ExitStatus.DONE)
            if not as_json:
                reports.print_report(report, quiet=quiet)
    if as_json:
        rows = [reports.report_row(report) for report in finished]
        print_json("materials/sync@1", rows, errors=[error_row(error) for error in refused])
    if status:
        raise typer.Exit(int(status))


def _followed(settings: toml.Settings, slugs: list[str] | None, only: list[Kind] | None) -> tuple[Collection, ...]:
    """The collections to work on; raise bad_usage when there are none."""
    if chosen := _chosen(settings, slugs, only):
        return chosen
    raise MaterialsError("bad_usage", english("This archive follows no folder yet."), fix=english("materials add LINK"))


def _chosen(settings: toml.Settings, slugs: list[str] | None, only: list[Kind] | None) -> tuple[Collection, ...]:
    """The collections to work on, narrowed to the kinds that are wanted this time."""
    chosen = settings.chosen(slugs or [])
    return tuple(replace(collection, only=tuple(only)) for collection in chosen) if only else chosen


def _sync_one(store: "Store", collection: Collection, *, accept_withdrawals: bool, quiet: bool) -> "SyncReport":
    from materials_cli.catalogue.journal import Journal  # noqa: PLC0415 - see plan()
    from materials_cli.catalogue.records import Catalogue  # noqa: PLC0415
    from materials_cli.sync.execute import carry_out, look  # noqa: PLC0415
    from materials_cli.sync.texts import find_ocr, read_texts, unread  # noqa: PLC0415

    with Catalogue.open(store.catalogue, write=True) as catalogue:
        journal = Journal(catalogue, collection.slug)
        try:
            # The journal comes first: a run that finds no way in, or may not look, is a run that failed.
            with (
                journal,
                _drive(quiet=quiet, bandwidth=collection.bandwidth) as client,
                _crew(client, quiet=quiet) as (crew, readers),
            ):
                try:
                    rows = {item.path: item.fixity.sha256 for item in catalogue.each() if item.state is State.HELD}
                    for path, place in store.reclaim(rows):
                        journal.notices.append(
                            english(
                                "{path}: lay there without a row after a run that was cut; kept as {place}.",
                                path=path,
                                place=place,
                            )
                        )
                    made = look(client, store, catalogue, collection, crew, accept_withdrawals=accept_withdrawals)
                    report = carry_out(client, store, journal, made, crew)
                    ocr = find_ocr([collection])
                    if not quiet:
                        say_what_ocr_lacks(ocr)
                    read_texts(store, catalogue, unread(catalogue, ocr), readers, ocr)
                except BaseException:
                    client.wire.stop()
                    readers.pool.stop()
                    raise
        except BaseException:
            # What ended the run is what a person has to know, even if the manifest cannot be written either.
            with suppress(MaterialsError):
                kept = _write_out(store, journal)
                if kept and not quiet:
                    say(retold(kept), style="yellow")
            raise
        kept = _write_out(store, journal)
    return replace(report, notices=(*report.notices, kept)) if kept else report


def _write_out(store: "Store", journal: "Journal") -> str | None:
    """Bring up to date what is read without this program; return what a person should know about the manifest."""
    from materials_cli.export.feed import ENTRIES, write_feed  # noqa: PLC0415 - see plan()
    from materials_cli.export.manifest import write_manifest  # noqa: PLC0415

    catalogue = journal.catalogue
    kept = write_manifest(store, catalogue).get(journal.collection)
    if journal.accessions:
        runs = catalogue.runs(changing=True, limit=ENTRIES)
        write_feed(store.root, catalogue.first_proof(), ((run, catalogue.events([run])) for run in runs))
    if not kept:
        return None
    return english(
        "Manifest entries that are not in the catalogue were kept ({count}): their files are still here, or the folder has not "
        "been listed completely.",
        count=kept,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    url: str


def _describe(link: str) -> _Found:
    """Look at the folder on Drive and tell the person what is there."""
    from materials_cli.drive.link import parse_link  # noqa: PLC0415 - see plan()
    from materials_cli.drive.walk import find_root, walk  # noqa: PLC0415

    parsed = parse_link(link)
    with _drive(tries=_TRIES_WHILE_WATCHED) as client, _crew(client) as (crew, _):
        root = find_root(client, parsed.folder_id, parsed.resource_key)
        listing = walk(client, root, parsed.resource_key, crew.workers, crew.progress)
    reports.print_found(listing)
    return _Found(str(root.get("name", "")), parsed.url)


def _table(
    link: str, name: str | None, title: str | None, present: tuple[Collection, ...], *, check: bool
) -> dict[str, dict[str, Any]]:
    from materials_cli.drive.link import parse_link  # noqa: PLC0415 - see plan()

    if name is not None and not toml.SLUG.fullmatch(name):
        raise MaterialsError(
            "bad_usage", english("--name takes a-z, 0-9, “-” and “_”."), where=name,
            fix=english("For example: --name samarkand-2025"),
        )  # fmt: skip
    found = _Found("", parse_link(link).url)
    _refuse_twin(name or "", found.url, present)
    if check:
        found = _describe(link)
    slug = name or _slug(title or found.name, {c.slug for c in present})
    return {slug: {"link": found.url, "title": title or found.name}}


def _slug(title: str, taken: set[str]) -> str:
    from anyascii import anyascii  # noqa: PLC0415 - only `add` needs it

    plain = _NOT_SLUG.sub("-", anyascii(title).lower()).strip("-")
    slug = plain[:_LONGEST_SLUG].rpartition("-")[0] or plain[:_LONGEST_SLUG] if len(plain) > _LONGEST_SLUG else plain
    slug = slug or "collection"
    candidates = (slug, *(f"{slug}-{number}" for number in range(2, 1000)))
    return next(candidate for candidate in candidates if candidate not in taken)


def _refuse_twin(slug: str, link: str, present: tuple[Collection, ...]) -> None:
    from materials_cli.drive.link import parse_link  # noqa: PLC0415 - see plan()

    folder = parse_link(link).folder_id
    for collection in present:
        if collection.slug == slug:
            what = english("There already is a collection “{slug}”.", slug=slug)
            raise MaterialsError("collection_exists", what, where=collection.link)
        if parse_link(collection.link).folder_id == folder:
            raise MaterialsError(
                "collection_exists", english("This folder is already here, as “{slug}”.", slug=collection.slug), where=link,
                why=english("One folder needs to be followed only once."), fix=f"materials sync {collection.slug}",
            )  # fmt: skip


@contextmanager
def _drive(*, quiet: bool = False, bandwidth: int | None = None, tries: int | None = None) -> Iterator["Client"]:
    """Drive, by the first way in that is set up; the public page when none is."""
    from materials_cli.drive.credentials import find_credential  # noqa: PLC0415 - see plan()

    credential = find_credential(os.environ)
    from materials_cli.drive.api import DriveClient  # noqa: PLC0415 - without a credential it is not needed
    from materials_cli.drive.login import stored_warning  # noqa: PLC0415
    from materials_cli.drive.public import PublicClient  # noqa: PLC0415
    from materials_cli.drive.wire import Wire  # noqa: PLC0415

    if credential.keyless and not quiet:
        say(tr("Reading the public page; an API key gives checksums and is sturdier (README: “Getting in”)."))
    if credential.bearer and not quiet and (warning := stored_warning(datetime.now(UTC))):
        say(retold(warning), style="yellow")
    with Wire(credential, connections=WORKERS, bandwidth=bandwidth, tries=tries) as wire:
        yield PublicClient(wire) if credential.keyless else DriveClient(wire)


@contextmanager
def _crew(client: "Client | None" = None, *, quiet: bool = False) -> "Iterator[tuple[Crew, Readers]]":
    """Threads that fetch, children that read, and somebody who watches."""
    from materials_cli.cli.progress import Display  # noqa: PLC0415 - see plan()
    from materials_cli.extract.pool import Pool  # noqa: PLC0415
    from materials_cli.sync.execute import Crew  # noqa: PLC0415
    from materials_cli.sync.texts import Readers  # noqa: PLC0415

    cores = os.cpu_count() or 1
    with (
        Display(quiet=quiet) as display,
        Pool(cores) as pool,
        ThreadPoolExecutor(cores, "reader") as threads,
        ThreadPoolExecutor(WORKERS, "worker") as workers,
    ):
        if client:
            client.wire.waiting = lambda what: display.step(Step(StepKind.WAITING, what))
        try:
            yield Crew(workers, display.step), Readers(threads, pool, display.step)
        except BaseException:
            workers.shutdown(wait=False, cancel_futures=True)
            threads.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def _existing(archive: Path) -> "Iterator[tuple[Store, Catalogue]]":
    """The archive as it is, for looking only."""
    from materials_cli.catalogue.records import Catalogue  # noqa: PLC0415 - see plan()
    from materials_cli.store.mirror import Store  # noqa: PLC0415

    store = Store(archive)
    with Catalogue.open(store.catalogue) as catalogue:
        yield store, catalogue

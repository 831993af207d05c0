"""Who does the work of a run: the way into Drive, threads that fetch, children that read."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.journal import Journal
from materials_cli.cli.output import say
from materials_cli.cli.progress import Display, say_what_ocr_lacks
from materials_cli.config import Collection
from materials_cli.drive.connect import connect
from materials_cli.drive.credentials import find_credential
from materials_cli.drive.login import stored_warning
from materials_cli.drive.source import Source
from materials_cli.errors import MaterialsError
from materials_cli.export.feed import ENTRIES, write_feed
from materials_cli.export.manifest import write_manifest
from materials_cli.extract.pool import Pool
from materials_cli.messages import Message, language, msg, tr
from materials_cli.model import State, Step, StepKind, SyncReport
from materials_cli.store.mirror import Store
from materials_cli.sync.crew import Crew
from materials_cli.sync.execute import carry_out
from materials_cli.sync.look import look
from materials_cli.sync.plan import plan
from materials_cli.sync.texts import Readers, find_ocr, read_texts, unread

WORKERS = 24


@contextmanager
def drive(*, quiet: bool = False, bandwidth: int | None = None, tries: int | None = None) -> Iterator[Source]:
    """Drive, by the first way in that is set up; the public page when none is."""
    credential = find_credential(os.environ)
    if credential.bearer and not quiet and (warning := stored_warning(datetime.now(UTC))):
        say(tr(warning), style="yellow")
    with connect(credential, connections=WORKERS, bandwidth=bandwidth, tries=tries) as source:
        if not source.digests and not quiet:
            say(tr("Reading the public page. An API key adds checksums and is more reliable (README, “Getting in”)."))
        yield source


@contextmanager
def crew(client: Source | None = None, *, quiet: bool = False) -> Iterator[tuple[Crew, Readers]]:
    """Threads that fetch, children that read, and somebody who watches."""
    cores = os.cpu_count() or 1
    with (
        Display(quiet=quiet) as display,
        Pool(cores) as pool,
        ThreadPoolExecutor(cores, "reader") as threads,
        ThreadPoolExecutor(WORKERS, "worker") as workers,
    ):
        if client:
            client.wire.waiting = lambda what: display.step(Step(StepKind.WAITING, trouble=what))
        try:
            yield Crew(workers, display.step), Readers(threads, pool, display.step)
        except BaseException:
            workers.shutdown(wait=False, cancel_futures=True)
            threads.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def existing(archive: Path) -> Iterator[tuple[Store, Catalogue]]:
    """The archive as it is, for looking only."""
    store = Store(archive)
    with Catalogue.open(store.catalogue) as catalogue:
        yield store, catalogue


def sync_one(store: Store, collection: Collection, *, accept_withdrawals: bool, quiet: bool) -> SyncReport:
    """Bring one collection up to date."""
    with Catalogue.open(store.catalogue, write=True) as catalogue:
        journal = Journal(catalogue, collection.slug)
        try:
            # The journal comes first: a run that finds no way in, or may not look, is a run that failed.
            with (
                journal,
                drive(quiet=quiet, bandwidth=collection.bandwidth) as client,
                crew(client, quiet=quiet) as (hands, readers),
            ):
                try:
                    rows = {item.path: item.fixity.sha256 for item in catalogue.each() if item.state is State.HELD}
                    for path, place in store.reclaim(rows):
                        journal.notices.append(
                            msg(
                                "{path}: left over from an interrupted run; moved to {place}.",
                                path=path,
                                place=place,
                            )
                        )
                    made = plan(look(client, store, catalogue, collection, hands, accept_withdrawals=accept_withdrawals))
                    report = carry_out(client, store, journal, made, hands)
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
                    say(tr(kept), style="yellow")
            raise
        kept = _write_out(store, journal)
    return replace(report, notices=(*report.notices, kept)) if kept else report


def _write_out(store: Store, journal: Journal) -> Message | None:
    """Bring up to date what is read without this program; return what a person should know about the manifest."""
    catalogue = journal.catalogue
    kept = write_manifest(store, catalogue).get(journal.collection)
    if journal.accessions:
        runs = catalogue.runs(changing=True, limit=ENTRIES)
        write_feed(store.root, catalogue.first_proof(), ((run, catalogue.events([run])) for run in runs), language())
    if not kept:
        return None
    return msg(
        "{count} manifest entries that are not in the catalogue were kept: their files still exist, or the folder has "
        "not been listed completely.",
        count=kept,
    )

"""The use cases: what commands, tests and other programs do with an archive. Nothing here prints.

For example: `for run in Archive("workshops").sync(): print(run.collection, dict(run.counts), run.failure or "ok")`.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from materials_cli import trust, watchdog
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.journal import Journal
from materials_cli.config import FILE, Collection, Config, add_collections, load, read_collections
from materials_cli.custody.choice import ALL, Choice
from materials_cli.custody.corrections import take_in
from materials_cli.custody.restore import current, restore
from materials_cli.custody.underway import resume
from materials_cli.custody.verify import Verification, verify
from materials_cli.drive.link import parse_link
from materials_cli.drive.source import TRIES_WHILE_WATCHED, Source
from materials_cli.drive.walk import crawl, find_root
from materials_cli.equipment import equipped
from materials_cli.errors import Code, ExitStatus, MaterialsError, Reach, as_failure, stopped_at
from materials_cli.export.lost import is_lost, refuse_lost
from materials_cli.export.manifest import update_manifest
from materials_cli.interrupts import Interrupts
from materials_cli.messages import msg
from materials_cli.model import Item, Listing, Plan, Progress, Run, Step, StepKind, Version
from materials_cli.naming import new_slug, refuse_twin
from materials_cli.publication import Publication
from materials_cli.rebuild import Rebuilt, is_outdated, keep_copy, rebuild, take_published
from materials_cli.slugs import may_be_slug, refuse_reserved
from materials_cli.store.doubts import dispel
from materials_cli.store.places import store_at
from materials_cli.sync.adopt import recover, without_adopted
from materials_cli.sync.comparison import Comparison, compare
from materials_cli.sync.crew import Crew
from materials_cli.sync.execute import carry_out
from materials_cli.sync.facts import Accepted
from materials_cli.sync.look import learned, look
from materials_cli.sync.plan import plan
from materials_cli.sync.replacements import decide, read_waiting
from materials_cli.sync.room import require_room, within
from materials_cli.sync.texts import ReadingReport, read_new

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Collection as Group

    from materials_cli.drive.resources import Formats
    from materials_cli.sync.offered import Offer

_T = TypeVar("_T")


class Added(NamedTuple):
    """A collection that was added, and the listing of its folder, if the folder was checked."""

    collection: Collection
    listing: Listing | None


class Archive:
    """One archive. A failure of one collection does not affect the others, unless its reach is the archive (errors.Reach).

    root: its folder. config: the content of its materials.toml; read when first needed. executor: threads that list and
    download, or the address of a cluster; by default, each run has its own threads. progress: called with every step, from any
    thread. patience: the seconds without any sign of life that end a run; by default, half an hour. offer: see sync/offered.py.

    In the main thread, SIGTERM and SIGHUP end an operation as Ctrl-C does: SignalInterrupt is raised.
    """

    def __init__(
        self,
        root: Path | str,
        config: Config | None = None,
        *,
        executor: Executor | str | None = None,
        progress: Progress = lambda _: None,
        patience: float | None = None,
        offer: "Offer | None" = None,
    ) -> None:
        self.root, self._config = Path(root), config
        self.store = store_at(self.root, lambda what: self.progress(Step(StepKind.NOTICE, message=what)))
        self.store.single_writer |= config is not None and config.single_writer
        self._progress = self.progress = watchdog.living(progress)
        self._patience, self._offer = watchdog.PATIENCE if patience is None else patience, offer
        self._equipment = equipped(self.store, self._progress, executor)

    @property
    def config(self) -> Config:
        """The content of its materials.toml; raise bad_settings or newer_archive."""
        if self._config is None:
            self._config = load(self.root)
        return self._config

    def add(self, link: str, *, name: str | None = None, title: str | None = None, check: bool = True) -> Added:
        """Add a folder to materials.toml, which is created if it is missing; raise an error for an invalid or known link.

        name: the collection's short name; by default, made from the title. title: by default, the name of the folder.
        check: list the folder on Drive first.
        """
        if name is not None and not may_be_slug(name):
            raise MaterialsError(
                Code.BAD_USAGE, msg("--name may contain only a-z, 0-9, “-” and “_”; names such as “con” are reserved."),
                where=name, fix=msg("For example: --name {name}", name=new_slug(name, {c.slug for c in self._present})),
            )  # fmt: skip
        url, present = parse_link(link).url, self._present
        refuse_twin(Collection(slug=name or "", link=url), present)
        listing = self.listing(link) if check else None
        title = title or (listing.root.name if listing else "")
        collection = Collection(slug=name or new_slug(title, {c.slug for c in present}), link=url, title=title)
        self._append((collection,))
        return Added(collection, listing)

    def add_from(self, file: Path, *, check: bool = True) -> list[Added]:
        """Add all collections of another materials.toml, or none if one of them cannot be added."""
        wanted, present = read_collections(file), self._present
        for collection in wanted:
            if collection.about.wrong:
                raise collection.about.wrong[0]
            refuse_reserved(collection.slug)
            refuse_twin(collection, present)
            present = (*present, collection)
        added = [Added(collection, self.listing(collection.link) if check else None) for collection in wanted]
        self._append(wanted, file)
        return added

    def _append(self, collections: Sequence[Collection], file: Path | None = None) -> None:
        new = not (self.root / FILE).exists()
        add_collections(self.root, collections, file)
        if new:
            with suppress(MaterialsError):  # whoever cannot keep files of his own is asked later
                trust.begin(self.root)
        self._config = None

    def plan(
        self,
        collections: Iterable[str | Collection] = (),
        *,
        accept_withdrawals: bool = False,
        accept_replacements: bool = False,
    ) -> Iterator[Plan | MaterialsError]:
        """What a sync would do, for each collection (by default, all); or the error for which that is not known."""
        accepted = Accepted(accept_withdrawals, accept_replacements)

        def ask(source: Source, catalogue: Catalogue, collection: Collection, crew: Crew) -> Plan:
            return self._planned(source, catalogue, collection, crew, accepted, adopting=True)

        yield from self._asked(collections, ask)

    def compare(
        self, collections: Iterable[str | Collection] = (), chosen: "Group[tuple[str, str]] | None" = None
    ) -> Iterator[Comparison | MaterialsError]:
        """How what is held stands to what Drive states now, as plan() does; nothing is downloaded or changed.

        chosen: only these items, by collection and id.
        """

        def ask(source: Source, catalogue: Catalogue, collection: Collection, crew: Crew) -> Comparison:
            ids = None if chosen is None else {item for slug, item in chosen if slug == collection.slug}
            facts = look(source, self.store, catalogue, collection, crew)
            return compare(facts, digests=source.digests, chosen=ids)

        yield from self._asked(collections, ask)

    def _asked(
        self, collections: Iterable[str | Collection], ask: "Callable[[Source, Catalogue, Collection, Crew], _T]"
    ) -> Iterator[_T | MaterialsError]:
        """What Drive is asked about each collection, or the error for which there is no answer."""
        refuse_lost(self.store)
        with Interrupts(), Catalogue.open(self.store.catalogue) as catalogue:
            for collection in self._followed(collections):
                try:
                    with self._equipment.workers() as workers, self._equipment.source() as source:
                        answer: _T | MaterialsError = ask(source, catalogue, collection, Crew(workers, self._progress))
                except Exception as error:  # noqa: BLE001 - the border around one collection
                    answer = stopped_at(Reach.COLLECTION, error)
                yield answer

    def sync(
        self,
        collections: Iterable[str | Collection] = (),
        *,
        accept_withdrawals: bool = False,
        accept_replacements: bool = False,
    ) -> Iterator[Run]:
        """Bring collections (by default, all) up to date, one after another; yield each run when it has ended.

        A failed run has a `failure`; the next starts unless it would fail alike. Raise what keeps all from starting: locked.

        This is a generator: until it is exhausted or closed, it holds the lock of the archive and handles signals, even while
        the caller does something else between two runs. Ctrl-C, SIGTERM and SIGHUP wait until a run has been recorded.
        """
        accepted = Accepted(accept_withdrawals, accept_replacements)
        with Interrupts() as interrupts, self._equipment.locked():
            # A sync that began with an empty catalogue would forget what only the manifest tells: it is rebuilt first.
            # One from a backup would forget what its copy tells.
            rebuilt = self._rebuild() if is_lost(self.store) or is_outdated(self.store) else None
            yield from self._sync_all(collections, interrupts, rebuilt, accepted)

    def _sync_all(
        self, collections: Iterable[str | Collection], interrupts: Interrupts, rebuilt: Rebuilt | None, accepted: Accepted
    ) -> Iterator[Run]:
        with Catalogue.open(self.store.catalogue, write=True) as catalogue:
            resume(self.store, catalogue)
            followed = list(self._followed(collections))
            publish = Publication(self.store, catalogue, self.config, self._progress)
            if rebuilt and not followed:
                for collection in self.config.chosen(collections)[:1]:
                    with self._journal(catalogue, collection, publish, rebuilt) as journal:
                        pass  # the run of a collection that is not synced, to report that the catalogue was lost
                    yield journal.run
            for collection in followed:
                self._progress(Step(StepKind.STARTED, collection.slug))
                for wrong in collection.about.notices:
                    self._progress(Step(StepKind.NOTICE, collection.slug, message=wrong))
                journal, rebuilt = self._journal(catalogue, collection, publish, rebuilt), None
                run = self._sync(catalogue, journal, collection, interrupts, accepted)
                if collection.pictures and not run.failure:
                    self._equipment.draw_after(catalogue, collection.slug)
                if collection.meaning and not run.failure:
                    self._equipment.prepare_after(catalogue, self.config.collections, collection.slug)
                yield run
                if run.failure and run.failure.reach > Reach.COLLECTION:
                    return

    def _sync(
        self, catalogue: Catalogue, journal: Journal, collection: Collection, interrupts: Interrupts, accepted: Accepted
    ) -> Run:
        """One run of one collection. However it ends, its row and the manifest are up to date."""
        failure = None
        try:
            # The journal comes first: a run that cannot connect to Drive, or may not list the folder, is a failed run.
            with (
                interrupts.deferred(),
                journal,
                interrupts.allowed(),
                watchdog.Watchdog(self._patience) as hanging,
                self._equipment.workers() as workers,
                self._equipment.readers() as readers,
                self._equipment.source(collection.bandwidth) as source,
            ):
                hanging.wakes(source.wire.stop)
                crew = Crew(workers, self._progress, self._equipment.cluster)
                recover(self.store, catalogue, journal)
                made = self._planned(source, catalogue, collection, crew, accepted)
                if self._offer:
                    made = self._offer.accept(self.store, catalogue, made, self._progress, journal.failures)
                try:
                    lacking = carry_out(source, self.store, journal, made, crew, max_size=collection.max_size)
                except MaterialsError as error:  # what came before trouble that passes is read and found
                    read_new(self.store, catalogue, [collection] if error.status is ExitStatus.TEMPORARY else [], readers)
                    raise
                if made.undecided:
                    decide(source, self.store, journal, made, crew, readers, lacking)
                journal.failures += read_new(self.store, catalogue, [collection], readers).failures
                dispel(self.store, collection.slug, [failure.item for failure in journal.failures if failure.item])
                require_room(self.store, lacking)
        except Exception as error:  # noqa: BLE001 - the border around one collection
            failure = as_failure(error)
        kept = (*keep_copy(self.store, catalogue), *self._equipment.index(catalogue, self.config.large_index_from))
        return replace(journal.run, failure=failure, notices=(*journal.notices, *kept))

    def _journal(self, catalogue: Catalogue, collection: Collection, publish: Publication, rebuilt: Rebuilt | None) -> Journal:
        """The record of a run. rebuilt: what was done just now because the catalogue was lost, to be reported with it."""
        journal = Journal(catalogue, collection.slug, publish)
        if rebuilt:
            journal.failures.append(rebuilt.failure)
            journal.notices += rebuilt.losses
        return journal

    def rebuild(self, *, accept_losses: bool = False) -> Rebuilt:
        """Make a lost or damaged catalogue anew, or complete an intact one from the manifest; see rebuild.py.

        accept_losses: what is lost by now is no longer reported. Raise nothing_to_rebuild if there is nothing to make it from.
        """
        with Interrupts():
            if taken := take_published(self.store):
                return taken
            with self._equipment.locked(following=False):
                return self._rebuild(accept_losses=accept_losses)

    def _rebuild(self, *, accept_losses: bool = False) -> Rebuilt:
        made = rebuild(self.store, self._progress, accept_losses=accept_losses)
        if made.changed:
            with Catalogue.open(self.store.catalogue, write=True) as catalogue, self._equipment.readers() as readers:
                read_new(self.store, catalogue, self.config.collections, readers)
                read_waiting(self.store, catalogue, catalogue.replaced(), readers)
                take_in(self.store, catalogue)
                update_manifest(self.store, catalogue)
                keep_copy(self.store, catalogue, always=True)
            self.store.tell(self._progress)
        return made

    def _planned(
        self,
        source: Source,
        catalogue: Catalogue,
        collection: Collection,
        crew: Crew,
        accepted: Accepted,
        *,
        adopting: bool = False,
    ) -> Plan:
        """The plan of a collection; raise an error if it cannot be made, or would lead out of the archive.

        adopting: what an interrupted run finished has not been adopted yet; the plan takes that into account, keeping nothing.
        """
        facts = look(source, self.store, catalogue, collection, crew, accepted)
        made = within(without_adopted(self.store, plan(facts)) if adopting else plan(learned(catalogue, facts)), self.store)
        self.store.refuse_links_above(action.path for action in made.actions if action.path)
        return made

    def index(
        self,
        collections: Iterable[str | Collection] = (),
        *,
        items: Sequence[Item] | None = None,
        everything: bool = False,
        failed: bool = False,
    ) -> ReadingReport:
        """Extract text, without connecting to Drive, and prepare it for search by meaning where a collection asks for that.

        items: only from these; everything: from all again; failed: from those that could not be read, or only partly. By
        default, from items that have no text yet or were read by an older version.
        """
        chosen = self.config.chosen(collections)
        with Interrupts(), self.writing(alone=False) as catalogue, self._equipment.readers() as readers:
            if items is None and (everything or failed):
                items = [item for each in chosen for item in catalogue.each([each.slug]) if everything or item.note]
            report = read_new(self.store, catalogue, chosen, readers, items)
            if report.read:
                take_in(self.store, catalogue)
                update_manifest(self.store, catalogue)
                self._equipment.index_after_reading(catalogue, self.config.large_index_from)
            return replace(report, prepared=self._equipment.prepare(catalogue, self.config.collections))

    def verify(self, collections: Iterable[str | Collection] = (), choice: Choice = ALL) -> Verification:
        """Read every file of the mirror and of versions/, and compare it with the catalogue; upkeep.py records what was found.

        choice: only those of some items.
        """
        refuse_lost(self.store)
        slugs = [collection.slug for collection in self.config.chosen(collections)] if collections else []
        with Interrupts(), self._equipment.joined() as elsewhere, self._equipment.workers(os.cpu_count() or 1) as workers:
            return verify(self.store, slugs, workers, self._progress, choice, elsewhere=elsewhere)

    def restore(self, item: Item, version: Version | None = None, folder: Path | None = None) -> Path:
        """Write a copy of an item, or of an earlier version, to a folder (by default, the current one); see custody.restore."""
        with Interrupts():
            return restore(self.store, item, version or current(item), (folder or Path()).absolute())

    @property
    def _present(self) -> tuple[Collection, ...]:
        return self.config.collections if (self.root / FILE).is_file() else ()

    def listing(self, link: str, formats: "Formats | None" = None) -> Listing:
        """The listing of the folder that a link leads to. formats: as in drive.walk.crawl()."""
        parsed = parse_link(link)
        with Interrupts(), self._equipment.workers() as workers, self._equipment.source(tries=TRIES_WHILE_WATCHED) as source:
            root = find_root(source, parsed.folder_id, parsed.resource_key)
            return crawl(source, root, parsed.resource_key, workers, self._progress, formats).listing()

    def _followed(self, collections: Iterable[str | Collection]) -> Iterator[Collection]:
        """The collections to sync; of a detached one, only a notice."""
        for collection in self.config.chosen(collections):
            if collection.detached:
                what = msg("“{slug}” is detached: it is kept as it is, and not synced.", slug=collection.slug)
                self._progress(Step(StepKind.NOTICE, collection.slug, message=what))
            else:
                yield collection

    @contextmanager
    def writing(self, *, alone: bool = True) -> Iterator[Catalogue]:
        """The catalogue, open for writing, with the lock held; raise catalogue_lost. alone: no cluster is needed."""
        refuse_lost(self.store)
        with self._equipment.locked(alone=alone), Catalogue.open(self.store.catalogue, write=True) as catalogue:
            resume(self.store, catalogue)
            try:
                yield catalogue
            finally:
                self.store.tell(self._progress)

"""Gathers the facts for a plan: from Drive, the catalogue and the disk."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.sightings import sightings
from materials_cli.catalogue.sources import record_told, told_of
from materials_cli.config import Collection
from materials_cli.drive.link import parse_link
from materials_cli.drive.source import Source
from materials_cli.drive.walk import crawl, find_root
from materials_cli.errors import Code, Reach, stopped_at
from materials_cli.messages import msg, msgid
from materials_cli.model import Failure, Item, Listing, Step, StepKind
from materials_cli.slugs import refuse_reserved
from materials_cli.store.doubts import doubted
from materials_cli.store.mirror import Store
from materials_cli.sync.crew import Crew
from materials_cli.sync.facts import NOTHING, Accepted, Facts
from materials_cli.sync.guard import refuse_emptied, to_ask_about
from materials_cli.sync.origin import origin
from materials_cli.sync.rough import as_known
from materials_cli.sync.selection import excluded_folders, left_out


def look(
    source: Source,
    store: Store,
    catalogue: Catalogue,
    collection: Collection,
    crew: Crew,
    accepted: Accepted = NOTHING,
) -> Facts:
    """The facts for a plan; raise an error if the folder cannot be listed or is suddenly empty."""
    refuse_reserved(collection.slug)
    link = parse_link(collection.link)
    root = find_root(source, link.folder_id, link.resource_key)
    # Listing Drive is mostly waiting: the catalogue and the disk are read meanwhile.
    children = crew.elsewhere.lister(source) if crew.elsewhere else None
    with ThreadPoolExecutor(1, "walk") as beside:
        crawled = beside.submit(
            crawl, source, root, link.resource_key, crew.workers, crew.progress, collection.formats, children
        )
        try:
            held, seen = catalogue.held(collection.slug), sightings(catalogue.connection, collection.slug)
            disturbed = store.survey(held, doubted(store, collection.slug))
            listing = _reachable(crawled.result().listing(held), disturbed.unreachable)
            held = {item_id: item for item_id, item in held.items() if item_id not in disturbed.unreachable}
        except KeyboardInterrupt:
            source.wire.stop()
            raise
    crew.progress(Step(StepKind.LISTED, amount=len(listing.files), total=len(listing.folders)))
    crew.progress(Step(StepKind.PLANNING, amount=len(listing.files)))
    # What Drive was last known to have is a replacement, if there is one.
    last = {item.id: item.replaced for item in held.values()}
    files = tuple(as_known(file, last.get(file.id), seen.get(file.id)) for file in listing.files)
    facts = Facts(
        collection=collection.slug,
        listing=replace(listing, files=files),
        held=held,
        absent=disturbed.absent,
        edited=disturbed.edited,
        damaged=disturbed.damaged,
        strayed=disturbed.strayed,
        left_out=left_out(files, collection),
        excluded=excluded_folders(listing.closed, collection),
        accepted=accepted,
    )
    refuse_emptied(facts, link.url)
    return _ask_about(facts, source, crew)


def learned(catalogue: Catalogue, facts: Facts) -> Facts:
    """The facts, when what the listing tells has been kept."""
    before = told_of(catalogue.connection, facts.collection)
    record_told(catalogue.connection, facts.collection, origin(facts, before, datetime.now(UTC)))
    return facts


def _reachable(listing: Listing, unreachable: Mapping[str, str]) -> Listing:
    """The listing without the items in folders that may not be entered here, and with that trouble.

    Such an item stays as it is, whatever Drive has: neither its bytes nor its row is touched.
    """
    why = msgid("“{path}” cannot be entered on this computer, so what is in it is neither checked nor changed.")
    troubles = (Failure("", Code.DISK_REFUSED, msg(why, path=folder)) for folder in sorted({*unreachable.values()}))
    files = tuple(file for file in listing.files if file.id not in unreachable)
    return replace(listing, files=files, troubles=(*listing.troubles, *troubles))


def _ask_about(facts: Facts, source: Source, crew: Crew) -> Facts:
    """The facts, with what Drive says of each missing item: that it is gone, or why there is no answer."""

    def is_gone(item: Item) -> bool | Failure:
        try:
            return source.is_gone(item.remote)
        except Exception as error:  # noqa: BLE001 - the border around one file
            refused = stopped_at(Reach.FILE, error)
            what = msg("Whether “{name}” is gone could not be found out: {reason}", name=item.path, reason=refused.what)
            return Failure("", refused.code, what, item.id, refused.trace)

    missing = to_ask_about(facts)
    answers = list(crew.workers.map(is_gone, missing))
    unanswered = tuple(answer for answer in answers if isinstance(answer, Failure))
    return replace(
        facts,
        gone=frozenset(item.id for item, answer in zip(missing, answers, strict=True) if answer is True),
        listing=replace(facts.listing, troubles=(*facts.listing.troubles, *unanswered)),
    )

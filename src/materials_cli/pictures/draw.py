"""Draws what is not drawn yet: a picture of every slide and page of the bytes that the archive holds.

Threads wait for children that draw (child.py), and write what came; what cannot be drawn gets a card with its text. One broken
file costs itself. A run that is interrupted goes on where it stopped, since a file's pictures count once all are there.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from materials_cli.batches import in_parallel
from materials_cli.catalogue.items import Catalogue
from materials_cli.errors import Code, MaterialsError, Reach, stopped_at
from materials_cli.extract.pool import Pool, Staff
from materials_cli.kinds import Kind
from materials_cli.messages import Message, msg
from materials_cli.model import Failure, Fixity, Item, Step, StepKind, Text
from materials_cli.pictures.card import HEIGHT, WIDTH, cards
from materials_cli.pictures.drawn import SVG, Drawn, Sheet
from materials_cli.pictures.kept import CARD, DRIVE, Drawing, Pictures
from materials_cli.pictures.tools import installed
from materials_cli.store.fixity import require_intact
from materials_cli.store.mirror import Store
from materials_cli.store.space import room
from materials_cli.watchdog import alive

PROGRAM = "materials_cli.pictures.child"
SECONDS = 120.0
_KINDS = {Kind.SLIDES, Kind.PDF, Kind.DOCUMENT}
_MOST_PAGES = 2_000


@dataclass(frozen=True, slots=True)
class Pictured:
    """The pictures of one item. by: how many each tool has drawn; a "card" shows text only. lacks: what could draw more.

    note: why there are cards, or nothing.
    """

    item: Item
    by: Mapping[str, int]
    note: Message | None = None
    lacks: str = ""
    unit: str = "slide"
    faceless: bool = False


@dataclass(slots=True)
class PictureReport:
    """The results. drawn: now; ready: drawn earlier. dropped: of how many bytes the pictures went, since they are not held.

    absent: items whose file is missing or was changed. failures: unexpected errors. stopped: why not all was looked at.
    faceless: of which Drive may have a picture (see Drawing).
    """

    drawn: list[Pictured] = field(default_factory=list)
    ready: list[Pictured] = field(default_factory=list)
    dropped: int = 0
    absent: list[Item] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    stopped: MaterialsError | None = None
    faceless: list[Item] = field(default_factory=list)


def is_drawable(item: Item) -> bool:
    """Whether an item has slides or pages, by what it is called or what was read in it."""
    return item.kind in _KINDS or item.unit in {"slide", "page"}


def draw_items(
    store: Store, catalogue: Catalogue, items: Iterable[Item], artists: Staff, *, again: bool = False, best: bool = False
) -> PictureReport:
    """Draw what is not drawn yet of these items. again: everything anew. Pictures of what is no longer held are dropped."""
    pictures, tools, report = Pictures(store.root), installed(), PictureReport()
    report.dropped = pictures.clear(held_digests(catalogue))
    wanted: dict[str, Item] = {}
    for item in filter(is_drawable, items):
        known = None if again else pictures.drawing(item.fixity.sha256)
        if known and _is_ready(pictures, item, known) and known.is_current(tools, best=best):
            report.ready.append(_pictured(item, known))
            report.faceless += [item] if known.faceless else []
        else:
            wanted.setdefault(item.fixity.sha256, item)
    work = partial(_draw_item, store, pictures, artists.pool, best=best)
    tasks = ((item, catalogue.text(item.collection, item.id)) for item in wanted.values())
    artists.progress(Step(StepKind.PICTURED, amount=0, total=len(wanted)))
    finished = 0
    with closing(in_parallel(artists.threads, work, tasks)) as batches:
        for (item, _), future in (each for batch in batches for each in batch):
            finished += 1
            artists.progress(Step(StepKind.PICTURED, item.path, finished, len(wanted)))
            if not _take(report, item, future.result()):
                break
    return report


def _is_ready(pictures: Pictures, item: Item, known: Drawing) -> bool:
    """Whether all pictures of an item are on the disk."""
    return len(pictures.of(item.fixity.sha256)) == len(known.pictures)


def held_digests(catalogue: Catalogue) -> frozenset[str]:
    """The digests of all bytes that the archive holds, earlier versions among them."""
    return catalogue.kept_digests() | {item.fixity.sha256 for item in catalogue.each()}


def draw_bytes(
    pictures: Pictures, pool: Pool, path: Path, fixity: Fixity, name: str, text: Text | None, *, best: bool = False
) -> Drawing:
    """Draw a file with these bytes, called so, and keep its pictures; raise bytes_missing, bytes_damaged or a disk error."""
    require_intact(path, fixity, name)
    request = {"name": name.rpartition("/")[2], "slides": text is not None and text.unit == "slide", "best": best}
    with pictures.scratch(fixity.sha256) as scratch:
        drawn, note, lacks = ask(pool, path, scratch, request)
        contents: dict[int, bytes | Path] = {sheet.number: scratch / sheet.file for sheet in drawn.sheets}
        texts = dict(cards(drawn, text or Text(), note, _MOST_PAGES))
        entries = [(*sheet, drawn.by) for sheet in drawn.sheets] + [(number, SVG, WIDTH, HEIGHT, CARD) for number in texts]
        unit = drawn.unit if drawn.sheets or text is None else text.unit
        drawing = Drawing(unit, tuple(sorted(entries)), installed(), note if texts else None, lacks)
        drawing, face = _with_face(pictures, fixity.sha256, drawing)
        pictures.keep(fixity.sha256, drawing, {**contents, **texts, **face})
    return drawing


def _with_face(pictures: Pictures, digest: str, drawing: Drawing) -> tuple[Drawing, dict[int, bytes]]:
    """A new drawing with what Drive gave or did not have for the one before; and the picture, if it is still needed."""
    before = pictures.drawing(digest)
    if before is None or DRIVE not in before.tools:
        return drawing, {}
    given = next((each for each in pictures.of(digest) if each.by == DRIVE), None) if drawing.faceless else None
    content = given.read() if given else None
    if given is None or content is None:
        return drawing.with_thumbnail(None), {}
    return drawing.with_thumbnail((given.width, given.height)), {1: content}


def _draw_item(
    store: Store, pictures: Pictures, pool: Pool, task: tuple[Item, Text | None], *, best: bool
) -> Pictured | MaterialsError:
    item, text = task
    try:
        alive()
        if room(store.root) < 0:
            why = msg("5 % of the disk, or 1 GB if that is less, always stay free.")
            return MaterialsError(
                Code.DISK_FULL, msg("No room on this disk for more pictures."), where=str(store.root), why=why
            )
        with store.reading_item(item) as path:
            return _pictured(item, draw_bytes(pictures, pool, path, item.fixity, item.path, text, best=best))
    except Exception as error:  # noqa: BLE001 - the border around one file
        return stopped_at(Reach.ARCHIVE, error)


def _take(report: PictureReport, item: Item, made: Pictured | MaterialsError) -> bool:
    """Put a result into the report; False if nothing more can be drawn."""
    if isinstance(made, Pictured):
        report.drawn.append(made)
        report.faceless += [item] if made.faceless else []
    elif made.reach > Reach.FILE:
        report.stopped = made
        return False
    elif made.code in {Code.BYTES_MISSING, Code.BYTES_DAMAGED}:
        report.absent.append(item)
    else:
        report.failures.append(Failure(item.path, made.code, made.what, item.id, made.trace))
    return True


def _pictured(item: Item, drawing: Drawing) -> Pictured:
    return Pictured(
        item, Counter(by for *_, by in drawing.pictures), drawing.note, drawing.lacks, drawing.unit, drawing.faceless
    )


def ask(pool: Pool, path: Path, into: Path, request: Mapping[str, object]) -> tuple[Drawn, Message | None, str]:
    """What a child draws, all pages in turn; why there is no more, and what could draw it."""
    whole, first, done = Drawn("", "page"), 1, 0
    while done < first <= _MOST_PAGES:
        answer = pool.ask({**request, "path": str(path.absolute()), "into": str(into.absolute()), "first": first})
        if isinstance(answer, Message):
            return whole, answer, ""
        if "sheets" not in answer:
            return whole, Message.from_json(answer["note"]), str(answer.get("lacks", ""))
        sheets = tuple(Sheet(*sheet) for sheet in answer["sheets"])
        whole = Drawn(answer["by"], answer["unit"], whole.sheets + sheets, answer["pages"])
        done, first = first, int(answer["next"]) if answer["next"] <= answer["pages"] else 0
    return whole, msg("Some slides or pages could not be drawn."), ""

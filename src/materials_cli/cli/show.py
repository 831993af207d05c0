"""`materials show`: show everything known about an item, or the text of a slide."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from materials_cli.catalogue.descriptions import own_of
from materials_cli.catalogue.verifications import last_verified
from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption
from materials_cli.cli.described import about_row, described
from materials_cli.cli.items import ItemArgument, SlideOption, archive_of, extent, find_place
from materials_cli.cli.output import (
    day,
    for_the_reader,
    is_terminal,
    moment,
    out,
    paged,
    print_columns,
    print_json,
    print_raw,
    print_rows,
    print_wrapped,
    safe,
    styled,
)
from materials_cli.cli.sources import danger_row
from materials_cli.cli.versions import Listed, list_versions
from materials_cli.config import Collection
from materials_cli.custody.holdings import Holding
from materials_cli.custody.losses import Loss, open_losses
from materials_cli.dates import rfc3339
from materials_cli.describe.description import Description, Own
from materials_cli.export.rows import row
from materials_cli.messages import msg, msgid, placed, size, tr, trn, verbatim
from materials_cli.model import Item, Replacement, Section, Text
from materials_cli.pictures.kept import CARD, DRIVE, Picture, Pictures
from materials_cli.sources.kept import marks_of
from materials_cli.sources.look import endangered
from materials_cli.sources.outlook import Danger
from materials_cli.sources.telling import sentence
from materials_cli.store.fixity import Flaw
from materials_cli.store.mirror import Store
from materials_cli.store.objects import key_of
from materials_cli.words.addresses import unaddressed
from materials_cli.words.names import named

if TYPE_CHECKING:
    from rich.text import Text as Line

    from materials_cli.catalogue.items import Catalogue

_DRAWN_BY = {DRIVE: msg("Drive’s own picture"), CARD: msg("cards with text only")}
_ROUNDED = 1000  # bytes from which size() rounds


def show(
    context: typer.Context,
    item: ItemArgument,
    *,
    slide: SlideOption = None,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Show everything known about an item, with its outline.

    For a single slide, show its text.

    Example: materials show georgia#3
    """
    here = archive_of(context, archive, item)

    def read(catalogue: "Catalogue") -> _Section | _Whole:
        place = find_place(here, catalogue, item, slide)
        text = catalogue.text(place.item.collection, place.item.id)
        if text and place.number:
            text = replace(text, sections=tuple(section for section in text.sections if section.number == place.number))
            if not as_json:
                return _Section(place.item, text)
        return _whole(here, catalogue, place.item, text)

    shown = here.asked(read)
    if isinstance(shown, _Section):
        with paged(), for_the_reader():
            _print_section(shown.item, shown.text)
        return
    found, collection = shown.item, shown.collection
    if as_json:
        row_of = {**_full_row(found, shown.text, shown.versions, shown.flaw), "languages": shown.languages}
        row_of |= {"lost": list(map(_lost_row, shown.lost)), "last_verified": rfc3339(shown.last)}
        row_of |= {"last_copy": rfc3339(shown.only), "endangered": shown.danger and danger_row(shown.danger)}
        row_of["pictures"] = [{"section": each.number, "by": each.by, "file": str(each.path)} for each in shown.pictures]
        about = Description(item=found, own=shown.own, collection=collection).row()
        print_json("materials/show@1", [{**row_of, "described": about, "event": about_row(collection)}])
        return
    with paged(), for_the_reader():
        earlier = [*_picture_pair(shown.pictures), *map(_version_pair, shown.versions), *map(_lost_pair, shown.lost)]
        told = described(found, shown.own, collection)
        _print_item(
            found, shown.text, shown.languages, told, earlier, shown.path, shown.flaw, shown.last, shown.only, shown.danger
        )


class _Section(NamedTuple):
    """A slide, page or sheet that was asked for alone. text: has no other."""

    item: Item
    text: Text


class _Whole(NamedTuple):
    """What is known of an item. last: when it was verified; only: since when it is the last copy; flaw: of the file at path."""

    item: Item
    text: Text | None
    collection: Collection
    versions: list[Listed]
    languages: Sequence[str]
    own: Own
    last: datetime | None
    only: datetime | None
    danger: Danger | None
    pictures: Sequence[Picture]
    lost: list[Loss]
    path: Path | str
    flaw: Flaw | None


def _whole(here: ArchiveContext, catalogue: "Catalogue", found: Item, text: Text | None) -> _Whole:
    """Everything that is read of an item, so that nothing is waited for while it is printed."""
    key, now, configured = (found.collection, found.id), datetime.now(UTC), here.config.collections
    marks = marks_of(here.store, catalogue, configured, lambda: [found], now)
    collection = next((each for each in configured if each.slug == found.collection), None)
    path, flaw = _place(here.store, found)
    return _Whole(
        item=found,
        text=text,
        collection=collection or Collection(slug=found.collection, link=""),
        versions=list_versions(here.store, catalogue, found),
        languages=catalogue.languages(found),
        own=own_of(catalogue, found),
        last=last_verified(catalogue.connection, found.collection, found.id),
        only=marks.last.get(key),
        danger=endangered(catalogue, configured, {found.collection}, now).get(key) if key in marks.signs else None,
        pictures=Pictures(here.store.root).of(found.fixity.sha256),
        lost=[x for x in open_losses(here.store, catalogue) if (x.collection, x.id) == key],
        path=path,
        flaw=flaw,
    )


def _print_section(item: Item, text: Text) -> None:
    """Print the text of one section."""
    for section in text.sections:
        where = placed(text.unit, section.number)
        pieces = [(label, piece.strip(), style) for label, piece, style in _pieces(section) if piece.strip()]
        if not is_terminal():
            print_rows((item.path, tr(where)) for _ in (section,))
            print_raw("".join(f"\n{_lines(piece)}\n" for parts in pieces for piece in ["\n".join(filter(None, parts[:2]))]))
            return
        head = styled(item.path, "bold").append(f"  {tr(where)}", "cyan").append_text(_marks(section))
        print_wrapped(out(), head)
        for label, piece, style in pieces or [("", tr("(no text)"), "dim")]:
            out().print()
            if label:
                out().print(styled(tr(label), "cyan"))
            for line in piece.splitlines():
                print_wrapped(out(), styled(line, style))


def _pieces(section: Section) -> tuple[tuple[str, str, str], ...]:
    """The parts of a section's text, each with its label, if it needs one, and its style."""
    return ("", section.title, "bold"), ("", section.body, ""), (msgid("Speaker notes:"), section.notes, "italic")


def _lines(text: str) -> str:
    return "\n".join(safe(line) for line in text.splitlines())


def _place(store: Store, item: Item) -> tuple[Path | str, Flaw | None]:
    """Where its bytes are, and what is wrong with them; those of an object store are not fetched for that."""
    if store.on_disk:
        return store.place(item), Holding.of(item).flaw(store)
    return f"{store.url}/{key_of(item.fixity.sha256)}", Holding.of(item).absence(store)


def _print_item(
    item: Item,
    text: Text | None,
    languages: Sequence[str],
    about: Sequence[tuple[str, object]],
    earlier: Sequence[tuple[str, "Line"]],
    path: Path | str,
    flaw: Flaw | None,
    verified: datetime | None,
    only: datetime | None,
    danger: Danger | None,
) -> None:
    """Print an item: what it is, where it comes from, its checksum, its earlier versions and its outline."""
    remote = item.remote
    facts: list[tuple[str, object]] = [
        (tr("Name"), remote.name),
        (tr("Kind"), f"{tr(str(item.kind))} ({item.media_type})"),
        (tr("Length"), extent(item) if item.sections else None),
        (tr("Languages"), tr(named(languages))),
        (tr("Size"), _size(item.fixity.size)),
        *about,
        (tr("Local path"), path) if isinstance(path, Path) else (tr("Object"), path),
        (tr("Trouble"), flaw and tr(flaw.what)),
        (tr("On Drive"), remote.web_link),
        (tr("Folder"), " / ".join(remote.folders)),
        (tr("Also at"), "; ".join(remote.also)),
        (tr("Owner"), unaddressed(remote.owner)),
        (tr("Created"), _moment(remote.created)),
        (tr("Modified"), _moment(remote.modified)),
        (tr("First seen"), moment(item.first_seen)),
        (tr("Fetched"), moment(item.fetched)),
        (tr("Withdrawn"), _moment(item.withdrawn)),
        (tr("Last copy"), only and tr("on Drive, no file with this content is known since {time}", time=moment(only))),
        (tr("Endangered"), danger and tr(sentence(danger, day))),
        ("SHA-256", item.fixity.sha256),
        (
            tr("Checked"),
            tr("compared with Drive's own checksum") if item.verified else tr("Drive provides no checksum for it"),
        ),
        (tr("Last verified"), _moment(verified)),
        (tr("Id"), item.id),
        (tr("Note"), tr(item.note) if item.note else None),
        (tr("Waiting"), item.replacement and _waiting(item.replacement)),
    ]
    pairs = [(label, styled(value, "red" if label == tr("Trouble") else "")) for label, value in facts if value]
    _print_pairs([*pairs, *earlier])
    if text and text.sections:
        out().print()
        _print_pairs(
            [(tr(placed(text.unit, section.number)), _outlined(section)) for section in text.sections], justify="right"
        )


def _moment(time: datetime | None) -> str | None:
    return moment(time) if time else None


def _waiting(new: Replacement) -> str:
    """The content that Drive has instead, and that has not been accepted."""
    facts = [
        tr("new content on Drive since {time}", time=moment(new.remote.modified or new.fetched)),
        tr(size(new.fixity.size)),
        f"SHA-256 {new.fixity.sha256}",
    ]
    return "; ".join(
        (", ".join(facts), *([tr(new.damage).rstrip(".")] if new.damage else []), "materials sync --accept-replacements")
    )


def _picture_pair(pictures: Sequence[Picture]) -> Iterator[tuple[str, "Line"]]:
    """How many pictures there are of it, by what draws, and where they lie."""
    if pictures:
        by = Counter(tr(_DRAWN_BY.get(picture.by, verbatim(picture.by))) for picture in pictures)
        counts = ", ".join(f"{name}: {count:,}" for name, count in by.items())
        yield tr("Pictures"), styled(f"{counts}; {pictures[0].path.parent}")


def _version_pair(listed: Listed) -> tuple[str, "Line"]:
    """An earlier version: its number, date, size, digest, why it was replaced, and what is wrong with its file."""
    version = listed.version
    times = [tr("fetched {time}", time=moment(version.fetched))]
    times += [tr("modified {time}", time=moment(version.modified))] if version.modified else []
    shown = styled(", ".join([*times, tr(size(version.fixity.size)), f"SHA-256 {version.fixity.sha256}"]))
    if listed.reason:
        shown.append(f"; {safe(tr(listed.reason))}")
    if listed.flaw:
        shown.append(f"; {tr(listed.flaw.what)}", "red")
    return tr("Version {number}", number=str(listed.number)), shown


def _lost_pair(loss: Loss) -> tuple[str, "Line"]:
    """Earlier bytes that could not be recovered when the catalogue was rebuilt."""
    return tr("Lost"), styled(f"SHA-256 {loss.sha256}; {tr(loss.reason)}", "red")


def _lost_row(loss: Loss) -> dict[str, Any]:
    return {"sha256": loss.sha256, "reason": loss.reason}


def _full_row(item: Item, text: Text | None, versions: Sequence[Listed], flaw: Flaw | None) -> dict[str, Any]:
    """An item as a JSON object, with its outline and earlier versions. on_disk: "intact", "missing", "damaged" or "closed"."""
    return {
        **row(item),
        "on_disk": _on_disk(flaw),
        "properties": dict(text.properties) if text else {},
        "outline": [
            {"section": s.number, "title": s.title, "hidden": s.hidden, "ocr": s.ocr, "body": s.body, "notes": s.notes}
            for s in (text.sections if text else ())
        ],
        "versions": [
            {
                "number": listed.number, "sha256": v.fixity.sha256, "bytes": v.fixity.size, "path": v.path,
                "modified": rfc3339(v.modified), "fetched": rfc3339(v.fetched), "retired": rfc3339(v.retired),
                "reason": listed.reason, "on_disk": _on_disk(listed.flaw),
            }
            for listed in versions for v in (listed.version,)
        ],
    }  # fmt: skip


def _on_disk(flaw: Flaw | None) -> str:
    return flaw.fault if flaw else "intact"


def _outlined(section: Section) -> "Line":
    title = section.title or section.body.strip().partition("\n")[0][:80]
    return styled(title or tr("(no text)"), "" if title else "dim").append_text(_marks(section))


def _marks(section: Section) -> "Line":
    """Labels for a section that is hidden or was recognised in pictures."""
    shown = styled("")
    if section.hidden:
        shown.append(f"  {tr('hidden')}", "yellow")
    if section.ocr:
        shown.append(f"  {tr('OCR')}", "yellow")
    return shown


def _print_pairs(pairs: Sequence[tuple[str, "Line"]], justify: str = "left") -> None:
    """Print labels and values: as a table on a terminal, separated by tabs in a pipe."""
    if not is_terminal():
        print_rows((label, shown.plain) for label, shown in pairs)
        return
    print_columns([(styled(label, "dim"), shown) for label, shown in pairs], right=(0,) if justify == "right" else ())


def _size(count: int) -> str:
    """A size for people, and the exact one where it says more."""
    exact = trn("{count} byte", "{count} bytes", count)
    return exact if count < _ROUNDED else f"{tr(size(count))} ({exact})"

"""`materials add`: what lies behind a link, and its place in materials.toml."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from anyascii import anyascii

from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption
from materials_cli.cli.output import print_json, say
from materials_cli.config import FILE, SLUG, Collection, add_collections, read_collections
from materials_cli.drive.link import parse_link
from materials_cli.errors import MaterialsError
from materials_cli.messages import counted, msg, size, tr, trn, verbatim
from materials_cli.model import Listing

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG = 40
_TRIES_WHILE_WATCHED = 3  # nobody waits half a minute to learn that there is no network


def add(
    context: typer.Context,
    link: Annotated[str | None, typer.Argument(metavar="LINK", help="The link to a Drive folder.", show_default=False)] = None,
    *,
    name: Annotated[
        str | None, typer.Option("--name", metavar="SLUG", help="A short name: a-z, 0-9, - and _.", show_default=False)
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="A title for people.", show_default=False)
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Add the collections defined in this file.", show_default=False),
    ] = None,
    check: Annotated[bool, typer.Option("--check/--no-check", help="Check the folder on Drive first.")] = True,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Add a Drive folder to the archive.

    If there is no archive yet, one is created here.

    Example: materials add "https://drive.google.com/drive/folders/…"
    """
    if (link is None) == (source is None):
        raise MaterialsError("bad_usage", msg("Give either a folder link or --from FILE."), fix=verbatim("materials add LINK"))
    here = ArchiveContext.of(context, archive)
    folder = here.folder or (here.named or Path.cwd()).absolute()
    present = here.config.collections if here.folder else ()
    if source is not None:
        wanted = read_collections(source)
        if check:
            for collection in wanted:
                _describe(collection.link)
    else:
        wanted = (_collection(link or "", name, title, present, check=check),)
    for collection in wanted:
        _refuse_twin(collection.slug, collection.link, present)
        present = (*present, collection)
    add_collections(folder, wanted, source)
    if as_json:
        rows = [{"collection": added.slug, "title": added.title, "link": added.link} for added in wanted]
        print_json("materials/add@1", rows, archive=str(folder))
        return
    for collection in wanted:
        if collection.title:
            say(tr("Added “{slug}” to {path}: {title}", slug=collection.slug, path=folder / FILE, title=collection.title))
        else:
            say(tr("Added “{slug}” to {path}", slug=collection.slug, path=folder / FILE))
    say(tr("Next: materials sync"))


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    url: str


def _describe(link: str) -> _Found:
    """Look at the folder on Drive and tell the person what is there."""
    from materials_cli.cli.crew import crew, drive  # noqa: PLC0415 - TAB and `--help` do without Google's client
    from materials_cli.drive.walk import find_root, walk  # noqa: PLC0415

    parsed = parse_link(link)
    with drive(tries=_TRIES_WHILE_WATCHED) as client, crew(client) as (hands, _):
        root = find_root(client, parsed.folder_id, parsed.resource_key)
        listing = walk(client, root, parsed.resource_key, hands.workers, hands.progress)
    _print_found(listing)
    return _Found(str(root.get("name", "")), parsed.url)


def _collection(link: str, name: str | None, title: str | None, present: tuple[Collection, ...], *, check: bool) -> Collection:
    if name is not None and not SLUG.fullmatch(name):
        raise MaterialsError(
            "bad_usage", msg("--name may contain only a-z, 0-9, “-” and “_”."), where=name,
            fix=msg("For example: --name samarkand-2025"),
        )  # fmt: skip
    found = _Found("", parse_link(link).url)
    _refuse_twin(name or "", found.url, present)
    if check:
        found = _describe(link)
    slug = name or _slug(title or found.name, {c.slug for c in present})
    return Collection(slug=slug, link=found.url, title=title or found.name)


def _slug(title: str, taken: set[str]) -> str:
    plain = _NOT_SLUG.sub("-", anyascii(title).lower()).strip("-")
    slug = plain[:_LONGEST_SLUG].rpartition("-")[0] or plain[:_LONGEST_SLUG] if len(plain) > _LONGEST_SLUG else plain
    slug = slug or "collection"
    candidates = (slug, *(f"{slug}-{number}" for number in range(2, 1000)))
    return next(candidate for candidate in candidates if candidate not in taken)


def _refuse_twin(slug: str, link: str, present: tuple[Collection, ...]) -> None:
    folder = parse_link(link).folder_id
    for collection in present:
        if collection.slug == slug:
            what = msg("A collection named “{slug}” already exists.", slug=slug)
            raise MaterialsError("collection_exists", what, where=collection.link)
        if parse_link(collection.link).folder_id == folder:
            raise MaterialsError(
                "collection_exists", msg("This folder is already in the archive, as “{slug}”.", slug=collection.slug),
                where=link,
                why=msg("A folder needs to be added only once."), fix=verbatim(f"materials sync {collection.slug}"),
            )  # fmt: skip


def _print_found(listing: Listing) -> None:
    """What lies behind a link."""
    native = sum(file.native for file in listing.files)
    found = {
        "name": listing.root.name,
        "files": counted(len(listing.files), "file"),
        "folders": counted(len(listing.folders), "folder"),
        "size": size(sum(file.size or 0 for file in listing.files)),
    }
    if native:
        documents = trn("{count} Google document", "{count} Google documents", native)
        say(tr("Found “{name}”: {files} in {folders}, {size} and {documents}", **found, documents=documents))
    else:
        say(tr("Found “{name}”: {files} in {folders}, {size}", **found))
    for notice in listing.notices:
        say(tr(notice), style="yellow")

"""What everybody may see of the holdings: what people decided to publish (triage/), and nothing else.

The holdings are made anew from what a release gives, field by field: what is not named here is in no byte of the pages.
"""

from dataclasses import replace

from materials_cli.about import About
from materials_cli.config import Collection as Configured
from materials_cli.describe.description import Description, Own
from materials_cli.describe.event import event_row
from materials_cli.model import Fixity, RemoteFile
from materials_cli.model import Item as Archived
from materials_cli.model import Section as Text
from materials_cli.pictures.kept import DRIVE, Picture
from materials_cli.site.holdings import Collection, Holdings, Item, Section, language_of
from materials_cli.site.places import pictures_of
from materials_cli.triage.found import Decision
from materials_cli.triage.release import Release, Releases
from materials_cli.words.languages import languages


def published(holdings: Holdings, releases: Releases) -> Holdings:
    """The holdings for everybody; a collection of which nothing is shown is not there."""
    collections = [_collection(each, releases) for each in holdings.collections]
    shown = tuple(each for each in collections if each.items)
    title = holdings.title if len(holdings.collections) > 1 or not shown else shown[0].title
    return Holdings(
        title=releases.clean(title) if shown else "",
        identity=holdings.identity,
        made=holdings.made,
        collections=shown,
        public=True,
    )


def _collection(collection: Collection, releases: Releases) -> Collection:
    """A collection with what may be shown of its event: no link to the folder, which would lead to everything in it."""
    about = _about(collection.about, releases)
    configured = Configured(slug=collection.slug, link="", title=releases.clean(collection.title), about=about)
    items = tuple(
        _item(item, release, configured) for item in collection.items if (release := releases.of(item.description.item)).shown
    )
    countries = [*event_row(configured)["country_codes"], *(code for item in items for code in item.countries)]
    return Collection(
        slug=collection.slug,
        title=about.title or configured.title,
        configured=configured,
        countries=tuple(dict.fromkeys(countries)),
        languages=tuple(dict.fromkeys(code for item in items for code in item.languages)),
        items=items,
    )


def _about(about: About, releases: Releases) -> About:
    clean = releases.clean
    return About(
        title=clean(about.title),
        date=about.date,
        place=clean(about.place),
        part_of=clean(about.part_of),
        organisers=tuple(map(clean, about.organisers)),
        project=clean(about.project),
        countries=tuple(map(clean, about.countries)),
        languages=tuple(map(clean, about.languages)),
        rights=clean(about.rights),
        contact=clean(about.contact),
        other=tuple((clean(name), clean(value)) for name, value in about.other),
    )


def _item(item: Item, release: Release, configured: Configured) -> Item:
    one = item.description
    pictures = {each.number: _shown(each) for each in item.sections if each.number in release.pictured}
    own = _own(one.own, release)
    return Item(
        key=item.key,
        description=Description(item=_archived(one.item, item.key, release), own=own, collection=configured),
        language=language_of(own.title, tuple(own.languages)),
        year=item.year,
        sections=tuple(replace(_section(each), picture=pictures.get(each.number)) for each in release.sections),
        pictures=pictures_of(item),
        redacted=release.decision is Decision.REDACT,
        deck=release.deck,
    )


def _shown(section: Section) -> Picture | None:
    """The picture of a section; not Drive's own, which may be of a later state than the bytes that were looked at."""
    return None if section.picture and section.picture.by == DRIVE else section.picture


def _section(text: Text) -> Section:
    found = languages(f"{text.title}\n{text.body}")
    return Section(
        number=text.number,
        title=text.title,
        text=text.body,
        language=next(iter(found), ""),
        languages=found,
        ocr=text.ocr,
    )


def _own(own: Own, release: Release) -> Own:
    """What the item says of itself, as far as it may be said; people only where they may be named."""
    clean = release.clean
    return Own(
        title=clean(own.title),
        creators=tuple(
            replace(creator, organisation=clean(creator.organisation or "") or None)
            for creator in own.creators
            if release.named(creator.name)
        ),
        languages=own.languages,
        session=clean(own.session or "") or None,
        day=own.day,
        date=own.date,
        countries=own.countries,
        description=clean(own.description or "") or None,
        keywords=tuple(filter(None, map(clean, own.keywords))),
        rights=clean(own.rights or "") or None,
    )


def _archived(item: Archived, key: str, release: Release) -> Archived:
    """The item itself: without whoever owns it and, unless its file may be given, without what identifies that."""
    remote, may_be_given = item.remote, release.deck
    name, folders = release.clean(remote.name), tuple(map(release.clean, remote.folders))
    shown = RemoteFile(
        id=remote.id if may_be_given else key,
        drive_id=remote.drive_id if may_be_given else key,
        name=name,
        parent="",
        folders=folders,
        media_type=remote.media_type,
        created=remote.created,
        modified=remote.modified,
        web_link=remote.web_link if may_be_given else None,
    )
    return Archived(
        collection=item.collection,
        remote=shown,
        path=item.path if may_be_given else "/".join((item.collection, *folders, name)),
        media_type=item.media_type,
        fixity=item.fixity if may_be_given else Fixity(item.fixity.size, ""),
        first_seen=item.first_seen,
        fetched=item.fetched,
        unit=item.unit,
        title=release.clean(item.title or "") or None,
        sections=len(release.sections),
    )

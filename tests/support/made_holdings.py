"""Holdings for the catalogue of pages, made by hand: decks in several scripts with pictures, and one that is all hostile."""

from datetime import UTC, datetime
from pathlib import Path

from materials_cli.about import About
from materials_cli.config import Collection as Configured
from materials_cli.describe.description import Country, Creator, Description, Own
from materials_cli.model import Fixity, RemoteFile
from materials_cli.model import Item as Archived
from materials_cli.pictures.kept import Picture
from materials_cli.site.holdings import Collection, Holdings, Item, Section

TIME = datetime(2025, 6, 24, 9, 30, tzinfo=UTC)
# What runs, if any of it does, says so in `window.ran`.
HOSTILE = (
    "</script><script>ran=1</script><img src=x onerror='ran=1'>\"><svg onload=ran=1>{{ ran }}${ran=1}`<!--<b \u202egnp\u2028"
)
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90" width="1600" height="900" onload="top.ran=1">'
    '<script>top.ran=1</script><image href="https://example.org/x.png"/><rect width="160" height="90" fill="#{colour}"/>'
    '<text x="12" y="30" font-family="sans-serif" font-size="10">{title}</text></svg>'
)
DECKS = (
    ("georgia", "ka", "GE", "ელექტრონული მმართველობა", "ნინო ბერიძე", ("იუსტიციის სახლი", "მონაცემთა გაცვლის სისტემა")),
    ("cambodia", "km", "KH", "រដ្ឋាភិបាលឌីជីថល", "សុខ ដារ៉ា", ("សេវាសាធារណៈ", "អត្តសញ្ញាណឌីជីថល")),
    ("korea", "ko", "KR", "전자정부와 민관협력", "김민수", ("디지털 플랫폼 정부", "민관협력 사례")),
    ("estonia", "en", "EE", "X-Road in practice", "Piret Tõnurist", ("Once only", "Secure exchange of data")),
)  # fmt: skip


def made_holdings(folder: Path) -> Holdings:
    """Two collections: one of decks in several scripts, one with a single hostile item. folder: where its pictures go."""
    about = About(
        title="Digital government workshop",
        date="2025-06-23/2025-06-25",
        place="Samarkand, Uzbekistan",
        organisers=("UNDP",),
        rights="CC-BY-4.0",
    )
    workshop = Configured(slug="workshop", link="https://drive.google.com/drive/folders/abc", about=about)
    decks = tuple(_deck(folder, workshop, number, *deck) for number, deck in enumerate(DECKS, 1))
    bad = About(title=HOSTILE, place=HOSTILE, contact=HOSTILE, organisers=(HOSTILE,), other=((HOSTILE, HOSTILE),))
    other = Configured(slug="other", link="javascript:ran=1", title=HOSTILE, about=bad)
    hostile = _item(folder, other, 9, HOSTILE, HOSTILE, "en", "GE", (HOSTILE, HOSTILE))
    return Holdings(
        title="Workshops",
        identity="0123456789",
        made=TIME,
        collections=(
            Collection(slug="workshop", title=about.title, configured=workshop, items=decks, countries=("GE", "KH", "KR", "EE"),
                       languages=("ka", "km", "ko", "en")),
            Collection(slug="other", title=HOSTILE, configured=other, items=(hostile,), countries=("GE",), languages=("en",)),
        ),
    )  # fmt: skip


def _deck(
    folder: Path, collection: Configured, number: int, name: str, language: str, country: str, title: str, who: str,
    texts: tuple[str, ...],
) -> Item:  # fmt: skip
    return _item(folder, collection, number, title, who, language, country, (title, *texts), name=name)


def _item(
    folder: Path, collection: Configured, number: int, title: str, who: str, language: str, country: str,
    texts: tuple[str, ...], name: str = HOSTILE.replace("/", "_"),
) -> Item:  # fmt: skip
    path = f"{collection.slug}/Day {number}/{name}.pptx"
    remote = RemoteFile(
        id=f"id-{number}", drive_id=f"id-{number}", name=f"{name}.pptx", parent="top", folders=(f"Day {number}",),
        modified=TIME, owner="owner@example.org", modified_by="editor@example.org",
        web_link="javascript:ran=1" if name.startswith("<") else f"https://docs.google.com/presentation/d/{number}",
    )  # fmt: skip
    archived = Archived(
        collection=collection.slug, remote=remote, path=path, media_type="application/x", first_seen=TIME,
        fixity=Fixity(40_000, f"{number:064x}"), fetched=TIME, unit="slide", title=title, sections=len(texts),
    )  # fmt: skip
    own = Own(
        title=title, creators=(Creator(who, "Ministry of Finance", country),), languages={language: len(texts)}, day=number,
        session=title, countries=(Country(country),), description=title, keywords=(title,),
    )  # fmt: skip
    return Item(
        key=f"{number:010x}", description=Description(item=archived, own=own, collection=collection), language=language,
        year=2024 + number % 2,
        named=(remote.name, remote.folders[0], f"{title}\n{who}"),
        sections=tuple(
            Section(
                number=place, title=text, text=f"{text}\n{place}. {name}", notes=f"{name} notes", language=language,
                languages=(language,), picture=_picture(folder, number, place, text), hidden=place == 3,
            )
            for place, text in enumerate(texts, 1)
        ),
    )  # fmt: skip


def _picture(folder: Path, number: int, place: int, title: str) -> Picture | None:
    """The pictures of the last deck are missing, as where nothing can draw it."""
    if number == len(DECKS):
        return None
    path = folder / f"{number}-{place}.svg"
    shown = title.replace("&", "&amp;").replace("<", "&lt;")
    path.write_text(_SVG.replace("{colour}", f"{number * 2 + 2}cc").replace("{title}", shown), "utf-8")
    return Picture(place, path, "image/svg+xml", 1600, 900, "test", "slide")

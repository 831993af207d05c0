"""The sample workshop: a small Drive with the languages, kinds of files and awkward names of a real one.

Everything in it is invented, and marked as a sample.
"""

import io
import re
import zipfile
from datetime import UTC, datetime
from importlib.resources import files
from typing import TypeVar

from materials_cli.emulator.formats import PPTX
from materials_cli.emulator.node import Export
from materials_cli.emulator.world import World

NAME = "SAMPLE workshop – PPP and AI in digital transformation"
_RELATION = re.compile(rb"<Relationship [^>]*/>")
_PICTURE = re.compile(r"(/media/\D*)\d+(\.\w+)\Z")
_PICTURE_TARGET = re.compile(rb'/media/([^"/]+)"')
_T = TypeVar("_T")
_CASES = (
    ("georgian.pptx", "Delegation of Georgia – ელექტრონული მმართველობა.pptx"),
    ("kazakh.pptx", "Delegation of Kazakhstan – Цифрлық қызметтер.pptx"),
    ("uzbek.pptx", "Delegation of Uzbekistan – Raqamli davlat xizmatlari.pptx"),
    ("armenian.pptx", "Delegation of Armenia – Թվային փոխակերպում.pptx"),
    ("khmer.pptx", "Delegation of Cambodia – រដ្ឋាភិបាលឌីជីថល.pptx"),
)


def sample_world() -> World:
    """A Drive with the sample workshop."""
    world = World(NAME)
    first, second = world.add_folder("Day 1"), world.add_folder("Day 2")
    models = world.add_folder("Session 1 – Models of partnership", first)
    cases = world.add_folder("Session 2 – Country cases", first)
    ai = world.add_folder("Session 3 – AI in the public sector", second)
    groups = world.add_folder("Session 4 – Working groups", second)
    _file(world, "agenda.docx", "Agenda.docx", world.root, 22)
    _file(world, "agenda-draft.docx", "Agenda.docx", world.root, 20)
    _file(world, "concept.pdf", "Concept note.pdf", world.root, 20)
    _file(world, "participants.xlsx", "Participants.xlsx", world.root, 22)
    opening = _file(world, "opening.pptx", "Opening – Models of PPP.pptx", models, 23)
    world.change(opening, description="Opening lecture of the sample workshop")
    _file(world, "questions.pptx", 'Q&A: "risk sharing" 50/50? <draft>.pptx', models, 23)
    for source, name in _CASES:
        case = _file(world, source, name, cases, 23)
        world.change(case, owner=f"{name.partition(' – ')[0]} (sample)")
    lecture = _file(world, "korean.pptx", "전자정부와 민관협력.pptx", ai, 24)
    world.change(lecture, owner="Delegation of the Republic of Korea (sample)", description="한국 사례 발표 자료 (sample)")
    _file(world, "russian.pptx", "Искусственный интеллект в госуправлении.pptx", ai, 24)
    summary = world.add_native("Summary of the working groups", "presentation", _exports("google-slides"), groups)
    world.change(summary, modified=_day(25), owner="Rapporteur of the working groups (sample)")
    world.add_native("Feedback form", "form", {}, groups)
    world.add_shortcut("Opening lecture (see Day 1).pptx", opening, groups)
    world.add_file("Notes of the last hour.txt", b"", groups, modified=_day(25))
    return world


def export_of(package: bytes) -> Export:
    """Exports of one Office document that are as unstable as Google's.

    Each has different times, picture numbers, and order of parts and relationships, and the same content.
    """

    def export(number: int) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            first, *others = source.namelist()
            pictures = _renumbered([name for name in others if _PICTURE.search(name)], number)
            for name in (first, *_turned(others, number)):
                data = source.read(name)
                if name.endswith(".rels"):
                    data = _reordered(_PICTURE_TARGET.sub(lambda found: _renamed(found, pictures), data), number)
                info = zipfile.ZipInfo(pictures.get(name, name), (2025, 6, 1 + number % 28, number % 24, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(info, data)
        return out.getvalue()

    return export


def _renumbered(pictures: list[str], number: int) -> dict[str, str]:
    """New numbers for the same pictures; each keeps its suffix."""
    numbers = _turned(list(range(1, len(pictures) + 1)), number)
    return {name: _PICTURE.sub(rf"\g<1>{n}\g<2>", name) for name, n in zip(pictures, numbers, strict=True)}


def _renamed(target: re.Match[bytes], pictures: dict[str, str]) -> bytes:
    """The target of a relationship under its new number."""
    names = {old.rpartition("/")[2]: new.rpartition("/")[2] for old, new in pictures.items()}
    old = target[1].decode()
    return target[0].replace(target[1], names.get(old, old).encode())


def _exports(source: str) -> dict[str, Export]:
    pdf, text = _bytes(f"{source}.pdf"), _bytes(f"{source}.txt")
    return {PPTX: export_of(_bytes(f"{source}.pptx")), "application/pdf": lambda _: pdf, "text/plain": lambda _: text}


def _reordered(relations: bytes, number: int) -> bytes:
    """The same relationships in another order."""
    found = _RELATION.findall(relations)
    turned = iter(_turned(found, number))
    return _RELATION.sub(lambda _: next(turned), relations)


def _turned(things: list[_T], number: int) -> list[_T]:
    turn = number % max(len(things), 1)
    return [*things[turn:], *things[:turn]]


def _file(world: World, source: str, name: str, parent: str, day: int) -> str:
    return world.add_file(name, _bytes(source), parent, modified=_day(day))


def _day(day: int) -> datetime:
    return datetime(2025, 6, day, 9, 30, tzinfo=UTC)


def _bytes(source: str) -> bytes:
    return (files("materials_cli.emulator") / "sample" / source).read_bytes()

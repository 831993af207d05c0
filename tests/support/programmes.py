"""Programmes of events as organisers send them, in tests/agenda/programmes: each with what its folder holds, and the truth.

A file has its format, the agenda ("| cell | cell" are rows of a table, "=== name" begins a sheet, "//" a line in a cell), what
is held (path | text of the first slide | words of the entry it belongs to; "?" for one that nobody can tell), and who is
missing ("? " before one that cannot be told, because a deck that says nothing may be theirs).
"""

import io
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import docx
import openpyxl

from materials_cli.agenda.match import Comparison, Deck, Talk, compare
from materials_cli.agenda.slots import Agenda
from materials_cli.describe.countries import countries_in

FOLDER = Path(__file__).parent.parent / "agenda" / "programmes"
_DOCUMENTS = {".docx", ".xlsx", ".txt"}


class Held(NamedTuple):
    """What is held: its path, the text it opens with, and the words of its entry; "" for none, "?" for one not to be told."""

    path: str
    opening: str
    belongs: str


class Programme(NamedTuple):
    """An agenda as the bytes of a file, what is held, and the words that name each missing talk."""

    suffix: str
    content: bytes
    held: tuple[Held, ...]
    missing: frozenset[str]

    def compared(self, agenda: Agenda) -> Comparison:
        """The agenda as it was read, compared with what is held."""
        return compare(agenda, [_deck(one) for one in self.held], lambda text: frozenset(countries_in(text)))


def programme(name: str) -> Programme:
    """One of the programmes, by the name of its file."""
    head, agenda, held, missing = (FOLDER / f"{name}.txt").read_text("utf-8").split("\n--- ")
    options = dict(line.split(": ") for line in head.splitlines())
    lines = agenda.partition("\n")[2].split("\n")
    decks = (Held(*(part.strip() for part in line.split("|"))) for line in held.splitlines()[1:])
    content = _BUILDERS.get(options["format"], _text)(lines, options.get("encoding", "utf-8"))
    return Programme(options["format"], content, tuple(decks), frozenset(missing.splitlines()[1:]))


def says(talk: Talk, words: str, *, whole: bool = False) -> bool:
    """Whether a talk has all the words; whole: or one of those who speak in the same entry."""
    slot, people = talk.slot, talk.slot.speakers if whole else talk.speakers
    text = f"{slot.title} {slot.session} {people}".casefold()
    return all(word in text for word in words.casefold().split(" & "))


def _deck(held: Held) -> Deck:
    path = PurePosixPath(held.path)
    slides = path.suffix not in _DOCUMENTS
    opening = held.opening.replace(" / ", "\n")
    return Deck("c", held.path, f"c/{path}", path.name, path.parts[:-1], "", opening, slides=slides)


def _cells(line: str) -> list[str]:
    return [cell.strip().replace(" // ", "\n") for cell in line.removeprefix("|").split(" | ")]


def _text(lines: list[str], encoding: str) -> bytes:
    return "\n".join(lines).encode(encoding)


def _calendar(lines: list[str], encoding: str) -> bytes:
    return "\r\n".join(lines).encode(encoding)


def _word(lines: list[str], _: str) -> bytes:
    document, table = docx.Document(), None
    for line in lines:
        if not line.startswith("|"):
            document.add_paragraph(line)
            table = None
            continue
        cells = _cells(line)
        table = table or document.add_table(0, max(len(_cells(row)) for row in lines if row.startswith("|")))
        row = table.add_row().cells
        if len(cells) == 1:
            row[0].merge(row[-1]).text = cells[0]
        for cell, text in zip(row, cells if len(cells) > 1 else (), strict=False):
            cell.text = text
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _workbook(lines: list[str], _: str) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for line in lines:
        if line.startswith("=== "):
            sheet = book.create_sheet(line.removeprefix("=== "))
        else:
            sheet.append([cell or None for cell in _cells(line)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


_BUILDERS = {".docx": _word, ".xlsx": _workbook, ".ics": _calendar}

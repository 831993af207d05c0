"""Texts for NotebookLM and other assistants that are given sources: Markdown, a file a deck or, for many, several in one.

Such a tool takes 50 sources of 500,000 words each (its free tier; support.google.com/notebooklm). Every slide has an anchor and
a line that says where it is from, so that an answer can be followed back to it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from materials_cli.describe.countries import country_name
from materials_cli.describe.description import Description
from materials_cli.disk import replacing
from materials_cli.export.escape import visible
from materials_cli.export.folder import new_folder
from materials_cli.export.formats import Request, Wrote
from materials_cli.export.references import key_of
from materials_cli.messages import Message, msg, placed
from materials_cli.model import Section, State, Text

MOST_FILES, MOST_WORDS = 50, 500_000
_CONTENTS = "00 Contents.md"
_HEAD = "# Contents\n\nThe archive's files, and where their text is. What is withdrawn is no longer on Drive.\n"
_IN_NAMES = frozenset("_.,()+&–-")
_JOINERS = "\u200c\u200d"  # they join or part the letters of a word
# What begins a tag, a link, a character's name or an escape in Markdown; then a heading, a list, a rule or a quotation.
_SIGNS = re.compile(r"[<\[]|&(?=#?\w+;)|\\(?=[!-/:-@\[-`{-~])", re.ASCII)
_MARKUP = re.compile(r"^(\s*)(?:([#>=~`|+*_-])|(\d+)([.)]))", re.ASCII)


class _Bundle(NamedTuple):
    """A file to be written: its name and how many items, from the first that no earlier bundle has."""

    name: str
    items: int


def write(request: Request) -> Wrote:
    """A folder of Markdown files."""
    bundles, too_much = _bundles((one.item.path, one.own.words) for one in request.descriptions())
    ones = request.descriptions()
    contents = [_HEAD]
    with new_folder(request.target) as folder:
        for bundle in bundles:
            with replacing(folder / bundle.name) as file:
                for _ in range(bundle.items):
                    one = next(ones)
                    contents.append(_listed(one, bundle.name))
                    for line in _document(one, request.catalogue.text(one.item.collection, one.item.id)):
                        file.write((line + "\n").encode("utf-8", "replace"))
        (folder / _CONTENTS).write_bytes(("\n".join(contents) + "\n").encode("utf-8", "replace"))
    notes: tuple[Message, ...] = ()
    if too_much:
        notes = (msg("These would be more than {most} files: choose only some of the collections.", most=str(MOST_FILES)),)
    return Wrote(len(contents) - 1, msg("NotebookLM and other assistants take these files as sources."), notes)


def _bundles(items: Iterable[tuple[str, int]]) -> tuple[list[_Bundle], bool]:
    """How items, given by path and number of words, are put into files; and whether these are too many all the same."""
    counted = list(items)
    if len(counted) < MOST_FILES:
        return [_Bundle(_name(number, path.rpartition("/")[2]), 1) for number, (path, _) in enumerate(counted, 1)], False
    room = sum(words for _, words in counted) / (MOST_FILES - 2)
    made: list[_Bundle] = []
    count, held, first = 0, 0, ""
    for path, words in counted:
        if count and (held + words > MOST_WORDS or held >= room):
            made.append(_Bundle(_name(len(made) + 1, first), count))
            count, held = 0, 0
        first = path if not count else first
        count, held = count + 1, held + words
    made += [_Bundle(_name(len(made) + 1, first), count)] if count else []
    return made, len(made) >= MOST_FILES


def _name(number: int, title: str) -> str:
    """The name of a file, which a person recognises and every disk takes."""
    title = visible(title).replace("/", " – ")
    kept = (char if _is_in_names(char, title[at - 1 : at]) else " " for at, char in enumerate(title))
    telling = " ".join("".join(kept).split()).strip(" .")[:80].rstrip(" .")
    return f"{number:02} {telling}.md" if telling else f"{number:02}.md"


def _is_in_names(char: str, before: str) -> bool:
    """Whether a character stays in a name: letters, marks and numbers of every script, and some others. before: it."""
    if char in _JOINERS:
        return bool(before) and unicodedata.category(before)[0] in "LM"
    return char in _IN_NAMES or unicodedata.category(char)[0] in "LMN"


def _listed(one: Description, file: str) -> str:
    withdrawn = " – withdrawn" if one.item.state is State.WITHDRAWN else ""
    return f"- {_plain(one.own.title)} ({_plain(one.item.path)}){withdrawn}: {file}"


def _document(one: Description, text: Text | None) -> Iterator[str]:
    """The lines of an item: what it is, then each of its sections."""
    item, own, key = one.item, one.own, key_of(one)
    yield f'<a id="{key}"></a>\n\n# {_plain(own.title)}\n'
    facts = {
        "File": item.path,
        "Event": one.event,
        "People": "; ".join(creator.name for creator in own.creators),
        "Countries": ", ".join(country_name(country.code) for country in own.countries),
        "Languages": ", ".join(own.languages),
        "Changed": f"{item.remote.modified:%Y-%m-%d}" if item.remote.modified else "",
        "On Drive": item.remote.web_link or "",
        "Rights": one.rights,
        "SHA-256": item.fixity.sha256,
    }
    yield from (f"- {name}: {_plain(value)}" for name, value in facts.items() if value)
    if item.state is State.WITHDRAWN:
        when = f" since {item.withdrawn:%Y-%m-%d}" if item.withdrawn else ""
        yield f"- **Withdrawn: it is no longer on Drive{when}.**"
    if text is None or not any(_words(section) for section in text.sections):
        yield "\n(No text was read from this file.)"
    for section in text.sections if text else ():
        yield from _section(one, key, text.unit if text else "section", section)
    yield ""


def _section(one: Description, key: str, unit: str, section: Section) -> Iterator[str]:
    where = str(placed(unit, section.number))
    title = f": {_plain(section.title)}" if section.title.strip() else ""
    hidden = " (hidden)" if section.hidden else ""
    yield f'\n<a id="{key}-{section.number}"></a>\n\n## {where[:1].upper()}{where[1:]}{title}{hidden}\n'
    for line in visible(section.body).splitlines():
        yield _plain(line)
    if section.notes.strip():
        yield "\nSpeaker notes:\n"
        yield from map(_plain, visible(section.notes).splitlines())
    recognised = " (recognised in a picture: letters may be wrong)" if section.ocr else ""
    yield f"\n[Source: {_plain(one.item.path)}, {where}{recognised}]"


def _words(section: Section) -> str:
    return (section.title + section.body + section.notes).strip()


def _plain(text: str) -> str:
    """One line that is no Markdown syntax: a text cannot look like a heading or a source line of ours."""
    line = _SIGNS.sub(r"\\\g<0>", " ".join(visible(text).splitlines()))
    return _MARKUP.sub(r"\1\3\\\2\4", line)

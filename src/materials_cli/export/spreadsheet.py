"""Tables that went through a spreadsheet, whatever it made of separators and encodings."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from materials_cli.disk import disk_errors
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg

_LARGEST = 100_000_000


@dataclass(frozen=True, slots=True)
class Refused:
    """A row of a spreadsheet that was not taken. row: its number in the file. path: as it has it."""

    row: int
    path: str
    reason: Message


def rows_of(file: Path, fix: Message) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with their numbers: separated by commas, semicolons or tabs, in UTF-8 or UTF-16.

    fix: what to start from, if it is no table of ours. Raise bad_usage.
    """
    with disk_errors(), file.open("rb") as opened:
        content = opened.read(_LARGEST)
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise MaterialsError(
            Code.BAD_USAGE, msg("The table is not in UTF-8."), where=str(file), fix=msg("Save it as “CSV UTF-8”.")
        ) from error
    first, _, rest = text.partition("\n")
    skipped = first.strip().strip('"').lower().startswith("sep=")
    text = rest if skipped else text
    header = text.partition("\n")[0]
    separator = max(",;\t", key=header.count)
    try:
        table = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        names = [name.strip().lower() for name in next(table, [])]
        if not {"collection", "id"} <= set(names):
            raise MaterialsError(
                Code.BAD_USAGE, msg("The table has no columns “collection” and “id”."), where=str(file),
                fix=fix,
            )  # fmt: skip
        for number, cells in enumerate(table, 2 + skipped):
            yield number, dict(zip(names, cells, strict=False))
    except csv.Error as error:
        raise MaterialsError(
            Code.BAD_USAGE, msg("The table cannot be read: {reason}.", reason=error), where=str(file)
        ) from error

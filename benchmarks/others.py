"""Reads a folder of other people's documents as a sync would: python benchmarks/others.py FOLDER [--sample 100].

Every file goes through the true pool. Printed are counts by format, the notes, what is a bug of ours, and the slowest files.
With --sample, so many documents are also read by LibreOffice (soffice), and the words that only it finds are listed by file.
Nothing here is a test: the folder is yours, for example the test documents of apache/poi, apache/tika and mozilla/pdf.js.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pypdfium2 as pdfium

from materials_cli.extract.pool import Pool
from materials_cli.messages import Message
from materials_cli.model import Text

OURS = ("could not be read (", "crashed", "took longer")
SLIDES = {"pptx", "ppt", "odp", "pptm", "ppsx", "pps"}
SHEETS = {"xlsx", "xls", "ods", "xlsm", "xlsb"}
DOCUMENTS = {"docx", "doc", "odt", "rtf", "docm"}
WORD = re.compile(r"[^\W\d_]{3,}")
SECONDS = 120


class Read(NamedTuple):
    """One file: what was read, and seconds it took."""

    path: Path
    text: Text
    seconds: float

    @property
    def words(self) -> set[str]:
        """All words, in lower case."""
        sections = (f"{each.title}\n{each.body}\n{each.notes}" for each in self.text.sections)
        return {word.lower() for word in WORD.findall("\n".join((*sections, *self.text.properties.values())))}

    @property
    def suffix(self) -> str:
        """The extension of the name."""
        return self.path.suffix.lower().lstrip(".")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="documents to compare with LibreOffice")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    files = sorted(path for path in given.folder.rglob("*") if path.is_file())
    workers = min(2, os.cpu_count() or 1)
    with Pool(workers) as pool, ThreadPoolExecutor(workers) as threads:
        found = list(threads.map(lambda path: read(pool, path), files))
    report(found)
    if given.sample:
        able = [each for each in found if each.suffix in SLIDES | SHEETS | DOCUMENTS and each.text.sections]
        compare(random.Random(given.seed).sample(able, min(given.sample, len(able))))


def read(pool: Pool, path: Path) -> Read:
    """One file, through the pool."""
    begun = time.monotonic()
    text = pool.extract(path, path.name)
    return Read(path, text, time.monotonic() - begun)


def report(found: list[Read]) -> None:
    """Print what came out."""
    print(f"{len(found)} files\n\nformat     files   read  noted  neither")
    for suffix, count in Counter(each.suffix for each in found).most_common():
        these = [each for each in found if each.suffix == suffix]
        whole, noted = sum(bool(each.text.sections) for each in these), sum(each.text.note is not None for each in these)
        neither = sum(not each.text.sections and each.text.note is None for each in these)
        print(f"{suffix:8}{count:8}{whole:7}{noted:7}{neither:9}")
    print("\nnotes")
    for note, count in Counter(part for each in found if each.text.note for part in templates(each.text.note)).most_common():
        print(f"{count:6}  {note}")
    print("\nbugs of ours: exceptions, crashes, timeouts")
    for each in found:
        if any(sign in str(each.text.note) for sign in OURS):
            print(f"  {each.path}: {each.text.note!s}")
    print("\nslowest")
    for each in sorted(found, key=lambda each: -each.seconds)[:10]:
        print(f"{each.seconds:6.1f} s  {each.path}")


def templates(note: Message) -> list[str]:
    """The templates of a note: of one that joins others, of each."""
    inner = [value for _, value in note.fields if isinstance(value, Message)]
    return [text for value in inner for text in templates(value)] or [note.text]


def compare(found: list[Read]) -> None:
    """Print the words that only LibreOffice finds, by file, and what share of its words we have."""
    ours = theirs = 0
    for each in found:
        shown = office_words(each)
        if shown is None:
            continue
        lacking = shown - each.words
        ours += len(shown) - len(lacking)
        theirs += len(shown)
        if lacking:
            print(f"  {each.path} ({len(lacking)} of {len(shown)}): {' '.join(sorted(lacking)[:12])}")
    print(f"\nof LibreOffice's {theirs} words we have {ours / max(theirs, 1):.2%}")


def office_words(each: Read) -> set[str] | None:
    """The words that LibreOffice finds in a file; None if it reads none."""
    form = "pdf" if each.suffix in SLIDES else "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    form = "txt:Text (encoded):UTF8" if each.suffix in DOCUMENTS else form
    with tempfile.TemporaryDirectory() as folder:
        command = ["soffice", "--headless", f"-env:UserInstallation=file://{tempfile.gettempdir()}/soffice-profile"]
        command += ["--convert-to", form, "--outdir", folder, str(each.path)]
        try:
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
            print(f"  {each.path}: not read by LibreOffice ({type(error).__name__})", file=sys.stderr)
            return None
        texts = [
            pdf_text(path) if path.suffix == ".pdf" else path.read_text("utf-8", "replace") for path in Path(folder).iterdir()
        ]
    return {word.lower() for word in WORD.findall("\n".join(texts))} if texts else None


def pdf_text(path: Path) -> str:
    """The text of a PDF."""
    with pdfium.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


if __name__ == "__main__":
    main()

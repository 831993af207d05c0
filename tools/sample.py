"""Makes the files of the sample workshop from sample_texts.py: python tools/sample.py.

The result is the same on every run: fixed times, fixed order. It needs the `dev` extra.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import docx
import openpyxl
import pptx
from PIL import Image
from pptx.util import Inches, Pt
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

import sample_texts as texts

TARGET = Path(__file__).parents[1] / "src" / "materials_cli" / "emulator" / "sample"
WHEN = datetime(2025, 6, 20, 9, 0, tzinfo=UTC)


def deck(content: texts.Deck) -> bytes:
    made = pptx.Presentation()
    for slide_text in content.slides:
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = slide_text.title
        body = slide.placeholders[1].text_frame
        body.text = slide_text.bullets[0]
        for bullet in slide_text.bullets[1:]:
            body.add_paragraph().text = bullet
        if slide_text.table:
            rows, columns = len(slide_text.table), len(slide_text.table[0])
            table = slide.shapes.add_table(rows, columns, Inches(1), Inches(3.5), Inches(8), Inches(0.4 * rows)).table
            for r, row in enumerate(slide_text.table):
                for c, cell in enumerate(row):
                    table.cell(r, c).text = cell
                    table.cell(r, c).text_frame.paragraphs[0].font.size = Pt(14)
        if content is texts.GOOGLE_SLIDES:
            slide.shapes.add_picture(picture(len(made.slides)), Inches(7.5), Inches(0.2), height=Inches(0.5))
        if slide_text.notes:
            slide.notes_slide.notes_text_frame.text = slide_text.notes
    made.core_properties.title = content.slides[0].title
    made.core_properties.language = content.language
    return fixed(made)


def picture(number: int) -> io.BytesIO:
    """A plain picture, another one for each slide."""
    out = io.BytesIO()
    Image.new("RGB", (160, 60), (40 * number, 90, 200 - 30 * number)).save(out, "PNG")
    out.seek(0)
    return out


def document(sections: Sequence[tuple[str, Sequence[str]]], rows: Sequence[Sequence[str]] = ()) -> bytes:
    made = docx.Document()
    for number, (heading, lines) in enumerate(sections):
        made.add_heading(heading, 1)
        for line in lines:
            made.add_paragraph(line)
        if rows and not number:
            table = made.add_table(0, len(rows[0]), "Table Grid")
            for row in rows:
                cells = table.add_row().cells
                for cell, text in zip([cells[0].merge(cells[-1])] if len(row) == 1 else cells, row, strict=True):
                    cell.text = text
    made.core_properties.title = sections[0][0]
    return fixed(made)


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = "Participants"
    for row in rows:
        made.active.append(list(row))
    made.properties.title = "Participants"
    made.properties.created = made.properties.modified = WHEN.replace(tzinfo=None)
    made.properties.creator = texts.MARK
    out = io.BytesIO()
    made.save(out)
    return repacked(out.getvalue())


def pdf(pages: Sequence[tuple[str, Sequence[str]]]) -> bytes:
    out = io.BytesIO()
    made = canvas.Canvas(out, pagesize=A4, invariant=1)
    made.setTitle(pages[0][0])
    made.setAuthor(texts.MARK)
    for heading, lines in pages:
        made.setFont("Helvetica-Bold", 20)
        made.drawString(72, 760, heading)
        made.setFont("Helvetica", 12)
        for number, line in enumerate(lines):
            made.drawString(72, 720 - 20 * number, line.replace("–", "-"))
        made.showPage()
    made.save()
    return out.getvalue()


def handout(content: texts.Deck) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """A deck as the pages of a PDF, which Google's editors export beside the deck itself."""
    rows = [(slide, tuple(" - ".join(row) for row in slide.table)) for slide in content.slides]
    return tuple((slide.title, (*slide.bullets, *table)) for slide, table in rows)


def plain(content: texts.Deck) -> bytes:
    return "\n\n".join("\n".join((title, *lines)) for title, lines in handout(content)).encode()


def fixed(made: object) -> bytes:
    properties = made.core_properties  # type: ignore[attr-defined]
    properties.author = properties.last_modified_by = texts.MARK
    properties.created = properties.modified = WHEN.replace(tzinfo=None)
    properties.revision = 1
    out = io.BytesIO()
    made.save(out)  # type: ignore[attr-defined]
    return repacked(out.getvalue())


def repacked(content: bytes) -> bytes:
    """The same package with fixed times, without the template's own preview picture."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
    ):
        for info in source.infolist():
            if info.filename.endswith(("thumbnail.jpeg", "printerSettings1.bin")):
                continue
            data = source.read(info)
            if info.filename == "_rels/.rels":
                data = drop_relation(data, b"thumbnail")
            if info.filename.startswith("ppt/_rels/"):
                data = drop_relation(data, b"printerSettings")
            if info.filename == "docProps/core.xml":
                stamp = WHEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                data = data if b"modified" not in data else replace_time(data, stamp)
            entry = zipfile.ZipInfo(info.filename, WHEN.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, data)
    return out.getvalue()


def drop_relation(data: bytes, word: bytes) -> bytes:
    return re.sub(rb"<Relationship [^>]*" + word + rb"[^>]*/>", b"", data)


def replace_time(data: bytes, stamp: bytes) -> bytes:
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, data)


def files() -> dict[str, bytes]:
    return {
        **{content.file: deck(content) for content in texts.DECKS},
        "agenda.docx": document(texts.AGENDA, texts.AGENDA_TABLE),
        "agenda-draft.docx": document(texts.AGENDA_OLD),
        "concept.pdf": pdf(texts.CONCEPT_PAGES),
        "participants.xlsx": workbook(texts.PARTICIPANTS),
        "google-slides.pdf": pdf(handout(texts.GOOGLE_SLIDES)),
        "google-slides.txt": plain(texts.GOOGLE_SLIDES),
    }


if __name__ == "__main__":
    TARGET.mkdir(exist_ok=True)
    for name, content in files().items():
        (TARGET / name).write_bytes(content)

"""Hostile files: bombs, loops, malicious paths, random damage. None of them affects the parent process."""

import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen import canvas

from conftest import CORPUS
from materials_cli.extract.formats import extract
from materials_cli.extract.pool import Pool
from support.iwork_file import item, storage, write_iwork
from support.ole_file import END, word_97

MEGABYTE = 1024**2


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(2, seconds=20) as made:
        yield made


def zip_bomb(path: Path, part: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr(part, b" " * 70 * MEGABYTE)
    return path


def pdf_bomb(path: Path, filters: str = "/FlateDecode", times: int = 1) -> Path:
    """A page whose content unpacks to 1 GB; times: how often it is packed."""
    packer = zlib.compressobj(9)
    first, again = (packer.compress(b" " * MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    stream = first + again * 1023 + packer.flush()
    for _ in range(times - 1):
        stream = zlib.compress(stream, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R>>",
        b"<</Length %d/Filter[%s]>>\nstream\n%s\nendstream" % (len(stream), filters.encode(), stream),
    ]
    out = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + table + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
    path.write_bytes(out)
    return path


def test_bombs_are_refused_with_a_note(pool: Pool, tmp_path: Path) -> None:
    for name, part in (("a.pptx", "ppt/presentation.xml"), ("a.docx", "word/document.xml"), ("a.xlsx", "xl/workbook.xml")):
        assert "bomb" in str(pool.extract(zip_bomb(tmp_path / name, part), name).note)
    assert "bomb" in str(pool.extract(pdf_bomb(tmp_path / "a.pdf"), "a.pdf").note)
    assert pool.extract(pdf_bomb(tmp_path / "b.pdf", "/FlateDecode/FlateDecode", 2), "b.pdf").note


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux reports the peak memory of a process and limits it")
def test_bombs_do_not_increase_the_memory_of_the_parent(tmp_path: Path) -> None:
    """Measured in a process of its own: the most memory that it and its children ever had."""
    paths = [
        zip_bomb(tmp_path / "a.pptx", "ppt/presentation.xml"), pdf_bomb(tmp_path / "a.pdf"),
        pdf_bomb(tmp_path / "b.pdf", "/FlateDecode/FlateDecode", 2),
    ]  # fmt: skip
    if CORPUS.is_dir():
        paths += sorted((CORPUS / "odd").iterdir())
    # What getrusage() says of a process counts its parent's memory at the fork; the kernel's own line does not.
    program = (
        "import sys, re, resource, pathlib\nfrom materials_cli.extract.pool import Pool\n"
        "with Pool(1) as pool:\n    for name in sys.argv[1:]:\n        pool.extract(pathlib.Path(name), name)\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', pathlib.Path('/proc/self/status').read_text())[1])\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, paths)], capture_output=True, text=True, check=True, timeout=300
    )
    parent, children = (int(word) * 1024 for word in done.stdout.split())
    assert parent < 200 * MEGABYTE
    assert children < 900 * MEGABYTE


def test_an_excessive_amount_of_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("words " * 200_000)
    with Pool(1, output=100_000) as small:
        assert "more text" in str(small.extract(tmp_path / "a.txt", "a.txt").note)
        (tmp_path / "b.txt").write_text("few words")
        assert small.extract(tmp_path / "b.txt", "b.txt").sections[0].body == "few words"


def test_reading_a_file_times_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("words")
    with Pool(1, seconds=0.001) as hasty:
        assert "longer than" in str(hasty.extract(tmp_path / "a.txt", "a.txt").note)


def test_entities_and_paths_in_xml_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("zqsecret")
    for doctype in (f'<!ENTITY x SYSTEM "{secret.as_uri()}">', '<!ENTITY x "zqbomb">'):
        with zipfile.ZipFile(tmp_path / "a.docx", "w") as made:
            made.writestr("word/document.xml", f"<!DOCTYPE d [{doctype}]><d><p><r><t>&x;</t></r></p></d>")
        text = extract(tmp_path / "a.docx", "a.docx")
        assert (text.sections, "DTD" in str(text.note)) == ((), True)
    with zipfile.ZipFile(tmp_path / "b.docx", "w") as made:
        made.writestr("_rels/.rels", f'<R><r Type="x/officeDocument" Target="../../../../{secret}"/></R>')
        made.writestr("word/document.xml", "<d/>")
    assert "zqsecret" not in str(extract(tmp_path / "b.docx", "b.docx"))


def test_ten_thousand_levels_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.odt", "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        made.writestr("content.xml", "<a>" * 10_000 + "</a>" * 10_000)
    assert extract(tmp_path / "a.odt", "a.odt").note


def samples(folder: Path) -> list[Path]:
    """One whole file of each format."""
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Title"
    deck.save(str(folder / "a.pptx"))
    document = docx.Document()
    document.add_heading("Heading", 1)
    document.save(str(folder / "a.docx"))
    openpyxl.Workbook().save(folder / "a.xlsx")
    page = canvas.Canvas(str(folder / "a.pdf"))
    page.drawString(72, 720, "words")
    page.save()
    (folder / "a.rtf").write_bytes(rb"{\rtf1{\fonttbl{\f0\fcharset204 A;}}\f0 \'cf\u1078?{\field{\*\fldinst x}}}")
    (folder / "a.html").write_bytes(b"<html><meta charset=koi8-r><p>\xcf\xf0</p></html>")
    (folder / "a.csv").write_bytes("Привет;мир\n".encode("cp1251"))
    word_97(folder / "a.doc", [b"eight bits\r", "\x13 HYPERLINK \x14wide\x15\r"])
    write_iwork(folder / "a.key", {"Document": [item(1, 10000, b"", [2]), item(2, 2001, storage("words"))]})
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    """Files to damage: made ones of each format, and real ones where the machine has them."""
    made = samples(tmp_path_factory.mktemp("whole"))
    real = (
        [path for path in CORPUS.rglob("*") if path.is_file() and 0 < path.stat().st_size < 150_000] if CORPUS.is_dir() else []
    )
    return [*made, *sorted(real)]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("broken")


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_random_damage_to_real_files_never_harms_the_parent(
    pool: Pool, whole: Sequence[Path], broken: Path, data: st.DataObject
) -> None:
    source = data.draw(st.sampled_from(whole))
    content = bytearray(source.read_bytes())
    place = st.integers(0, len(content) - 1)
    for at, value in data.draw(st.lists(st.tuples(place, st.integers(0, 255)), max_size=30)):
        content[at] = value
    end = data.draw(st.one_of(st.just(len(content)), st.integers(1, len(content))))
    damaged = broken / f"x{source.suffix}"
    damaged.write_bytes(content[:end])
    text = pool.extract(damaged, damaged.name)
    assert text.note is None or str(text.note).endswith(".")
    assert "Error)" not in str(text.note)


def in_a_circle(path: Path, *, stated: int, tables: int = 1) -> Path:
    """A Word file whose text leads back to its beginning. stated: how long it says it is; tables: how many it says it has."""
    content = bytearray(word_97(path, [b"zqword in a document of the usual kind\r"]).read_bytes())
    (table,) = struct.unpack_from("<I", content, 76)
    entry = content.index("WordDocument".encode("utf-16-le"))
    (first,) = struct.unpack_from("<I", content, entry + 116)
    struct.pack_into("<I", content, entry + 120, stated)
    chain = first
    while (following := struct.unpack_from("<I", content, 512 * (table + 1) + 4 * chain)[0]) != END:
        chain = following
    struct.pack_into("<I", content, 512 * (table + 1) + 4 * chain, first)
    struct.pack_into("<I", content, 64, tables)
    path.write_bytes(content)
    return path


def test_what_leads_in_a_circle_in_an_old_office_file_ends(pool: Pool, tmp_path: Path) -> None:
    circle = in_a_circle(tmp_path / "a.doc", stated=0xF0000000)
    assert "zqword" in pool.extract(circle, "a.doc").sections[0].body
    for stated in (0, 0xF0000000):
        note = pool.extract(in_a_circle(tmp_path / "b.doc", stated=stated, tables=0x7FFFFFFF), "b.doc").note
        assert "damaged" in str(note)

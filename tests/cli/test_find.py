"""Finding on the command line: what may be typed, how hits fold, what a terminal gets and a pipe does not."""

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.model import Section, Step, Text
from materials_cli.search import terms
from materials_cli.search.engine import search
from materials_cli.search.items import resolve
from materials_cli.search.similar import similar
from materials_cli.search.terms import significant_terms
from support.command import data, run
from support.invented import invented_archive, put_invented
from support.terminal import seen

LONG = "padding " * 4000 + "needle in the very last words"


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    top = invented_archive(tmp_path)
    with Catalogue.open(top / ".materials" / "catalogue.sqlite", write=True) as catalogue:
        deck = put_invented(catalogue)
        for name, sha, sections, about in (
            (
                "budget.pdf",
                "b",
                (Section(1, "Budget", "Ann Lee"), Section(2, "", "procurement of clouds"), Section(3, "", LONG)),
                {},
            ),
            ("copy.pptx", deck.fixity.sha256, (Section(1, "Speakers of the first day", "Piret Tõnurist"),), {}),
            ("clouds.pptx", "c", (Section(1, "Clouds", "procurement of clouds, budget"),), {"author": "Нино Маргвелашвили"}),
            ("[link=evil]x\u202e.pptx", "d", (Section(1, "hostile", "hostile words"),), {}),
        ):
            item = replace(
                deck,
                remote=replace(deck.remote, id=name, drive_id=name, name=name),
                path=f"invented/{name}",
                fixity=replace(deck.fixity, sha256=sha),
                media_type="application/pdf" if name.endswith("pdf") else "x",
            )
            catalogue.record(item)
            unit = "page" if name.endswith("pdf") else "slide"
            catalogue.put_text("invented", name, Text(unit, sections, about), sha, 1)
            (top / item.path).write_bytes(b"x")
    monkeypatch.setenv("MATERIALS_ARCHIVE", str(top))
    return top


def found(*words: str) -> list[tuple[str, int | None]]:
    items = json.loads(run("search", "--json", *words).stdout)["items"]
    return [(hit["path"].removeprefix("invented/"), hit["section"]) for hit in items]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("procurement", "-budget"), [("budget.pdf", 2), ("speakers.pptx", 2)]),
        (("-budget", "procurement"), [("budget.pdf", 2), ("speakers.pptx", 2)]),
        (("procurement", "-n", "1", "-budget"), [("budget.pdf", 2)]),
        (("procurement", "-cloud", "-n50"), []),
        (("--", "procurement", "-budget"), [("budget.pdf", 2), ("speakers.pptx", 2)]),
        (("procurement", "-c", "invented", "kind:pdf"), [("budget.pdf", 2)]),
        (("procurement speaker:lee",), [("budget.pdf", 2)]),
        (("speaker:margvelashvili", "clouds"), [("clouds.pptx", 1)]),
        (("speaker:nobody", "clouds"), []),
        (('"clouds, budget"',), [("clouds.pptx", 1)]),
    ],
)
def test_what_may_be_typed(archive: Path, words: tuple[str, ...], expected: list[tuple[str, int | None]]) -> None:
    assert sorted(found(*words)) == sorted(expected)


def test_slides_of_one_deck_and_copies_of_a_deck_fold_together(archive: Path) -> None:
    folded = run("search", "speakers", "day").stdout.splitlines()
    assert len(folded) == 1
    assert folded[0].split("\t")[1] == "slide 1"
    flat = run("search", "speakers", "day", "--all-slides").stdout.splitlines()
    assert sum("\tmeaning\t" not in line for line in flat) == 3


def test_the_marks_are_offsets_into_the_snippet(archive: Path) -> None:
    (hit,) = json.loads(run("search", "Tonurist", "-n", "1", "--json").stdout)["items"]
    assert [hit["snippet"][start:end] for start, end in hit["marks"]] == ["Tõnurist"]
    assert hit["modified"] == "2025-06-24T00:00:00Z"


def test_what_stands_at_the_end_of_a_long_text_is_shown(archive: Path) -> None:
    (hit,) = json.loads(run("search", "needle", "--json").stdout)["items"]
    assert [hit["snippet"][start:end] for start, end in hit["marks"]] == ["needle"]


def test_another_spelling_is_said_in_one_line_ready_to_copy_and_its_hits_are_shown(archive: Path) -> None:
    told = run("search", "prcurement", "kind:pdf")
    assert told.stderr == "No match for that spelling. Did you mean:  materials search procurement kind:pdf\n"
    assert told.stdout.startswith("invented/budget.pdf\tpage 2")
    told = run("search", "prcurement", "--kind", "pdf")
    assert told.stderr == "No match for that spelling. Did you mean:  materials search --kind pdf procurement\n"
    data = json.loads(run("search", "prcurement", "kind:pdf", "--json").stdout)
    assert data["did_you_mean"] == "procurement kind:pdf"


def test_a_phrase_that_no_text_has_is_said_to_be_none(archive: Path) -> None:
    told = run("search", '"budget clouds"')
    assert "No match for the exact phrase" in told.stderr
    assert "clouds.pptx" in told.stdout
    assert json.loads(run("search", '"budget clouds"', "--json").stdout)["words_apart"] is True


def test_a_filter_for_what_is_nowhere_is_named(archive: Path) -> None:
    told = run("search", "kind:slidse", "budget").stderr
    assert "There is no kind of file “slidse”. Kinds: slides, document" in told
    assert "There is no collection “other”" in run("search", "collection:other", "budget").stderr
    assert "there are:" not in run("search", "kind:xlsx", "nothing").stderr
    assert "there are:" not in run("search", "kind:deck", "budget").stderr


def test_nothing_to_look_for(archive: Path) -> None:
    assert "bad_usage" in run("search", status=2).stderr


def test_similar_slides_share_words_and_are_of_other_decks(tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "c.sqlite", write=True) as catalogue:
        deck = put_invented(catalogue)
        for number in range(12):
            item = replace(
                deck,
                remote=replace(deck.remote, id=str(number), drive_id=str(number), name=f"{number}.pptx"),
                path=f"invented/{number}.pptx",
                fixity=replace(deck.fixity, sha256=str(number)),
            )
            catalogue.record(item)
            body = "registries exchange messages over a secure layer" if number < 2 else f"something else {number} altogether"
            seen_on_a_picture = number == 1
            text = Text("slide", (Section(1, "", body, ocr=seen_on_a_picture),))
            catalogue.put_text("invented", item.id, text, str(number), 1)

        (first,) = resolve(catalogue, "0.pptx")
        (hit,) = similar(catalogue, first, 1, 5)
        assert (hit.item.id, hit.section and hit.section.ocr) == ("1", True)
        told = significant_terms(catalogue, "invented", 50)
        assert "registries" in {term.word for term in told["en"]}
        assert "altogether" not in {term.word for term in told["en"]}


def test_what_is_equally_similar_is_in_one_order_however_it_arrived(tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "c.sqlite", write=True) as catalogue:
        deck = put_invented(catalogue)
        for number in reversed(range(120)):
            name = f"{number:02}.pptx"
            item = replace(
                deck,
                remote=replace(deck.remote, id=name, drive_id=name, name=name),
                path=f"invented/{name}",
                fixity=replace(deck.fixity, sha256=name),
            )
            catalogue.record(item)
            body = "registries exchange messages over a secure layer" if number < 24 else f"something else {number} altogether"
            catalogue.put_text("invented", item.id, Text("slide", (Section(1, "", body),)), name, 1)
        (first,) = resolve(catalogue, "02.pptx")
        assert [hit.item.id for hit in similar(catalogue, first, 1, 3)] == ["00.pptx", "01.pptx", "03.pptx"]


def test_terms_are_words_each_with_its_forms(tmp_path: Path) -> None:
    about = {
        "kk": ["Мектептер мен мектепті салу туралы", "Мектеп үшін www.egov.kz 2025", "Мектеп және мектептің тарихы"],
        "ko": [
            "전자정부는 무엇인가요",
            "전자정부를 말한 사람",
            "전자정부에 대해",
            "자의적으로 처리",
            "자의적인 처분",
            "자의적으로 체포",
        ],
        "km": ["គោលនយោបាយឌីជីថលជាតិ", "ការងារឌីជីថលថ្មី", "និងឌីជីថល", "ឌីជីថលសម្រាប់ទាំងអស់គ្នា"],
        "lo": ["ລັດຖະບານດິຈິຕອນ", "ບໍລິການດິຈິຕອນໃຫມ່", "ດິຈິຕອນ", "ລະບົບດິຈິຕອນຂອງລັດ"],
        "ru": ["Государственно-частное партнёрство", "частное дело", "Государственно-частное соглашение, X-Road", "X-Road"],
        "en": ["The registry and the budget at https://registry.example.org/budget", "Registries of 2025", "Our registry"],
    }
    others = [f"Something wholly different called number{number} altogether" for number in range(20)]
    with Catalogue.open(tmp_path / "c.sqlite", write=True) as catalogue:
        deck = put_invented(catalogue)
        bodies = [body for texts in about.values() for body in texts] + others
        slides = tuple(Section(number, body=body) for number, body in enumerate(bodies, 1))
        catalogue.put_text(deck.collection, deck.id, Text("slide", slides), deck.fixity.sha256, 1)
        found = significant_terms(catalogue, "invented", 50)
    told = {language: {term.word.lower(): term.sections for term in found[language]} for language in about}
    assert told["kk"] == {"мектеп": 3}
    assert told["ko"] == {"전자정부": 3, "자의적": 2}
    assert told["km"] == {"ឌីជីថល": 4}
    assert told["lo"] == {"ດິຈິຕອນ": 4}
    assert told["ru"] == {"государственно-частное": 2, "частное": 3}
    assert told["en"] == {"registry": 3, "x-road": 2}


def test_what_makes_khmer_nouns_is_no_term(tmp_path: Path) -> None:
    bodies = ("ការសិក្សាភាពល្អ", "គេការសរសេរធ្វើភាពស្អាត", "វាការដើរឲ្យភាពធំ", "កម្ពុជា", "កម្ពុជាថ្មី", "នៅកម្ពុជា")
    with Catalogue.open(tmp_path / "c.sqlite", write=True) as catalogue:
        deck = put_invented(catalogue)
        slides = tuple(Section(number, body=body) for number, body in enumerate(bodies, 1))
        catalogue.put_text(deck.collection, deck.id, Text("slide", slides), deck.fixity.sha256, 1)
        found = significant_terms(catalogue, "invented", 50)
    assert [term.word for term in found["km"]] == ["កម្ពុជា"]


def test_similar_and_terms_on_the_command_line(archive: Path) -> None:
    assert "There is no slide 99" in run("similar", "speakers.pptx#99", status=2).stderr
    assert "No similar slides" in run("similar", "speakers.pptx#14").stderr
    rows = json.loads(run("terms", "--json").stdout)["items"]
    assert {"collection", "language", "word", "sections", "score"} <= set(rows[0])
    assert run("terms", "invented").stdout.startswith("invented\ten\t")
    assert "Counting words" in seen("terms", folder=archive)


def test_the_terms_of_very_long_texts_are_those_of_a_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Catalogue.open(tmp_path / "c.sqlite", write=True) as catalogue:
        deck = put_invented(catalogue)
        bodies = ("registries exchange messages " * 1000, *("elsewhere entirely " * 2000,) * 3) * 5
        pages = tuple(Section(number, body=body) for number, body in enumerate(bodies, 1))
        catalogue.put_text(deck.collection, deck.id, Text("page", pages), deck.fixity.sha256, 1)
        steps: list[Step] = []
        whole = terms.significant_terms(catalogue, "invented", 5, steps.append)
        assert [step.total for step in steps] == [20]
        monkeypatch.setattr(terms, "_MAX_CHARACTERS", 5 * terms._MAX_TEXT)
        sample = terms.significant_terms(catalogue, "invented", 5, steps.append)
        assert steps[-1].total == 5
        words = {term.word for term in sample["en"]}
        assert words == {term.word for term in whole["en"]} == {"registries", "exchange", "messages"}


@pytest.mark.parametrize(
    ("viewer", "told"),
    [
        ("org.gnome.Evince", "--page-index=2 {path}"),
        ("org.kde.okular", "--page 2 {path}"),
        ("org.pwmt.zathura", "--page=2 {path}"),
        ("firefox-esr", "{uri}#page=2"),
        ("org.unknown.Viewer", None),
    ],
)
def test_a_pdf_opens_at_its_page_where_the_viewer_can_be_told(
    archive: Path, monkeypatch: pytest.MonkeyPatch, viewer: str, told: str | None
) -> None:
    programs = archive / "bin"
    programs.mkdir()
    said = archive / "said"
    os.mkfifo(said)
    for name, line in {
        "xdg-mime": f"echo {viewer}.desktop",
        **dict.fromkeys(("evince", "okular", "zathura", "firefox", "xdg-open"), f'echo "$@" > {said}'),
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{line}\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    with subprocess.Popen(["cat", str(said)], stdout=subprocess.PIPE, text=True) as reader:
        result = run("open", "budget.pdf", "--slide", "2")
        arguments = reader.communicate()[0].strip()
    path = archive / "invented" / "budget.pdf"
    assert arguments == (told.format(path=path, uri=path.as_uri()) if told else str(path))
    assert ("Go to page 2: opened" in result.stderr) is (told is None)
    assert "There is no page 9" in run("open", "budget.pdf", "--slide", "9", status=2).stderr


@pytest.mark.parametrize("words", [("search", "hostile"), ("list", "--sort", "name")])
def test_names_are_links_on_a_terminal_and_never_in_a_pipe(archive: Path, words: tuple[str, ...]) -> None:
    shown = seen(*words, folder=archive, columns=200)
    assert "\x1b]8;" in shown
    assert "file://" in shown
    assert "%5Blink%3Devil%5Dx%E2%80%AE.pptx" in shown
    assert ";evil" not in shown
    assert "\u202e" not in shown
    assert "\x1b" not in run(*words).stdout


def test_whatever_comes_after_a_filter_is_a_query(archive: Path) -> None:
    with Catalogue.open(archive / ".materials" / "catalogue.sqlite") as catalogue:
        for text in (
            "speaker:",
            "speaker:-",
            'speaker:"',
            "kind:",
            '-"',
            "-",
            "--",
            '"" OR ""',
            "ค" * 500,
            "정" * 300,
            "a " * 500,
        ):
            search(catalogue, text)


@pytest.mark.parametrize("wanted", [1, 2])
def test_a_limit_is_one_for_all_that_is_shown(archive: Path, wanted: int) -> None:
    whole = data("search", "speakers", "day")["items"]
    assert {hit["match"] for hit in whole} > {"meaning"}
    assert data("search", "speakers", "day", "--limit", str(wanted))["items"] == whole[:wanted]
    lines = run("search", "speakers", "day", "--all-slides", "-n", str(wanted)).stdout.splitlines()
    assert len(lines) == wanted
    assert len(run("search", "speakers", "day", "--limit", "1").stdout.splitlines()) == 1


def test_what_is_no_value_of_a_filter_is_told_as_that_alone(archive: Path) -> None:
    told = run("search", "procurement after:sometime Ruritania").stderr
    assert "“sometime” is not a value of the filter “after”." in told
    assert "“Ruritania” is nowhere in the archive." in told


def test_a_query_that_only_leaves_out_says_what_to_type(archive: Path) -> None:
    said = run("search", "-budget", status=2).stderr
    assert "“-budget” says only what to leave out" in said
    assert "materials search WORDS -budget, or, to find the word itself: materials search budget" in said
    paths = {row["path"] for row in data("search", "procurement", "-budget")["items"]}
    assert "invented/budget.pdf" in paths
    assert "invented/clouds.pptx" not in paths


def test_an_operator_alone_is_looked_for_itself_and_that_is_said(archive: Path) -> None:
    assert "“AND” joins two words: this AND that. Typed alone, it was searched for as a word." in run("search", "AND").stderr
    assert "joins two words" not in run("search", "and").stderr


def test_an_or_with_nothing_beside_it_is_left_out_and_said(archive: Path) -> None:
    found = run("search", "clouds", "OR")
    assert "“OR” goes between two words: this OR that. It was left out" in found.stderr
    assert found.stdout == run("search", "clouds").stdout
    assert data("search", "clouds", "OR")["left_out"] == ["OR"]
    assert "between two words" not in run("search", "clouds", '"OR"').stderr

"""What means the same goes out as SKOS or a table and comes back, and so do thesauri of others."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.errors import MaterialsError
from materials_cli.export.thesaurus import read, skos, table, toml
from materials_cli.search.equivalents import Concept, concepts_in, own_concepts, shipped_concepts
from support.command import data, run
from support.judges import judged_by

_TERM = (
    st.text("abcДЖ전ក<&\"'=+-|; ", min_size=1, max_size=12)
    .map(lambda text: " ".join(text.replace("|", "").split()))
    .filter(bool)
)
_TERMS = st.lists(_TERM, min_size=1, max_size=3, unique=True).map(tuple)
_CONCEPTS = st.dictionaries(
    st.from_regex("[a-z]{1,6}(-[a-z]{1,3})?", fullmatch=True),
    st.dictionaries(st.sampled_from(["en", "ru", "ko"]), _TERMS, min_size=2),
).map(lambda rows: [Concept(name, terms) for name, terms in rows.items()])


@given(_CONCEPTS.filter(bool))
def test_any_concepts_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, concepts: list[Concept]) -> None:
    top = tmp_path_factory.mktemp("thesaurus")
    wanted = {each.id: dict(each.terms) for each in concepts}
    for name, form in (("a.rdf", skos), ("a.csv", table)):
        (top / name).write_text("".join(form(concepts)), "utf-8", newline="")
        assert {each.id: dict(each.terms) for each in read(top / name)} == wanted
    assert {each.id: dict(each.terms) for each in concepts_in(toml(concepts))} == wanted


def test_all_of_ours_is_skos_and_comes_back(tmp_path: Path) -> None:
    ours = list(shipped_concepts())
    file = tmp_path / "ours.rdf"
    file.write_text("".join(skos(ours)), "utf-8")
    assert [each.id for each in read(file)] == [each.id.lower() for each in ours]
    count = "len(set(g.subjects(rdflib.RDF.type, rdflib.SKOS.Concept)))"
    code = f"import sys, rdflib; g = rdflib.Graph().parse(sys.argv[1]); print({count})"
    assert judged_by("rdflib", code, file).strip() == str(len(ours))


def test_a_thesaurus_of_others_is_added_to_the_archive(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.rdf"
    theirs.write_text(
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:s="http://www.w3.org/2004/02/skos/core#"><rdf:Description rdf:about="http://example.org/c_12">'
        '<s:prefLabel xml:lang="en">maize</s:prefLabel><s:prefLabel xml:lang="ru">кукуруза</s:prefLabel>'
        '<s:altLabel xml:lang="en-GB">corn</s:altLabel></rdf:Description></rdf:RDF>',
        "utf-8",
    )
    (tmp_path / "materials.toml").write_text("", "utf-8")
    at = ("--archive", str(tmp_path))
    assert "1 concept" in run(*at, "glossary", "--import", str(theirs)).output
    assert "0 concepts" in run(*at, "glossary", "--import", str(theirs)).output
    (own,) = own_concepts(tmp_path)
    assert dict(own.terms) == {"en": ("maize", "corn"), "ru": ("кукуруза",)}
    assert data(*at, "glossary", "corn")["items"][0]["id"] == "c-12"
    assert tomllib.loads((tmp_path / "glossary.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", ["all.rdf", "all.csv"])
def test_what_is_known_already_is_not_added_again(tmp_path: Path, name: str) -> None:
    (tmp_path / "materials.toml").write_text("", "utf-8")
    (tmp_path / "names.toml").write_text('[ours]\nen = ["Dovecote"]\nru = ["Голубятня"]\n', "utf-8")
    at, file = ("--archive", str(tmp_path)), tmp_path / name
    run(*at, "glossary", "--export", str(file))
    told = run(*at, "glossary", "--import", str(file)).output
    assert "Added to glossary.toml: 0 concepts" in told
    assert f"Known already: {len(read(file))} concepts" in told
    assert not (tmp_path / "glossary.toml").exists()
    file.write_text(file.read_text("utf-8").replace("Голубятня", "Голубятни"), "utf-8")
    (tmp_path / "names.toml").unlink()
    assert "Added to glossary.toml: 1 concept\n" in run(*at, "glossary", "--import", str(file)).output
    assert [each.id for each in own_concepts(tmp_path)] == ["ours"]


def test_what_is_no_thesaurus_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "' + "x" * 1000 + '">]><a>' + "&b;" * 10 + "</a>"
    for number, text in enumerate(("", "<a/>", "<a", "id,en\nx,y\n", bomb)):
        file = tmp_path / f"{number}.rdf"
        file.write_text(text, "utf-8")
        with pytest.raises(MaterialsError):
            read(file)


def test_a_concept_is_found_by_words_in_any_form_and_order() -> None:
    for asked in ("one stop shop", "single-window", "единого окна", "통합"):
        assert "one-stop-shop" in {each["id"] for each in data("glossary", *asked.split())["items"]}
    assert [data("glossary", asked)["items"] for asked in ("shop tender", "???", "topshop")] == [[], [], []]


def test_the_glossary_is_shown_and_written(tmp_path: Path) -> None:
    assert "концессия" in run("glossary", "concession").stdout
    run("glossary", "concession", "--export", str(tmp_path / "a.csv"))
    assert [each.id for each in read(tmp_path / "a.csv")] == ["concession"]
    assert "has these words" in run("glossary", "no such term", "--export", str(tmp_path / "none.csv")).output
    assert not (tmp_path / "none.csv").exists()
    assert "nothing is overwritten" in run("glossary", "--export", str(tmp_path / "a.csv"), status=2).output
    assert "must end in .rdf or .csv" in run("glossary", "--export", str(tmp_path / "a.doc"), status=2).output


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'id,en,ru\nx,"one\nline",слово\nx,house,дом\n'),
        ("b.csv", "ru,ko\nслово,말\nдом,집\n"),
        ("c.rdf", """<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://www.w3.org/2004/02/skos/core#">
            <s:Concept><s:prefLabel xml:lang="en">a\\"</s:prefLabel><s:prefLabel xml:lang="ru">б</s:prefLabel>
            <s:prefLabel xml:lang="x&#10;y">b</s:prefLabel><s:prefLabel xml:lang="checks">c</s:prefLabel></s:Concept>
            <s:Concept><s:prefLabel xml:lang="en">a!</s:prefLabel><s:prefLabel xml:lang="ru">в</s:prefLabel></s:Concept>
            </r:RDF>"""),
    ],
)  # fmt: skip
def test_nothing_in_a_thesaurus_breaks_the_table_of_the_archive_or_takes_the_place_of_another(
    tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    found = read(tmp_path / name)
    assert [dict(each.terms) for each in concepts_in(toml(found))] == [dict(each.terms) for each in found]
    assert len({each.id for each in found}) == 2

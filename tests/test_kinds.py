"""The words of `--kind` and `kind:`: kinds, synonyms and extensions."""

import pytest

from materials_cli.kinds import Kind, is_kind, kind_of, kind_word, matches_kind


@pytest.mark.parametrize(
    ("typed", "name", "media_type", "matches"),
    [
        ("slides", "talk.pptx", "x", True),
        ("Slides", "Talk.PPTX", "x", True),
        ("deck", "talk.odp", "x", True),
        ("slides", "talk", "application/vnd.google-apps.presentation", True),
        ("pptx", "day 1/talk.PPTX", "x", True),
        (".pptx", "talk.pptx", "x", True),
        ("pptx", "talk.odp", "x", False),
        ("pptx", "pptx", "x", False),
        ("pptx", "a.pptx/talk.pdf", "x", False),
        ("srt", "talk.srt", "x", True),
        ("tar.gz", "data.tar.gz", "x", True),
        ("pdf", "talk.pptx", "x", False),
        ("slides", "talk.fodp", "x", True),
        ("document", "plan.hwpx", "x", True),
    ],
)
def test_a_file_matches_a_kind_a_synonym_or_its_extension(typed: str, name: str, media_type: str, *, matches: bool) -> None:
    assert matches_kind([kind_word(typed)], kind_of(name, media_type), name) is matches


def test_any_of_several_words_is_enough() -> None:
    assert matches_kind(["pdf", "pptx"], Kind.SLIDES, "talk.pptx")
    assert not matches_kind([], Kind.SLIDES, "talk.pptx")


def test_known_words() -> None:
    assert all(map(is_kind, ("slides", "deck", "pptx", "other")))
    assert not any(map(is_kind, ("slidse", "srt", "")))

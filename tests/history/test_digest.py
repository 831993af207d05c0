"""Several events of an item are summed up correctly, and names of files are escaped in every format."""

import re
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from materials_cli.causes import Cause
from materials_cli.export.digest import chapters, headline, text_summary, to_html, to_markdown, to_text
from materials_cli.export.escape import for_markdown
from materials_cli.history.digest import Digest, digest
from materials_cli.history.events import Event, of_accession
from materials_cli.messages import Language, verbatim
from materials_cli.model import Accession, Action, ActionKind, Failure, Fixity, Item, RemoteFile, State
from support.runs import GREW, NIGHT, WHEN, changed, run_of

EN = Language("en")


def item(path: str, sha256: str, state: State = State.HELD, fetched: int = 0) -> Item:
    return Item(
        collection="c", remote=RemoteFile(id="1", drive_id="1", name=path, parent="p"), path=path, media_type="text/plain",
        fixity=Fixity(1, sha256), first_seen=WHEN, fetched=WHEN.replace(second=fetched), state=state,
    )  # fmt: skip


def after(held: Item | None, act: ActionKind, path: str, sha256: str, second: int) -> Item | None:
    """What an act makes of an item; None for an act that no plan holds."""
    is_held = held is not None and held.state is State.HELD
    if act is ActionKind.ADD:
        return item(path, sha256, fetched=second) if held is None else None
    if held is None or (act is ActionKind.RESTORE) == is_held:
        return None
    if act is ActionKind.REPLACE:
        return item(path, sha256, fetched=second) if sha256 != held.fixity.sha256 else None
    if act is ActionKind.MOVE:
        return replace(held, path=path) if path != held.path else None
    if act is ActionKind.UPDATE:
        return held
    if act is ActionKind.WITHDRAW:
        return replace(held, state=State.WITHDRAWN)
    back = replace(held, state=State.HELD, path=path)
    return back if sha256 == held.fixity.sha256 else item(path, sha256, fetched=second)


ACTS = st.lists(
    st.tuples(st.sampled_from(ActionKind), st.sampled_from(["c/a", "c/b"]), st.sampled_from(["0a", "0b"])), max_size=12
)


def expected(before: Item | None, now: Item | None) -> set[ActionKind | None]:
    if now is None or (before == now and before is not None and before.state is State.WITHDRAWN):
        return {None}
    if now.state is State.WITHDRAWN:
        return {ActionKind.WITHDRAW} if before is None or before.state is State.HELD else {None}
    if before is None:
        return {ActionKind.ADD}
    if before.state is State.WITHDRAWN:
        return {ActionKind.RESTORE}
    if before.fixity.sha256 != now.fixity.sha256:
        return {ActionKind.REPLACE}
    return {ActionKind.MOVE} if before.path != now.path else {None, ActionKind.UPDATE}


@given(ACTS, ACTS)
def test_the_digest_is_the_difference_between_then_and_now(
    earlier: list[tuple[ActionKind, str, str]], later: list[tuple[ActionKind, str, str]]
) -> None:
    held: Item | None = None
    before: Item | None = None
    events: list[Event] = []
    for number, (act, path, sha256) in enumerate([*earlier, *later]):
        if number == len(earlier):
            before, events = held, []
        if (made := after(held, act, path, sha256, number)) is not None:
            events += of_accession(Accession(Action(act, Cause.CHANGED, held=held), made))
            held = made
    if not later:
        before, events = held, []
    changes = digest([run_of()], events).changed
    change = changes[0] if changes else None
    assert (change.kind if change else None) in expected(before, held)
    if change and held:
        assert (change.path, change.sha256) == (held.path, held.fixity.sha256)
        assert change.was_path == (before.path if before and before.path != held.path else None)
        assert change.was == (before.fixity.sha256 if before and before.fixity.sha256 != held.fixity.sha256 else None)


def test_a_night_in_one_sentence() -> None:
    assert str(headline(NIGHT)) == (
        "3 new, 1 replaced (12 → 15 slides; 4 slides' text changed), 1 renamed, 1 withdrawn by the owner (kept)"
    )
    assert str(headline([])) == "no changes"
    assert str(headline([changed(ActionKind.MOVE, "c/x/a", was_path="c/a")])) == "1 moved"
    assert str(headline([changed(ActionKind.MOVE, "c/x/b", was_path="c/a")])) == "1 renamed or moved"


def test_text_changes_in_words() -> None:
    same = dict.fromkeys(("added", "removed", "moved", "changed"), 0)
    assert str(text_summary({"unit": "page", "before": 1, "after": 1, **same})) == "1 page; text unchanged"
    assert (
        str(text_summary({"unit": "page", "before": 9, "after": 9, **same, "changed": 1})) == "9 pages; 1 page's text changed"
    )
    both = {"unit": "slide", "before": 9, "after": 8, **same, "added": 1, "removed": 2, "moved": 1}
    assert str(text_summary(both)) == "9 → 8 slides; 1 new, 2 removed; 1 slide moved"
    assert str(text_summary({"unit": "sheet", "before": 2, "after": 3})) == "2 → 3 sheets"


def test_an_item_replaced_twice_is_listed_once() -> None:
    events = []
    held = item("c/deck.pptx", "0a")
    for number, sha256 in enumerate(("0b", "0c"), 1):
        made = item("c/deck.pptx", sha256, fetched=number)
        events += of_accession(Accession(Action(ActionKind.REPLACE, Cause.CHANGED, held=held), made))
        counts = {**GREW, "before": 11 + number, "after": 12 + number}
        events.append(replace(events[-1], detail={"unit": "slide", "sections": 12 + number, "text": counts}))
        held = made
    (change,) = digest([run_of(1), run_of(2)], events).changed
    assert (change.kind, change.was, change.sha256) == (ActionKind.REPLACE, "0a", "0c")
    assert change.text == {"unit": "slide", "before": 12, "after": 14}


def test_failures_and_notices_are_those_of_the_last_run() -> None:
    first = run_of(1, status=3, failures=(Failure("c/x", "bad_bytes", verbatim("Old trouble.")),))
    last = run_of(
        2,
        status=75,
        failures=(Failure("", "offline", verbatim("No network.")),),
        notices=(verbatim("c/y: not listed this time."),),
    )
    text = to_text(Digest((first, last), tuple(NIGHT), "ab"), EN)
    assert "the last run failed\n" in text
    assert "No network." in text
    assert "not listed this time" in text
    assert "Old trouble" not in text
    assert "2 runs, 1 to 2" in text
    assert "did not finish" in to_text(Digest((run_of(ended=None),), (), ""), EN)
    assert "did not end" not in text


def test_a_long_list_is_shortened_with_a_remark() -> None:
    many = Digest((run_of(),), tuple(changed(ActionKind.ADD, f"c/{n:04}") for n in range(1_000)), "")
    assert "… and 990 more" in to_text(many, EN, 10)
    assert "… and 990 more" in to_markdown(many, EN, 10)
    assert to_html(many, "t", EN, 10).count("<li>") == 11


HOSTILE = st.text(st.characters(exclude_categories=[]), max_size=30) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "\x1b[2J",
        "a\u202egnp.exe",
        "[x](javascript:y)",
        "**b**",
        "https://x.y",
        "www.x.y",
        "`c`",
        "a|b",
    ]
)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in {"src", "href"}]


@given(HOSTILE, HOSTILE)
def test_names_are_escaped_in_every_format(name: str, other: str) -> None:
    moved = changed(ActionKind.MOVE, f"c/{name}", was_path=f"c/{other}", reason=verbatim(other))
    bad = run_of(status=3, failures=(Failure(name, "bad_bytes", verbatim(other)),), notices=(verbatim(name),))
    made = Digest((bad,), (moved, changed(ActionKind.UPDATE, name, reason=verbatim(other))), "")
    for text in (to_text(made, EN), to_markdown(made, EN), to_html(made, name, EN)):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
        text.encode()
    tags = _Tags()
    tags.feed(to_html(made, name, EN))
    assert tags.seen <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "br", "small", "ul", "li", "bdi", "footer",
    }  # fmt: skip
    (chapter,) = chapters(made)
    assert len(to_markdown(made, EN).splitlines()) == 4 + sum(3 + len(group.lines) for group in chapter.groups) - 1


def test_names_contain_no_markdown_syntax_or_link() -> None:
    assert for_markdown("[a](b) *c* <d> `e` www.f.g h@i.j http://k") == (
        r"\[a\]\(b\) \*c\* \<d\> \`e\` www\.f.g h\@i.j http\://k"
    )

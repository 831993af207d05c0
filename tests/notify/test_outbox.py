"""The outbox: whatever fails, everybody gets every letter once and in order, as soon as they can be reached."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from materials_cli.messages import verbatim
from materials_cli.notify.notification import Notification, NotSentError
from materials_cli.notify.outbox import Channel, Letter, deliver, from_json, to_json

START = datetime(2026, 3, 1, 3, 17, tzinfo=UTC)
PEOPLE = {"mail": ("a", "b", "c"), "command": ("program",)}
ALL = [(channel, to) for channel, people in PEOPLE.items() for to in people]

nights = st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from(ALL)), st.booleans()), max_size=20)


@given(nights)
def test_no_letter_is_lost_doubled_or_overtaken(nights: list[tuple[bool, set[tuple[str, str]], bool]]) -> None:
    got: dict[tuple[str, str], list[str]] = {person: [] for person in ALL}
    unreachable: set[tuple[str, str]] = set()
    whole = False

    def channel(name: str) -> Channel:
        def send(message: Notification, to: Sequence[str]) -> None:
            refused = [person for person in to if (name, person) in unreachable]
            reached = [] if whole and refused else [person for person in to if person not in refused]
            for person in reached:
                got[name, person].append(message.subject)
            if refused:
                raise NotSentError(verbatim("no"), () if whole else refused)

        return Channel(PEOPLE[name], send)

    channels = {name: channel(name) for name in PEOPLE}
    waiting: list[Letter] = []
    sent: list[str] = []
    for day, (news, unreachable, whole) in enumerate([*nights, (False, set(), False)]):  # noqa: B007 - send() reads them
        now = START + timedelta(days=day)
        letters = from_json(to_json(waiting))
        assert letters == waiting
        if news:
            sent.append(f"letter {day}")
            letters += [Letter(name, Notification(sent[-1], "text"), now) for name in channels]
        waiting, troubles = deliver(letters, channels, now)
        assert {letter.channel for letter in waiting} == set(troubles)
    assert waiting == []
    assert all(received == sent for received in got.values())


def test_a_letter_waits_for_a_month_and_is_then_given_up() -> None:
    def refuse(_: Notification, __: Sequence[str]) -> None:
        raise NotSentError(verbatim("no"))

    channels = {"mail": Channel(("a",), refuse)}
    waiting, troubles = deliver([Letter("mail", Notification("s", "t"), START)], channels, START + timedelta(days=29))
    assert len(waiting) == 1
    waiting, troubles = deliver(waiting, channels, START + timedelta(days=31))
    assert waiting == []
    assert "given up" in str(troubles["outbox"])


def test_who_is_no_longer_in_the_settings_gets_nothing() -> None:
    letters = [Letter("mail", Notification("s", "t"), START, ("gone",)), Letter("apprise", Notification("s", "t"), START)]
    got: list[str] = []
    channels = {"mail": Channel(("a",), lambda _, to: got.extend(to))}
    assert deliver(letters, channels, START) == ([], {})
    assert got == []


@given(st.text())
def test_an_unreadable_outbox_is_empty(text: str) -> None:
    assert from_json(text) == []

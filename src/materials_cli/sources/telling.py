"""What people are told of a sign, and the letter to the owner."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from materials_cli.messages import Message, counted, msg, msgid
from materials_cli.model import Item
from materials_cli.sources.outlook import Danger, Outlook, Sign, Source
from materials_cli.tables import table
from materials_cli.values import frozen
from materials_cli.words.addresses import unaddressed, without_addresses

_MOST_NAMES = 12


_SENTENCES = {
    Sign.BIN: msgid("in its owner's bin since {since}; Google deletes it around {expected}: {count}"),
    Sign.NOTICE: msgid("“{words}” is written on Drive: {count}"),
    Sign.ACCOUNT: msgid("the account “{owner}” is marked as that of somebody who has left: {count}"),
    Sign.PARTS: msgid("a part of the folder has not been shared since {since}; the rest: {count}"),
    Sign.SHRINKING: msgid("items have been removed step by step since {since}; still there: {count}"),
    Sign.ORGANISATION: msgid("accounts of {domain} have been disappearing since {since}: {count}"),
    Sign.IDLE: msgid(
        "{owner} has changed nothing since {since}; Google deletes private accounts that nobody signs in to for two years, "
        "here from {expected} on: {count}"
    ),
}


def sentence(danger: Danger, shown: Callable[[datetime], str]) -> Message:
    """A sign as a sentence. shown: how a day is shown."""
    fields = {
        "since": shown(danger.since) if danger.since else "–",
        "expected": shown(danger.expected) if danger.expected else "–",
        "count": counted(len(danger.items), "item"),
        "owner": unaddressed(danger.owner) or "–",
        "domain": danger.domain or "–",
        "words": _line(without_addresses(danger.words)),
    }
    text = _SENTENCES[danger.sign]
    return msg(text, **{name: value for name, value in fields.items() if f"{{{name}}}" in text})


@frozen(kw_only=True)
class Letter:
    """A letter to an owner. name: of a file for it, without suffix."""

    collection: str
    owner: str | None
    name: str
    text: str


def letters(found: Outlook, language: str) -> list[Letter]:
    """A letter for each folder, and for each owner in it, with all reasons."""
    sources = {source.collection: source for source in found.sources}
    by_owner: dict[tuple[str, str | None], list[Danger]] = {}
    for danger in found.dangers:
        by_owner.setdefault((danger.collection, danger.owner), []).append(danger)
    written = [_of_dead(source, language) for source in found.sources if source.collection in found.dead]
    written += [_of_dangers(sources[slug], owner, those, language) for (slug, owner), those in by_owner.items()]
    names: dict[str, int] = {}
    numbered = []
    for letter in written:
        names[letter.name] = names.get(letter.name, 0) + 1
        again = f"-{names[letter.name]}" if names[letter.name] > 1 else ""
        numbered.append(
            Letter(collection=letter.collection, owner=letter.owner, name=f"{letter.name}{again}", text=letter.text)
        )
    return numbered


def _of_dead(source: Source, language: str) -> Letter:
    since = source.failing.since if source.failing else None
    return _letter(source, source.told.owner, language, [("dead", since, None, "", "")], source.items)


def _of_dangers(source: Source, owner: str | None, those: Sequence[Danger], language: str) -> Letter:
    items = list({item.id: item for danger in those for item in danger.items}.values())
    reasons = [(str(danger.sign), danger.since, danger.expected, danger.words, danger.domain or "") for danger in those]
    return _letter(source, owner, language, reasons, items)


def _letter(
    source: Source, owner: str | None, language: str,
    reasons: Sequence[tuple[str, datetime | None, datetime | None, str, str]], items: Sequence[Item],
) -> Letter:  # fmt: skip
    words = table(__file__, "letters.toml")[language]
    known = unaddressed(owner)
    fields = {
        "owner": _line(known or ""),
        "title": _line(source.title or source.told.name or source.collection),
        "link": source.link,
    }
    told = [
        words["reason"][sign].format(
            **fields, since=_day(since), expected=_day(expected), words=_line(without_addresses(said)), domain=_line(domain)
        )
        for sign, since, expected, said, domain in reasons
    ]
    names = [f"– {_line(item.path.partition('/')[2])}" for item in items[:_MOST_NAMES]] + ["– …"] * (len(items) > _MOST_NAMES)
    paragraphs = (
        words["subject"],
        (words["greeting"] if known else words["nobody"]).format(**fields),
        words["opening"].format(**fields),
        "\n".join(dict.fromkeys(told)),
        words["files"].format(count=len(items), names="\n".join(names)),
        words["request"][reasons[0][0]],
        words["copy"],
        words["closing"],
    )
    return Letter(collection=source.collection, owner=known, name=source.collection, text="\n\n".join(paragraphs) + "\n")


def _line(text: str) -> str:
    """A text from outside as part of a line: without what could end it, or be seen as something else."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _day(time: datetime | None) -> str:
    return time.date().isoformat() if time else "–"


def news(found: Outlook, shown: Callable[[datetime], str]) -> Iterator[tuple[str, Message]]:
    """What people are told once, each with a key that stays the same as long as it holds."""
    for source in found.sources:
        if source.failing and source.collection in found.dead:
            what = msg(
                "{slug}: the link has led nowhere since {since}. What the archive holds of it may be the last copy.",
                slug=source.collection, since=shown(source.failing.since),
            )  # fmt: skip
            yield f"{source.collection}/source-dead", what
    for (slug, sign), those in _grouped(found.dangers).items():
        told = max(those, key=lambda danger: len(danger.items))
        what = msg("{slug}: a source may soon vanish: {sign}", slug=slug, sign=sentence(told, shown))
        yield f"{slug}/source-{sign}", what


def _grouped(dangers: Iterable[Danger]) -> dict[tuple[str, Sign], list[Danger]]:
    found: dict[tuple[str, Sign], list[Danger]] = {}
    for danger in dangers:
        found.setdefault((danger.collection, danger.sign), []).append(danger)
    return found

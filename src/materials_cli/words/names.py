"""The names of the languages that a text may be in, for people."""

from collections.abc import Iterable

from materials_cli.messages import Message, joined, msgid, verbatim

NAMES = {
    "ko": msgid("Korean"), "zh": msgid("Chinese"), "hy": msgid("Armenian"), "ka": msgid("Georgian"), "bn": msgid("Bangla"),
    "km": msgid("Khmer"), "lo": msgid("Lao"), "ru": msgid("Russian"), "kk": msgid("Kazakh"), "ky": msgid("Kyrgyz"),
    "uz": msgid("Uzbek"), "tg": msgid("Tajik"), "mn": msgid("Mongolian"), "az": msgid("Azerbaijani"),
    "en": msgid("English"), "fil": msgid("Filipino"), "id": msgid("Indonesian"), "vi": msgid("Vietnamese"),
    "th": msgid("Thai"), "ja": msgid("Japanese"),
}  # fmt: skip


def named(codes: Iterable[str]) -> Message:
    """Languages by their names, in the order given, separated by commas; a code without a name as it is."""
    return joined((Message(NAMES[code]) if code in NAMES else verbatim(code) for code in codes), ", ")

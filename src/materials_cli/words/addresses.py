"""E-mail addresses in the names of people: no manifest, export or page has one of an owner or author."""

from materials_cli.patterns import regex

_MAIL = regex(r"[<(\[]?\s?(?<![^\s@＠<>()\[\]])[^\s@＠<>()\[\]]+[@＠][^\s@＠<>()\[\]]+\.\w+\s?[>)\]]?")


def without_addresses(text: str) -> str:
    """A text without the addresses in it, and without the brackets around them."""
    return _MAIL.sub("", text)


def unaddressed(name: str | None) -> str | None:
    """The name of a person; None if it is nothing but an address."""
    return " ".join(without_addresses(name).split()) or None if name and ("@" in name or "＠" in name) else name

"""Shares, as people write them: "10%", "1% a night"."""

from materials_cli.patterns import regex

_SHARE = regex(r"([0-9]{1,3}(?:[.,][0-9]{1,4})?)\s?%(?: a night)?")


def read_share(text: str) -> float:
    """A share between 0 and 1, without 0; raise ValueError."""
    found = _SHARE.fullmatch(text.strip().lower())
    share = float(found[1].replace(",", ".")) / 100 if found else 0.0
    if not 0 < share <= 1:
        raise ValueError(text)
    return share

"""Cyrillic text that was typed in an 8-bit font, with the letters of another language in the place of its own. Pure.

The fonts of the nineties drew Tajik, Kazakh, Uzbek and Mongolian letters where their code page has Serbian, Macedonian and
Ukrainian ones: Тољикистон is Тоҷикистон, єдєр is өдөр. What њ stands for depends on the language, and in Serbian it is right
as it is: a text is respelled only if its words, respelled, are those of the language, more than they are of any as they stand.
"""

import re
from collections.abc import Iterable

from materials_cli.patterns import regex
from materials_cli.words.languages import evidence

_LETTERS = {
    "tg": ("љњїќѓў", "ҷҳӣқғӯ"),
    "kk": ("ќѓњђџѕ", "қғңұүә"),
    "uz": ("ќѓњ", "қғҳ"),
    "mn": ("єї", "өү"),
}
_TABLES = {
    code: str.maketrans(old + old.upper(), new + new.upper()) for code, (old, new) in _LETTERS.items()
}  # fmt: skip
_OLD = regex("[љњїќѓўђџѕє]", re.IGNORECASE)
_ENOUGH = 20_000
_LEAST_LEAD = 1.0


def respelling(texts: Iterable[str]) -> dict[int, int] | None:
    """The letters that the texts of one document are to be respelled with, for str.translate(); None if they are right."""
    text = "\n".join(text for text in texts if _OLD.search(text))[:_ENOUGH]
    if not text:
        return None
    as_it_is = max(evidence(text).values())
    respelled = {code: evidence(text.translate(table)) for code, table in _TABLES.items()}
    leads = {code: found[code] - as_it_is for code, found in respelled.items() if found[code] == max(found.values())}
    best = max(leads, key=leads.__getitem__, default="")
    return _TABLES[best] if best and leads[best] >= _LEAST_LEAD else None

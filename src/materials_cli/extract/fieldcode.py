r"""Fields of Word that show a part of their own instruction: buttons (MACROBUTTON Print Click here), equations (EQ \f(1,2)).

After ECMA-376, part 1, 17.16.5. An equation is told in one line: a fraction with a slash, and of letters set over one another
(as in readings above Chinese characters) those below first. Pure.
"""

import re
from typing import NamedTuple

_BUTTON = re.compile(r"\s*(?:MACROBUTTON|GOTOBUTTON)\s+(?:\"[^\"]*\"|\S+)\s+(.+)", re.IGNORECASE | re.DOTALL)
_EQUATION = re.compile(r"\s*EQ\s+(.+)", re.IGNORECASE | re.DOTALL)
_SWITCH = r"\\([a-z]{1,2})\s*(?:-?\d+)?\s*"
_TOKEN = re.compile(rf'(\\\*\s*(?:"[^"]*"|\S+))|{_SWITCH}|\\(.)|([(),;])|([^\\(),;]+|\\)', re.IGNORECASE | re.DOTALL)
_ELEMENTS = frozenset("abdfilorsx")
_DEEPEST = 40


class _Open(NamedTuple):
    """An element of an equation whose arguments are being read."""

    kind: str
    arguments: list[list[str]]


def shown_by(instruction: str) -> str:
    """What a field with this instruction shows; empty for fields whose result is stored beside it."""
    if button := _BUTTON.match(instruction):
        return button[1].strip()
    equation = _EQUATION.match(instruction)
    return _in_one_line(equation[1]).strip() if equation else ""


def _in_one_line(equation: str) -> str:
    opened = [_Open("", [[]])]
    kind = ""  # of the element whose arguments may follow
    for general, switch, escaped, sign, text in _TOKEN.findall(equation):
        if switch:
            kind = kind or (switch.lower() if switch.lower() in _ELEMENTS else "")
        elif sign:
            kind = _sign(sign, kind, opened)
        elif not general:
            opened[-1].arguments[-1].append(escaped or text)
            kind = kind if text and not text.strip() else ""
    while len(opened) > 1:
        _close(opened)
    return "".join(opened[0].arguments[0])


def _sign(sign: str, kind: str, opened: list[_Open]) -> str:
    """Open, close or part the arguments of an element; return the kind that is still waiting for its own."""
    if sign == "(" and kind and len(opened) < _DEEPEST:
        opened.append(_Open(kind, [[]]))
    elif sign == ")" and len(opened) > 1:
        _close(opened)
        return kind
    elif sign in ",;" and len(opened) > 1:
        opened[-1].arguments.append([])
        return kind
    else:
        opened[-1].arguments[-1].append(sign)
    return ""


def _close(opened: list[_Open]) -> None:
    kind, arguments = opened.pop()
    parts = [part for argument in arguments if (part := "".join(argument).strip())]
    joined = {"f": "/", "s": "", "b": "", "o": ""}.get(kind, " ").join(reversed(parts) if kind == "o" else parts)
    opened[-1].arguments[-1].append({"r": "√", "i": "∫"}.get(kind, "") + joined)

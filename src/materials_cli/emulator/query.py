"""The query language of files.list (parameter q), as far as clients use it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from materials_cli.emulator.answers import Answer, not_found, refuse
from materials_cli.emulator.drives import in_corpora, searched
from materials_cli.emulator.node import Node
from materials_cli.emulator.request import Request
from materials_cli.emulator.world import World

_TOKEN = re.compile(r"""\s*(?:('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(<=|>=|!=|=|<|>|\(|\))|([A-Za-z0-9_.]+))""")
_DEEPEST = 50
_COMPARE: dict[str, Callable[[datetime, datetime], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}

Test = Callable[[Node], bool]
Scope = list[str] | None


class Query:
    """A parsed query.

    test: whether a node matches. parents: every folder it names. scope: the folders that every match must be in, or None
    when a match may be anywhere.
    """

    def __init__(self, text: str, world: World) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._depth = 0
        self._world = world
        self.parents: list[str] = []
        self.test: Test = _everything
        self.scope: Scope = None
        if self._tokens:
            self.test, self.scope = self._any()
        if self._at != len(self._tokens):
            raise _bad()

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _any(self) -> tuple[Test, Scope]:
        parts = [self._all()]
        while self._peek().lower() == "or":
            self._next()
            if not self._peek():
                break
            parts.append(self._all())
        tests, scopes = [test for test, _ in parts], [scope for _, scope in parts]
        if len(parts) == 1:
            return parts[0]
        joined = None if None in scopes else [folder for scope in scopes for folder in scope or ()]
        return lambda node: any(test(node) for test in tests), joined

    def _all(self) -> tuple[Test, Scope]:
        parts = [self._one()]
        while self._peek().lower() == "and":
            self._next()
            parts.append(self._one())
        if len(parts) == 1:
            return parts[0]
        tests = [test for test, _ in parts]
        return lambda node: all(test(node) for test in tests), next((s for _, s in parts if s is not None), None)

    def _one(self) -> tuple[Test, Scope]:
        word = self._next()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _bad()
        try:
            if word.lower() == "not":
                inner, _ = self._one()
                return lambda node: not inner(node), None
            if word == "(":
                return self._group()
        finally:
            self._depth -= 1
        if word and word[0] in "'\"":
            return self._membership(_unquoted(word))
        return self._comparison(word), None

    def _group(self) -> tuple[Test, Scope]:
        if self._peek() == ")":
            self._next()
            return _everything, None
        inner = self._any()
        if self._next() != ")":
            raise _bad()
        return inner

    def _membership(self, value: str) -> tuple[Test, Scope]:
        if self._next().lower() != "in":
            raise _bad()
        field = self._next()
        if field == "parents":
            node_id = self._world.root if value == "root" else value
            self.parents.append(node_id)
            return lambda node: node.parent == node_id, [node_id]
        if field in {"owners", "writers", "readers"}:
            return _nothing, None
        raise _bad()

    def _comparison(self, field: str) -> Test:
        operator = self._next().lower()
        raw = self._next()
        if not raw:
            raise _bad()
        value = _unquoted(raw) if raw[0] in "'\"" else raw.lower()
        if (field, operator) in _TEXT_TESTS:
            return _TEXT_TESTS[field, operator](value)
        if field in _TIMES and operator in _COMPARE:
            time, read, compare = _time(value), _TIMES[field], _COMPARE[operator]
            return lambda node: (found := read(node)) is not None and compare(found, time)
        if field in {"trashed", "starred", "sharedWithMe"} and operator in {"=", "!="} and value in {"true", "false"}:
            wanted = (value == "true") is (operator == "=")
            if field == "trashed":
                return lambda node: self._world.in_bin(node) is wanted
            return _nothing if wanted else _everything
        raise _bad()


def select_nodes(query: Query, world: World, request: Request) -> list[Node]:
    """The nodes that a query finds. An unknown parent is an error; one that is not shared is empty, as on Drive."""
    for parent in query.parents:
        if not world.existed(parent):
            raise not_found("")
    ids = searched(request, world) if query.scope is None else _listed(query.scope, world, request)
    return [node for node_id in ids if (node := _visible(node_id, world, request)) and query.test(node)]


def _listed(scope: list[str], world: World, request: Request) -> list[str]:
    """The ids in these folders. As on Drive, a query for several folders loses some of them."""
    folders = [folder for folder in dict.fromkeys(scope) if _visible(folder, world, request)]
    if len(folders) > 1 and world.or_loses_parents:
        folders = folders[::2]
    return [node.id for folder in folders for node in world.listed(folder)]


def _visible(node_id: str, world: World, request: Request) -> Node | None:
    node = world.visible(node_id, member=request.member)
    return node if node is not None and in_corpora(request, node) else None


def _tokens(text: str) -> Iterator[str]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise _bad()
        token = match[1] or match[2] or match[3]
        if token.lower() == "not" and text[match.end() : match.end() + 1] == "(":
            raise _bad()
        yield token
        at = match.end()


def _unquoted(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1])


def _ascii_fold(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


def _begins_a_word(value: str, name: str) -> bool:
    words, text = _words(value), f" {_words(name)}"
    return f" {words}" in text


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise _bad() from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _everything(_: Node) -> bool:
    return True


def _nothing(_: Node) -> bool:
    return False


def _bad() -> Answer:
    return refuse(400, "invalid", "Invalid Value", location="q")


_TIMES: dict[str, Callable[[Node], datetime | None]] = {
    "modifiedTime": lambda node: node.modified,
    "createdTime": lambda node: node.created,
    "viewedByMeTime": lambda _: None,
    "sharedWithMeTime": lambda _: None,
}
_TEXT_TESTS: dict[tuple[str, str], Callable[[str], Test]] = {
    ("name", "="): lambda value: lambda node: _ascii_fold(node.name) == _ascii_fold(value),
    ("name", "!="): lambda value: lambda node: _ascii_fold(node.name) != _ascii_fold(value),
    ("name", "contains"): lambda value: lambda node: _begins_a_word(value, node.name),
    ("fullText", "contains"): lambda value: lambda node: _begins_a_word(value, node.name),
    ("mimeType", "="): lambda value: lambda node: node.media_type == value,
    ("mimeType", "!="): lambda value: lambda node: node.media_type != value,
    ("mimeType", "contains"): lambda value: lambda node: value in node.media_type,
    ("shortcutDetails.targetId", "="): lambda value: lambda node: node.target == value,
}

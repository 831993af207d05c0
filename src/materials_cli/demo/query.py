"""The search language of files.list: what `q` means, as far as clients use it."""

import re
from collections.abc import Callable, Iterator

from materials_cli.demo.answers import Answer, not_found, refuse
from materials_cli.demo.world import Node, World

_TOKEN = re.compile(r"""\s*(?:('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(<=|>=|!=|=|<|>|\(|\))|([A-Za-z0-9_.]+))""")
_TIMES = {"modifiedTime", "createdTime", "viewedByMeTime", "sharedWithMeTime"}

Test = Callable[[Node], bool]


class Query:
    """A parsed query. parents: the folders it names, in order; test: whether a node fits."""

    def __init__(self, text: str, world: World) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._world = world
        self.parents: list[str] = []
        self.test: Test = self._any() if self._tokens else lambda _: True
        if self._at != len(self._tokens):
            raise _bad()

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _any(self) -> Test:
        tests = [self._all()]
        while self._peek().lower() == "or":
            self._next()
            if not self._peek():
                break
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda node: any(test(node) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._peek().lower() == "and":
            self._next()
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda node: all(test(node) for test in tests)

    def _one(self) -> Test:
        word = self._next()
        if word.lower() == "not":
            inner = self._one()
            return lambda node: not inner(node)
        if word == "(":
            if self._peek() == ")":
                self._next()
                return lambda _: True
            inner = self._any()
            if self._next() != ")":
                raise _bad()
            return inner
        if word and word[0] in "'\"":
            return self._membership(_unquoted(word))
        return self._comparison(word)

    def _membership(self, value: str) -> Test:
        if self._next().lower() != "in":
            raise _bad()
        field = self._next()
        if field == "parents":
            node_id = self._world.root if value == "root" else value
            self.parents.append(node_id)
            return lambda node: node.parent == node_id
        if field in {"owners", "writers", "readers"}:
            return lambda _: False
        raise _bad()

    def _comparison(self, field: str) -> Test:
        operator = self._next().lower()
        raw = self._next()
        if not raw:
            raise _bad()
        value = _unquoted(raw) if raw[0] in "'\"" else raw.lower()
        match field, operator:
            case "trashed" | "starred" | "sharedWithMe", "=" | "!=":
                wanted = (value == "true") is (operator == "=")
                if field == "trashed":
                    return lambda node: self._world.in_bin(node) is wanted
                return lambda _: not wanted
            case "name", "=":
                return lambda node: _ascii_fold(node.name) == _ascii_fold(value)
            case "name", "!=":
                return lambda node: _ascii_fold(node.name) != _ascii_fold(value)
            case "name" | "fullText", "contains":
                return lambda node: any(word.startswith(value.lower()) for word in re.split(r"\W+", node.name.lower()))
            case "mimeType", "=":
                return lambda node: node.media_type == value
            case "mimeType", "!=":
                return lambda node: node.media_type != value
            case "mimeType", "contains":
                return lambda node: value in node.media_type
            case "shortcutDetails.targetId", "=":
                return lambda node: node.target == value
        if field in _TIMES and operator in {"<", "<=", ">", ">=", "=", "!="}:
            return self._time(operator, value)
        raise _bad()

    @staticmethod
    def _time(operator: str, value: str) -> Test:
        compare: dict[str, Callable[[str], bool]] = {
            "<": lambda t: t < value, "<=": lambda t: t <= value, ">": lambda t: t > value, ">=": lambda t: t >= value,
            "=": lambda t: t == value, "!=": lambda t: t != value,
        }  # fmt: skip
        return lambda node: compare[operator](node.modified.isoformat()[: len(value)])


def select_nodes(text: str, world: World) -> list[Node]:
    """The nodes that a query finds. An unknown parent is refused; one that is not shared is empty, as on Drive."""
    query = Query(text, world)
    if not query.parents:
        return [node for node in world.nodes.values() if node.parent and world.visible(node.id) and query.test(node)]
    for parent in query.parents:
        if parent not in world.nodes:
            raise not_found("")
    asked = [parent for parent in dict.fromkeys(query.parents) if world.visible(parent)]
    if len(asked) > 1 and world.or_loses_parents:
        asked = asked[::2]
    return [node for parent in asked for node in world.children(parent) if world.visible(node.id) and query.test(node)]


def _tokens(text: str) -> Iterator[str]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise _bad()
        yield match[1] or match[2] or match[3]
        at = match.end()


def _unquoted(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1])


def _ascii_fold(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


def _bad() -> Answer:
    return refuse(400, "invalid", "Invalid Value", location="q")

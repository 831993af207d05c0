"""An index of sections for very large archives, by tantivy (extra [large]): the same terms, asked and ranked alike.

It can be made from the catalogue at any time. A file says of which state of the catalogue's own index it is: a search uses it
if that is the present one, and else the catalogue's. Whoever writes the catalogue brings it up to date item by item (see
`refresh`); killed at any moment, it is out of date, and the next run completes it.

It lies in this user's cache, where only what this program wrote there counts: see `large_folder`.

FTS5 ranks by BM25 with a weight for each column, by which it multiplies how often a term stands there. Here the text of a
column is put in as often as it weighs. A beginning of terms, and terms that follow one another, are as rare as all together.
"""

import json
import math
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import wraps
from hashlib import blake2b, sha256
from importlib.util import find_spec
from pathlib import Path
from stat import S_ISDIR
from typing import Any, TypeVar, cast

from materials_cli.catalogue.index import PLACE_BITS, streams_of_items
from materials_cli.disk import replace_file
from materials_cli.errors import MaterialsError, as_failure
from materials_cli.messages import Message, msg, msgn, verbatim
from materials_cli.personal import is_only_ours
from materials_cli.search.large_folder import (
    ITEMS,
    Opened,
    empty,
    files,
    folder_of,
    is_sound,
    make,
    may_be_opened,
    noted,
    seal,
)  # fmt: skip
from materials_cli.search.phrases import Phrase, Tree, tree_of
from materials_cli.search.sections import CURRENT, HINT, InCatalogue, Sections
from materials_cli.words.fold import NORMALISER_VERSION

_META = "meta.json"  # tantivy's own: without it, an empty index would be made
_FORMAT = 2
_WEIGHTS = (4, 2, 1)  # of title, body, notes
_MOST_SPELLED = 64  # terms with one beginning that are ranked one by one
_UNSURE = ""  # no text is told like this
_HEAP = 256_000_000
_MANY_ITEMS = 1000  # of which to tell that they take time
_PANIC = "PanicException"  # how tantivy's bugs arrive: it has no class to catch it by, and is no Exception

_Ask = TypeVar("_Ask", bound=Callable[..., Any])


def is_installed() -> bool:
    """Whether the extra is there."""
    return find_spec("tantivy") is not None


def sections_of(connection: sqlite3.Connection, folder: Path) -> Sections:
    """The index to search: the one in a folder if it is of the present state, else the catalogue's."""
    inside = InCatalogue(connection)
    try:
        ours = is_installed() and is_only_ours(folder.lstat(), S_ISDIR)
        if ours and noted(folder) == _noting(connection, folder) and may_be_opened(folder):
            return Large(folder, inside)
    except (OSError, ValueError, MaterialsError):
        pass  # it is damaged, or on its way: the catalogue has all that it has
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
    return inside


def keep(connection: sqlite3.Connection, catalogue: Path, least: int, tell: Callable[[Message], None]) -> Message | None:
    """Bring the index of a catalogue up to date if there are enough sections for one; what hindered it.

    least: how many are enough; with fewer, there is none. tell: is told of what takes long.
    """
    found, hint = InCatalogue(connection).size(), catalogue.with_name(HINT)
    if found < least:
        if hint.is_dir():
            with suppress(OSError):
                shutil.rmtree(folder_of(catalogue))
            shutil.rmtree(hint, ignore_errors=True)
        return None
    if not is_installed():
        return msgn(
            "The archive has {count} slide or page; the extra [large] makes searches fast (README, “Very large archives”).",
            "The archive has {count} slides and pages; the extra [large] makes searches fast (README, “Very large archives”).",
            found,
        )
    try:
        folder = folder_of(catalogue)
        make(folder, catalogue)
        refresh(connection, folder, tell)
        if not (hint / CURRENT).is_file() or len([*hint.iterdir()]) > 1:
            shutil.rmtree(hint, ignore_errors=True)  # with the index that earlier versions kept there
            hint.mkdir(exist_ok=True)
            replace_file(hint / CURRENT, b"")
    except (OSError, ValueError, MaterialsError) as error:
        reason = as_failure(error).what if isinstance(error, MaterialsError) else verbatim(error)
        return msg("The index for very large archives could not be written, so searches take longer: {reason}", reason=reason)
    return None


def refresh(connection: sqlite3.Connection, folder: Path, tell: Callable[[Message], None]) -> int:
    """Make the index in a folder, or put in what is new and take out what is gone; the number of items put in.

    Raise OSError, ValueError (tantivy's), disk_full or disk_refused.
    """
    from tantivy import Query  # noqa: PLC0415 - see Large

    current, before = folder / CURRENT, noted(folder)
    if before and before == _noting(connection, folder):
        return 0
    current.unlink(missing_ok=True)
    try:
        known = _known(folder, before)
        index = _index(folder)
    except (OSError, ValueError, KeyError):
        empty(folder)
        known, index = {}, _index(folder)
    wanted = _items(connection)
    outdated = [number for number, text in wanted.items() if known.get(number) != text]
    if len(outdated) >= _MANY_ITEMS:
        tell(msgn("Indexing the texts of {count} item …", "Indexing the texts of {count} items …", len(outdated)))
    replaced = [number for number in known if known[number] != wanted.get(number)]
    _note(folder, known | dict.fromkeys([*outdated, *replaced], _UNSURE))
    writer = index.writer(_HEAP, 1)
    if replaced:
        writer.delete_documents_by_query(Query.term_set_query(index.schema, "item", replaced))
    for place, columns in streams_of_items(connection, outdated):
        writer.add_document(_document(place, columns))
    writer.commit()
    writer.wait_merging_threads()
    _note(folder, wanted)
    seal(folder)
    replace_file(current, _noting(connection, folder).encode())
    return len(outdated)


def _or_inside(ask: _Ask) -> _Ask:
    """Ask the catalogue's index instead, from then on, if this one turns out to be damaged."""

    @wraps(ask)
    def asked(self: "Large", *given: object) -> Any:
        if not self.damaged:
            try:
                return ask(self, *given)
            except (OSError, ValueError):
                self.fail()
            except BaseException as error:
                if type(error).__name__ != _PANIC:
                    raise
                self.fail()
        return getattr(self.inside, ask.__name__)(*given)

    return cast("_Ask", asked)


class Large:
    """The index in a folder. inside: the catalogue's, which alone knows one column from another."""

    def __init__(self, folder: Path, inside: InCatalogue) -> None:
        from tantivy import Index, Occur, Query  # noqa: PLC0415 - an extra, and few archives need it

        self._opened = Opened(folder)
        try:
            self._index = Index.open(str(folder))
            self._searcher = self._index.searcher()
        except BaseException:
            self._opened.failed()
            raise
        self._schema = self._index.schema
        self.inside = inside
        self.damaged = False
        self._extents: dict[tuple[str, str | None], int] = {}
        self._query, self._occur = Query, {"AND": Occur.Must, "OR": Occur.Should, "NOT": Occur.MustNot}

    def fail(self) -> None:
        """Ask this index no more, and let the next search find out what is wrong with it."""
        self.damaged = True
        self._opened.failed()

    @_or_inside
    def best(self, expression: str, titled: str, limit: int, items: str | None, most: int) -> list[tuple[int, float]]:
        """See Sections."""
        if _by_column(expression):
            return self.inside.best(expression, titled, limit, items, most)
        hits = self._searcher.search(self._asked(expression, items), limit, count=False).hits
        found = zip(self._places(hits), (score for score, _ in hits), strict=True)
        return sorted(found, key=lambda row: (-row[1], row[0]))

    @_or_inside
    def to_rank(self, expression: str, titled: str, items: str | None, most: int) -> list[int]:
        """See Sections; of too many, the best by the numbers of this index."""
        if _by_column(expression):
            return self.inside.to_rank(expression, titled, items, most)
        hits = self._searcher.search(self._asked(expression, items), most, count=False).hits
        return sorted(self._places(hits))

    @_or_inside
    def extent(self, expression: str, items: str | None) -> int:
        """See Sections."""
        if _by_column(expression):
            return self.inside.extent(expression, items)
        if (expression, items) not in self._extents:
            self._extents[expression, items] = self._count(self._asked(expression, items, ranked=False))
        return self._extents[expression, items]

    def count_as(self, expression: str, shorter: str) -> None:
        """See Sections."""
        self.inside.count_as(expression, shorter)

    @_or_inside
    def count(self, expression: str, limit: int) -> int:
        """See Sections."""
        return min(limit, self.extent(expression, None))

    @_or_inside
    def first(self, expression: str, limit: int) -> list[int]:
        """See Sections."""
        hits = self._searcher.search(self._asked(expression, None, ranked=False), limit, count=False).hits
        return self._places(hits)

    @_or_inside
    def size(self) -> int:
        """See Sections."""
        return int(self._searcher.num_docs)

    @_or_inside
    def terms(self, beginning: str) -> Mapping[str, int]:
        """See Sections."""
        return dict(self._searcher.terms_with_prefix("text", beginning))

    @_or_inside
    def having(self, term: str) -> int:
        """See Sections."""
        return self._searcher.doc_freq("text", term)

    def _places(self, hits: Sequence[tuple[float, Any]]) -> list[int]:
        return list(map(int, self._searcher.fast_field_values("place", [address for _, address in hits])))  # type: ignore[arg-type]  # its stubs want DocAddress alone

    def _asked(self, expression: str, items: str | None, *, ranked: bool = True) -> Any:
        """The query for an expression. ranked: by how rare its phrases are, too."""
        query = self._tree(tree_of(expression), ranked=ranked)
        if items is None:
            return query
        inside = self._query.const_score_query(self._query.term_set_query(self._schema, "item", json.loads(items)), 0.0)
        return self._joined("AND", [query, inside])

    def _tree(self, tree: Tree, *, ranked: bool) -> Any:
        if isinstance(tree, Phrase):
            return self._phrase(tree, ranked=ranked)
        return self._joined(tree.operator, [self._tree(part, ranked=ranked) for part in tree.parts])

    def _joined(self, operator: str, parts: list[Any]) -> Any:
        occur = self._occur[operator]
        first = self._occur["AND"] if operator == "NOT" else occur
        return self._query.boolean_query([(occur if number else first, part) for number, part in enumerate(parts)])

    def _phrase(self, phrase: Phrase, *, ranked: bool) -> Any:
        """A phrase: one term, or each way to spell it, all as rare as they are together."""
        *before, last = phrase.terms
        if not (phrase.prefix or before):
            return self._query.term_query(self._schema, "text", last)
        spelled = dict(self._searcher.terms_with_prefix("text", last)) if phrase.prefix else {last: 1}
        every = self._every(before, last, spelled)
        if not ranked or not spelled:
            return every
        rarity = self._rarity(self._count(every))
        if len(spelled) > _MOST_SPELLED:
            return self._query.const_score_query(every, rarity)
        ways = []
        for term in spelled:
            own = sum(self._rarity(self.having(each)) for each in (*before, term))
            ways.append(self._query.boost_query(self._spelling(before, term), rarity / own))
        return self._joined("OR", ways)

    def _every(self, before: list[str], last: str, spelled: Mapping[str, int]) -> Any:
        """All ways to spell a phrase, unranked."""
        if not before and len(spelled) > 1:
            return self._query.regex_query(self._schema, "text", f"{last}.*")
        if len(spelled) > _MOST_SPELLED:
            return self._query.regex_phrase_query(self._schema, "text", [*before, f"{last}.*"])
        return self._joined("OR", [self._spelling(before, term) for term in spelled]) if spelled else self._query.empty_query()

    def _spelling(self, before: list[str], last: str) -> Any:
        if before:
            return self._query.phrase_query(self._schema, "text", [*before, last])
        return self._query.term_query(self._schema, "text", last)

    def _count(self, query: Any) -> int:
        found: Any = self._searcher.search(query, 1, count=True)
        return int(found.count)

    def _rarity(self, found: int) -> float:
        """The weight that BM25 gives to what so many sections have."""
        return math.log(1 + (self.size() - found + 0.5) / (found + 0.5))


def _by_column(expression: str) -> bool:
    return "{" in expression


def _index(folder: Path) -> Any:
    """The index in a folder, made if there is none."""
    from tantivy import Index, SchemaBuilder  # noqa: PLC0415 - see Large

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    builder = SchemaBuilder().add_text_field("text", tokenizer_name="whitespace", index_option="position")
    builder = builder.add_unsigned_field("item", indexed=True).add_unsigned_field("place", fast=True)
    return Index(builder.build(), path=str(folder))


def _document(place: int, columns: tuple[str, ...]) -> Any:
    from tantivy import Document  # noqa: PLC0415 - see Large

    document = Document()
    for column, weight in zip(columns, _WEIGHTS, strict=True):
        for _ in range(weight if column else 0):
            document.add_text("text", column)
    document.add_unsigned("item", place >> PLACE_BITS)
    document.add_unsigned("place", place)
    return document


def _state(connection: sqlite3.Connection) -> str:
    """The state of the catalogue's index: what FTS5 notes about itself changes with every write."""
    blocks = connection.execute("SELECT block FROM words_data WHERE id IN (1, 10) ORDER BY id").fetchall()
    return sha256(b"|".join([_made_by().encode(), *(bytes(block) for (block,) in blocks)])).hexdigest()


def _noting(connection: sqlite3.Connection, folder: Path) -> str:
    """What is noted of an index that is complete: the state that it is of, and its files."""
    return f"{_state(connection)}\n{files(folder)}"


def _made_by() -> str:
    return f"{_FORMAT}.{NORMALISER_VERSION}"


def _items(connection: sqlite3.Connection) -> dict[int, str]:
    """What tells the text of each item that has one from other texts, by its number."""
    statement = "SELECT number, collection, id, text_of, extractor, ocr, sections FROM item WHERE text_of IS NOT NULL"
    rows = map(tuple, connection.execute(statement))
    return {number: blake2b(repr(told).encode(), digest_size=8).hexdigest() for number, *told in rows}


def _note(folder: Path, items: Mapping[int, str]) -> None:
    """Note what is in an index, as _items() tells it; _UNSURE: an item that is being put in or taken out."""
    replace_file(folder / ITEMS, json.dumps({"made by": _made_by(), "items": items}).encode())


def _known(folder: Path, before: str) -> dict[int, str]:
    """What was put into an index, as _items() tells it. Raise an error if that is not known, or others changed it."""
    if not folder.exists():
        return {}
    content = json.loads((folder / ITEMS).read_bytes())
    changed = before and before.partition("\n")[2] != files(folder)
    if changed or content["made by"] != _made_by() or not (folder / _META).is_file() or not is_sound(folder):
        raise ValueError(content["made by"])
    return {int(number): text for number, text in content["items"].items()}

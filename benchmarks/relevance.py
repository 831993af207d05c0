"""How many of the slides that a person should find are found: ours beside what is usually taken.

    python benchmarks/relevance.py FOLDER

FOLDER holds the real documents that tests/support/judged.jsonl speaks of. Printed are recall among the first five hits and
the mean reciprocal rank, by language and by phenomenon, of the queries that were looked at while the search was made
better, and apart from them of those that were not ("aside"). The other engines get each section as one text and the query
as all of its words; where nothing has all, as any of them. Ours is asked twice: for the words as they are typed, and with those
that mean the same, as the command does.
"""

import argparse
import sqlite3
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1] / "tests")

from materials_cli.search.engine import search
from materials_cli.search.equivalents import Equivalents, shipped
from support.judging import Judged, Place, judged, judged_archive, recall, reciprocal_rank, sections_of

Find = Callable[[str], list[Place]]
DEEP = 20


def fts5(sections: dict[Place, str], tokenizer: str) -> Find:
    """SQLite's own full-text search with one of its tokenizers."""
    places = list(sections)
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE t USING fts5 (text, tokenize = '{tokenizer}')")
    connection.executemany("INSERT INTO t (rowid, text) VALUES (?, ?)", enumerate(sections.values()))

    def find(query: str) -> list[Place]:
        quoted = ['"{}"'.format(word.replace('"', "")) for word in query.split() if word.strip('"')]
        for joined in (" AND ".join(quoted), " OR ".join(quoted)):
            rows = connection.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT ?", (joined, DEEP)).fetchall()
            if rows:
                return [places[row[0]] for row in rows]
        return []

    return find


def tantivy_default(sections: dict[Place, str]) -> Find:
    """Tantivy with its default tokenizer."""
    import tantivy  # not everybody has it

    places = list(sections)
    schema = tantivy.SchemaBuilder().add_integer_field("at", stored=True).add_text_field("text").build()
    index = tantivy.Index(schema)
    writer = index.writer()
    for at, text in enumerate(sections.values()):
        writer.add_document(tantivy.Document(at=at, text=text))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def find(query: str) -> list[Place]:
        words = [query] if '"' in query else query.replace(":", " ").split()
        for joined in (" AND ".join(words), " OR ".join(words)):
            parsed, _ = index.parse_query_lenient(joined, ["text"])
            hits = searcher.search(parsed, DEEP).hits
            if hits:
                return [places[searcher.doc(address)["at"][0]] for _, address in hits]
        return []

    return find


def measured(find: Find, queries: list[tuple[Judged, frozenset[Place]]]) -> dict[str, list[tuple[float, float]]]:
    """Recall and reciprocal rank of each query, under each of its headings."""
    told: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for query, wanted in queries:
        answered = find(query.query)
        pair = recall(answered, wanted), reciprocal_rank(answered, wanted)
        part = "aside" if query.aside else "all looked at"
        for heading in (part, "all", f"language {query.language}", query.phenomenon):
            told[heading].append(pair)
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="the documents that tests/support/judged.jsonl speaks of")
    folder: Path = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as top, judged_archive(folder, Path(top)) as catalogue:
        sections = sections_of(catalogue)
        queries = [(query, query.answers(sections)) for query in judged()]
        if unanswered := sum(not wanted for _, wanted in queries):
            parser.error(f"{folder} does not hold the judged documents: {unanswered} queries have no answer in it")

        def ours(query: str, equivalents: Equivalents | None = None) -> list[Place]:
            hits = search(catalogue, query, limit=DEEP, equivalents=equivalents).hits
            return [(hit.item.path, hit.section.number if hit.section else 0) for hit in hits]

        engines: dict[str, Find] = {
            "materials": ours,
            "with other words": lambda query: ours(query, shipped()),
            "fts5 unicode61": fts5(sections, "unicode61 remove_diacritics 2"),
            "fts5 trigram": fts5(sections, "trigram"),
        }
        if find_spec("tantivy"):
            engines["tantivy"] = tantivy_default(sections)
        results = {name: measured(find, queries) for name, find in engines.items()}
    print(f"{len(queries)} queries over {len(sections)} sections. Each cell: recall@5, MRR.\n")
    print(f"| | queries | {' | '.join(engines)} |")
    print(f"|{'---|' * (2 + len(engines))}")
    headings = results["materials"]
    for heading in sorted(headings, key=lambda name: (not name.startswith("a"), not name.startswith("language"), name)):
        cells = []
        for told in results.values():
            pairs = told[heading]
            cells.append(f"{sum(r for r, _ in pairs) / len(pairs):.3f}, {sum(m for _, m in pairs) / len(pairs):.3f}")
        print(f"| {heading} | {len(headings[heading])} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()

"""How often the language of a sentence is recognised, by language, and how long that takes.

    python benchmarks/languages.py FOLDER… [--wrong CODE]

Reads *.conllu (a Universal Dependencies treebank: its `# text` lines) and *.txt (a sentence a line) in the folders; the name
of a file begins with the code of its language: kk_ktb-ud-test.conllu, tg-udhr.txt. Prints for each language how many of the
sentences of 8 words and more are told for what they are, how many of the shorter ones, and for what the others are taken
most often; a sentence in none of our languages is right when it is taken for none of them. Ours are those of `lang:`.
"""

import argparse
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from materials_cli.words.languages import CODES, languages

ENOUGH_WORDS = 8
UNSPACED = {"km": 6, "lo": 5, "th": 5}  # letters of a word, in scripts that do not separate words
SAME = {"tl": "fil", "hyw": "hy"}
WORD = re.compile(r"[^\W\d_]{2,}")


def sentences(folders: list[Path]) -> Iterator[tuple[str, str]]:
    """The sentences in the folders, each with the code of its language."""
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in {".conllu", ".txt"}):
        code = re.split("[-_.]", path.name)[0]
        for line in path.read_text("utf-8").splitlines():
            if path.suffix == ".txt":
                yield SAME.get(code, code), line
            elif line.startswith("# text = "):
                yield SAME.get(code, code), line.removeprefix("# text = ")


def length(code: str, text: str) -> int:
    """How many words a sentence has."""
    return sum(map(str.isalpha, text)) // UNSPACED[code] if code in UNSPACED else len(WORD.findall(text))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--wrong", metavar="CODE", help="print the sentences of this language that are taken for others")
    options = parser.parse_args()
    right: defaultdict[tuple[str, bool], Counter[str]] = defaultdict(Counter)
    read = list(dict.fromkeys(sentences(options.folders)))
    start = time.perf_counter()
    for code, text in read:
        found = languages(text)
        told = found[0] if found else "none"
        right[code, length(code, text) >= ENOUGH_WORDS][told] += 1
        if code == options.wrong and told != code:
            print(f"{told}\t{text}")
    spent = time.perf_counter() - start
    print(f"{'':5}{'8 words and more':>18}  {'shorter':>16}  taken for")
    for code in sorted({code for code, _ in right}, key=lambda code: (code not in CODES, code)):
        cells, wrong = [], Counter[str]()
        for long in (True, False):
            told = right[code, long]
            good = told[code] if code in CODES else told["none"] + sum(told[c] for c in told if c not in CODES and c != "none")
            cells.append(f"{good / total:7.1%} of {total:5}" if (total := told.total()) else "")
            wrong += Counter({f"{name}{'' if long else '*'}": count for name, count in told.items() if name != code})
        most = ", ".join(f"{name} {count}" for name, count in wrong.most_common(4)) if code in CODES or good else "..."
        print(f"{code:5}{cells[0]:>18}  {cells[1]:>16}  {most}")
    print(f"{len(read):,} sentences, {spent / max(1, len(read)) * 1e6:.0f} µs each (* of the shorter ones)")


if __name__ == "__main__":
    main()

"""How often one form of a noun finds another form of it, and how often words that have nothing in common share a stem.

    python benchmarks/inflection.py FOLDER [--half look|aside] [--misses 20]

FOLDER holds treebanks of Universal Dependencies (*.conllu) and lists of UniMorph (*.tsv), each named after its language:
kk_ktb.conllu, mn_unimorph.tsv. Printed are, by language and source, of the pairs (written, typed) of two forms of one noun
the shares that a search finds by their stems, and in all; then, among nouns and among nouns, names, adjectives and verbs,
the share of the stems that several lemmas have, and of the forms that find a form of another lemma by a stem. Lemmas that
are written alike in some form are taken for one. Half of the lemmas, by a checksum, were looked at while the stems were
made ("look"); the other half were not ("aside"). Treebanks hold errors: a word with the wrong lemma counts twice.
"""

import argparse
import itertools
import random
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from materials_cli.search.match import MatchLevel, similarity
from materials_cli.words.fold import forms_of, sought_stems

CONTENT = {"NOUN", "PROPN", "ADJ", "VERB"}
MAX_PAIRS = 40
SPELLED = (MatchLevel.WORD, MatchLevel.PREFIX, MatchLevel.TRUNCATED)
Lemmas = dict[str, set[str]]


def read(path: Path) -> Iterator[tuple[str, str, str]]:
    """Lemma, form and part of speech of every word of a file."""
    for line in path.read_text("utf-8").splitlines():
        row = line.split("\t")
        if path.suffix == ".tsv" and len(row) >= 3:
            yield row[0].strip().lower(), row[1].strip().lower(), "NOUN" if row[2].strip().split(";")[0] == "N" else "VERB"
        elif path.suffix == ".conllu" and len(row) == 10 and row[0].isdecimal():
            yield row[2].lower(), row[1].lower(), row[3]


def words_in(paths: list[Path], half: str) -> dict[str, Lemmas]:
    """The forms of each lemma, by part of speech; only words of one run of letters that begin alike, and lemmas of one half."""
    found: dict[str, Lemmas] = defaultdict(lambda: defaultdict(set))
    for path in paths:
        for lemma, form, part in read(path):
            alike = forms_of(lemma).fold[:2] == forms_of(form).fold[:2]
            in_half = alike and half == ("aside" if zlib.crc32(lemma.encode()) % 2 else "look")
            if in_half and part in CONTENT and len(lemma) > 1 and lemma[0].isalpha() and {" ", "-"}.isdisjoint(lemma + form):
                found[part][lemma] |= {form}
                if part == "NOUN":
                    found[part][lemma] |= {lemma}
    return found


def pairs_of(nouns: Lemmas) -> list[tuple[str, str]]:
    """Two forms of one lemma that differ in more than accents; of a lemma with many forms, some."""
    chance = random.Random(1)
    pairs: list[tuple[str, str]] = []
    for lemma in sorted(nouns):
        together = list(
            itertools.combinations(sorted({forms_of(form).fold: form for form in sorted(nouns[lemma])}.values()), 2)
        )
        pairs += together if len(together) <= MAX_PAIRS else chance.sample(together, MAX_PAIRS)
    return pairs


def found(written: str, typed: str, level: MatchLevel) -> bool:
    """Whether a word is found by another one that was typed, in a search up to some level."""
    return any(similarity(forms_of(written), forms_of(typed), each).degree for each in SPELLED if each <= level)


def united_lemmas(lemmas: Lemmas) -> dict[str, str]:
    """Each lemma by one that stands for it: those that are written alike in some form are taken for one."""
    united: dict[str, str] = {}

    def root(lemma: str) -> str:
        while united.get(lemma, lemma) != lemma:
            lemma = united[lemma]
        return lemma

    first: dict[str, str] = {}
    for lemma, forms in lemmas.items():
        for form in forms:
            united[root(lemma)] = root(first.setdefault(forms_of(form).fold, lemma))
    return {lemma: root(lemma) for lemma in lemmas}


def shared_stems(lemmas: Lemmas) -> tuple[float, float, list[tuple[str, list[str]]]]:
    """The share of the stems that several lemmas have, that of the forms that find some other lemma, and those stems."""
    root = united_lemmas(lemmas)
    by_stem: dict[str, set[str]] = defaultdict(set)
    for lemma, forms in lemmas.items():
        for form in map(forms_of, forms):
            for stem in form.stems or (form.fold,):
                by_stem[stem].add(root[lemma])
            if form.stems:
                by_stem.get(form.fold, set()).add(root[lemma])
    by_term: dict[str, set[str]] = defaultdict(set)
    for lemma, forms in lemmas.items():
        for form in map(forms_of, forms):
            for term in (form.fold, *form.stems):
                by_term[term].add(root[lemma])
    typed = [(lemma, forms_of(form)) for lemma, forms in lemmas.items() for form in forms]
    strays = sum(any(by_term[term] - {root[lemma]} for term in sought_stems(form) if term in by_term) for lemma, form in typed)
    shared = [(stem, sorted(those)) for stem, those in by_stem.items() if len(those) > 1]
    return len(shared) / max(1, len(by_stem)), strays / max(1, len(typed)), shared


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("look", "aside"), default="aside")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="print N pairs and shared stems of each, too")
    parser.add_argument("--language", default="", help="only this one")
    arguments = parser.parse_args()
    sources: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path in sorted(arguments.folder.iterdir()):
        if path.suffix in {".conllu", ".tsv"} and path.name.startswith(arguments.language):
            sources[path.name[:2], "treebanks" if path.suffix == ".conllu" else "UniMorph"].append(path)
    print("| language | source | pairs | by stem | in all | nouns: shared stems | find another | all: shared | find another |")
    print(f"|{'---|' * 9}")
    for (language, source), paths in sources.items():
        words = words_in(paths, arguments.half)
        pairs = [pair for one, other in pairs_of(words["NOUN"]) for pair in ((one, other), (other, one))]
        missed = [pair for pair in pairs if not found(*pair, MatchLevel.WORD)]
        lost = [pair for pair in missed if not found(*pair, MatchLevel.TRUNCATED)]
        everything: Lemmas = defaultdict(set)
        for lemmas in words.values():
            for lemma, forms in lemmas.items():
                everything[lemma] |= forms
        shares, strays, shared = shared_stems(words["NOUN"])
        rates = [1 - len(missed) / max(1, len(pairs)), 1 - len(lost) / max(1, len(pairs)), shares, strays]
        rates += shared_stems(everything)[:2]
        print(f"| {language} | {source} | {len(pairs)} | {' | '.join(f'{rate:.3f}' for rate in rates)} |", flush=True)
        chance = random.Random(2)
        for told in (lost, shared):
            print(*chance.sample(told, min(arguments.misses, len(told))), sep="\n", end="\n" if arguments.misses else "")


if __name__ == "__main__":
    main()

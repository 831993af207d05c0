"""How much of what is private `materials triage` finds, and how much that it finds is private.

    python benchmarks/triage.py [--seed N] [FOLDER]

Plants 300 private things of people who do not exist (tests/support/plants.py) among lines that only look alike, eight lines a
slide, and prints recall and precision by kind, what was missed and what was found wrongly. FOLDER: documents whose texts are
read, too; what is found in them is printed, to be looked at by a person.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from materials_cli.extract.formats import extract
from materials_cli.triage.finds import spots
from support.plants import measure


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--seed", type=int, default=2025)
    asked = parser.parse_args()
    began = time.process_time()
    planted, found, wrong, missed, false = measure(asked.seed)
    print("| kind | planted | found | wrongly found |\n|---|---|---|---|")
    for kind in planted:
        print(f"| {kind} | {planted[kind]} | {found[kind]} | {wrong[kind]} |")
    recall, precision = found.total() / planted.total(), found.total() / (found.total() + wrong.total())
    print(f"\nrecall {recall:.3f}, precision {precision:.3f}, {time.process_time() - began:.1f} s")
    print(*("missed", *missed), *("wrong", *false), sep="\n  ")
    for file in sorted(asked.folder.rglob("*")) if asked.folder else ():
        if file.is_file():
            for section in extract(file, file.name).sections:
                text = f"{section.title}\n{section.body}"
                for spot in spots(text):
                    print(f"{file.name} {section.number}: {spot.kind} {spot.name} {text[spot.start : spot.end]!r}")


if __name__ == "__main__":
    main()

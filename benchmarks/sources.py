"""How early the signs of sources that vanish are seen, and how often they are seen where nothing vanishes.

    python benchmarks/sources.py [--seed N] [--held-out] [--silent]

Lives through five simulated years (tests/support/five_years.py), recorded as nightly syncs record them, looks at the sources
every two weeks, and prints: of the items that showed a sign 60 days before they vanished, how many were named 30 days before;
of the items that stay, how many were ever named, by which sign, and how many on an average night. How many personal accounts
are silent although somebody uses them, no report tells: --silent shows what follows if they are many. --held-out: other shares
and other words, written after the rule, which was never fitted to them.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.five_years import Shares, five_years
from support.five_years_words import NOTICES
from support.recorded_years import Measured, measure

HELD_OUT = Shares(
    folders=200, personal=0.35, keyless=0.15, shared_drive=0.05, untold=0.2, idle=0.08, silent=0.05, announced=0.07,
    shrinking=0.03, closing_in_parts=0.06, abrupt=0.07, labelled=0.08, leaver=0.04, domains=20, phased=1, retired=2,
    nights_out=1.0, active=(2, 5, 10),
)  # fmt: skip
OTHER_WORDS = (
    "ARCHIVED - see new location", "Folder closing 15 Sept., take your copies", "This space is being decommissioned",
    "We are leaving Google Drive", "Old materials, will disappear soon", "Внимание: диск закрывается 15 сентября",
    "Материалы перенесены на портал", "Просьба забрать файлы до 20 мая",
    "이 폴더는 곧 사라집니다", "자료가 포털로 옮겨졌습니다",
    "Google 드라이브 사용 종료",
)  # fmt: skip


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--silent", action="store_true", help="also with more silent accounts")
    asked = parser.parse_args()
    began = time.process_time()
    _print(_measured(asked.seed, *((HELD_OUT, OTHER_WORDS) if asked.held_out else ())))
    print(f"{time.process_time() - began:.1f} s")
    for share in (0.0, 0.1, 0.2) if asked.silent else ():
        found = _measured(asked.seed, replace(Shares(), silent=share))
        print(f"silent {share:.0%}: named {found.named.total() / found.staying:.2%}, on a night {found.on_a_night:.2%}")


def _measured(seed: int, shares: Shares | None = None, words: Sequence[str] = NOTICES) -> Measured:
    with tempfile.TemporaryDirectory() as place:
        return measure(five_years(seed, shares, words), Path(place))


def _print(found: Measured) -> None:
    print("| what ended | with a sign 60 days before | named 30 days before |\n|---|---|---|")
    for why, count in sorted(found.signed.items()):
        print(f"| {why} | {count} | {found.warned[why]} |")
    print(
        f"\nnamed in time: {found.warned.total()} of {found.signed.total()} ({found.warned.total() / found.signed.total():.1%})"
    )
    print(f"without a sign: {found.unsigned}, of which named in time: {found.unsigned_warned}")
    wrongly = f"{found.named.total() / found.staying:.2%}"
    print(f"of {found.staying} that stay: ever named {found.named.total()} ({wrongly}), on a night {found.on_a_night:.2%}")
    print("by sign:", dict(found.named))


if __name__ == "__main__":
    main()

"""A Google document of the sample workshop, in the formats it can be exported to."""

from pathlib import Path

from materials_cli.emulator.sample import export_of
from support.small_drive import PPTX, drive, items, kept, mirror, node, rules, run, world  # noqa: F401 - fixtures

SAMPLE = Path(__file__).parents[2] / "src/materials_cli/emulator/sample"

DECK, PAGES, WORDS = ((SAMPLE / f"google-slides.{suffix}").read_bytes() for suffix in ("pptx", "pdf", "txt"))
EXPORTS = {PPTX: export_of(DECK), "application/pdf": lambda _: PAGES, "text/plain": lambda _: WORDS}

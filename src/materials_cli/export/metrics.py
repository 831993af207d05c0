"""Metrics for Prometheus, in a file for node_exporter's textfile collector.

https://github.com/prometheus/docs/blob/main/content/docs/instrumenting/exposition_formats.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from materials_cli.disk import replace_file


@dataclass(frozen=True, slots=True)
class Numbers:
    """The metrics of one archive after a run."""

    archive: str
    success: datetime | None
    ended: datetime
    status: int
    items: int
    bytes: int
    changed: int
    failed: int


_HELP: Mapping[str, str] = {
    "materials_last_success_timestamp_seconds": "When the archive was last brought up to date (0: never).",
    "materials_last_run_timestamp_seconds": "When the last run ended.",
    "materials_last_run_exit_code": "The exit status of the last run.",
    "materials_items": "Items that the archive holds.",
    "materials_bytes": "Bytes of these items.",
    "materials_changed_items": "Items that the last run changed.",
    "materials_failed_items": "Items that failed in the last run.",
}


def text(numbers: Numbers) -> str:
    """The metrics in the exposition format, version 0.0.4."""
    label = numbers.archive.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    values = (
        numbers.success.timestamp() if numbers.success else 0, numbers.ended.timestamp(), numbers.status, numbers.items,
        numbers.bytes, numbers.changed, numbers.failed,
    )  # fmt: skip
    return "".join(
        f'# HELP {name} {meaning}\n# TYPE {name} gauge\n{name}{{archive="{label}"}} {value}\n'
        for (name, meaning), value in zip(_HELP.items(), values, strict=True)
    )


def write(path: Path, numbers: Numbers) -> None:
    """Write the file, atomically."""
    replace_file(path, text(numbers).encode("utf-8", "replace"))

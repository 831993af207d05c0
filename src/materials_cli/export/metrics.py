"""Metrics for Prometheus, in a file for node_exporter's textfile collector.

https://github.com/prometheus/docs/blob/main/content/docs/instrumenting/exposition_formats.md
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from materials_cli.disk import replace_file


@dataclass(frozen=True, slots=True)
class CollectionNumbers:
    """The metrics of one collection. status: of its last run; None if it never ran. failed: items of that run."""

    slug: str
    success: datetime | None
    status: int | None
    items: int
    bytes: int
    failed: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """The metrics of one archive after a run.

    path: its folder, since two archives may have the same name. changed: items that this run changed. collections: None if the
    catalogue cannot be read; then only what is known of the run is written.
    """

    archive: str
    path: str
    ended: datetime
    status: int
    changed: int
    collections: Sequence[CollectionNumbers] | None


_Sample = tuple[Mapping[str, str], float | None]
_HELP: Mapping[str, str] = {
    "materials_last_success_timestamp_seconds": "When the archive, by its oldest collection, was last up to date (0: never).",
    "materials_last_run_timestamp_seconds": "When the last run ended.",
    "materials_last_run_exit_code": "The exit status of the last run.",
    "materials_items": "Items that the archive holds.",
    "materials_bytes": "Bytes of these items.",
    "materials_changed_items": "Items that the last run changed.",
    "materials_failed_items": "Items that failed in the last run of each collection.",
    "materials_collection_last_success_timestamp_seconds": "When the collection was last up to date (0: never).",
    "materials_collection_last_run_exit_code": "The exit status of the last run of the collection.",
    "materials_collection_items": "Items that the collection holds.",
    "materials_collection_bytes": "Bytes of these items.",
    "materials_collection_failed_items": "Items that failed in the last run of the collection.",
}


def text(numbers: Numbers) -> str:
    """The metrics in the exposition format, version 0.0.4. What is not known has no line."""
    here = {"archive": numbers.archive, "path": numbers.path}
    samples = [[(here, value)] for value in _of_archive(numbers)]
    each = [({**here, "collection": c.slug}, _of_collection(c)) for c in numbers.collections or ()]
    samples += [[(labels, values[n]) for labels, values in each] for n in range(len(_HELP) - len(samples))]
    lines = []
    for (name, meaning), values in zip(_HELP.items(), samples, strict=True):
        if series := list(_series(name, values)):
            lines += [f"# HELP {name} {meaning}\n# TYPE {name} gauge\n", *series]
    return "".join(lines)


def _of_archive(numbers: Numbers) -> tuple[float | None, ...]:
    """The values of one archive, in the order of _HELP; as far as the catalogue knows them, sums of its collections."""
    success, items, size, failed = None, None, None, None
    if (each := numbers.collections) is not None:
        success = min((_of_collection(c)[0] or 0 for c in each), default=0)
        items, size, failed = (
            sum(values) for values in zip((0, 0, 0), *((c.items, c.bytes, c.failed) for c in each), strict=True)
        )
    return success, numbers.ended.timestamp(), numbers.status, items, size, numbers.changed, failed


def _of_collection(c: CollectionNumbers) -> tuple[float | None, ...]:
    """The values of one collection, in the order of _HELP."""
    return c.success.timestamp() if c.success else 0, c.status, c.items, c.bytes, c.failed


def _series(name: str, samples: Iterable[_Sample]) -> Iterable[str]:
    for labels, value in samples:
        if value is not None:
            written = ",".join(f'{label}="{_escaped(content)}"' for label, content in labels.items())
            yield f"{name}{{{written}}} {value}\n"


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def write(path: Path, numbers: Numbers) -> None:
    """Write the file, atomically; the exporter, another user, can read it."""
    replace_file(path, text(numbers).encode("utf-8", "replace"), public=True)

"""What the last runs could not bring, as lines at the end of the manifest, so that nobody takes it for archived."""

from collections.abc import Iterable, Iterator
from typing import Any

from materials_cli.export.entries import CSV_COLUMNS, GAP
from materials_cli.model import Run


def gaps(runs: Iterable[Run]) -> Iterator[dict[str, Any]]:
    """The failures of some runs. path: the file, or the collection of a folder that `note` names."""
    for run in runs:
        for failure in run.failures:
            yield {
                **dict.fromkeys((*CSV_COLUMNS, "fixity", "folders")),
                "schema": GAP,
                "collection": run.collection,
                "id": failure.item or "",
                "path": failure.path,
                "state": "failed",
                "code": failure.code,
                "note": str(failure.message),
                "source": {},
            }

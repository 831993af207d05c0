"""What the last runs could not bring, as lines at the end of the manifest, so that nobody takes it for archived."""

from collections.abc import Iterator, Mapping
from typing import Any

from materials_cli.export.entries import CSV_COLUMNS, GAP
from materials_cli.model import Run


def gaps(runs: Mapping[str, Run]) -> Iterator[dict[str, Any]]:
    """The failures of the last runs, by collection. path: the file, or the collection of a folder that `note` names."""
    for collection, run in runs.items():
        for failure in (failure for failure in run.failures if not failure.is_remark):
            yield {
                **dict.fromkeys((*CSV_COLUMNS, "fixity", "folders")),
                "schema": GAP,
                "collection": collection,
                "id": failure.item or "",
                "path": failure.path,
                "state": "failed",
                "code": failure.code,
                "note": str(failure.message),
                "source": {},
            }

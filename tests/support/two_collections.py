"""An archive of two collections, a and b, whose runs the test records."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.messages import verbatim
from materials_cli.model import Failure
from support.runs import run_of

LINK = "https://drive.google.com/drive/folders/1AAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "materials.toml").write_text("".join(f'[collections.{c}]\nlink = "{LINK}{c}"\n' for c in "ab"))
    (tmp_path / ".materials").mkdir()
    return tmp_path


def ran(archive: Path, collection: str, status: int, *failed: str, hours_ago: float = 3) -> None:
    ended = datetime.now(UTC) - timedelta(hours=hours_ago)
    failures = tuple(Failure(path, "google_trouble", verbatim("it broke")) for path in failed)
    with Catalogue.open(archive / ".materials" / "catalogue.sqlite", write=True) as catalogue:
        number = catalogue.begin_run(collection, ended)
        catalogue.end_run(run_of(number, collection=collection, ended=ended, status=status, failures=failures))

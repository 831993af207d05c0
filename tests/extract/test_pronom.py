"""Formats named by PRONOM, where the extra is installed."""

from pathlib import Path

import docx
import pytest

from materials_cli.extract.pool import Pool

pytest.importorskip("pygfried", reason="the extra `pronom` is not installed")


def test_a_format_is_named_by_its_bytes_and_an_unknown_one_is_not(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("words")
    document.save(str(tmp_path / "renamed.bin"))
    (tmp_path / "odd").write_bytes(b"\x01\x02\x03")
    with Pool(1) as pool:
        text = pool.extract(tmp_path / "renamed.bin", "renamed.bin")
        assert text.properties["pronom"] == "fmt/412"
        assert "words" in text.sections[0].body
        assert "pronom" not in pool.extract(tmp_path / "odd", "odd").properties
        assert "pronom" not in pool.extract(tmp_path / "gone.pdf", "gone.pdf").properties
        assert pool.extract(tmp_path / "renamed.bin", "renamed.bin").properties["pronom"] == "fmt/412"

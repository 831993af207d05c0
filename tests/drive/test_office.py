"""Behind an office's proxy that re-signs all traffic: every request goes through it, under Google's own host names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from materials_cli.drive import wire
from materials_cli.drive.http import UnreachableError, post
from materials_cli.emulator.sample import sample_world
from support.office_proxy import Office, office_around
from support.small_drive import mirror, run

EXPORTED = "doc-0s-10-docstext.googleusercontent.com"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    world = sample_world()
    world.open, world.keys, world.virus_scan_limit = False, {"the-key"}, 20_000
    with office_around(world, tmp_path, monkeypatch) as around:
        yield around
        assert not around.drive.violations


def test_without_any_credential_listing_and_bytes_go_through_the_proxy(office: Office, tmp_path: Path) -> None:
    run("add", f"https://drive.google.com/drive/folders/{office.drive.world.root}", "--name", "c")
    run("sync")
    assert office.proxy.hosts == {"drive.google.com", "drive.usercontent.google.com", "docs.google.com", EXPORTED}
    held = mirror(tmp_path / "archive")
    blobs = {n.data for n in office.drive.world.nodes.values() if isinstance(n.data, bytes)}
    assert blobs <= set(held.values())
    assert not any(data.lstrip().startswith(b"<!DOCTYPE html><html><head><title>") for data in held.values())


def test_with_a_key_listing_and_bytes_go_through_the_proxy(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", "the-key")
    run("add", f"https://drive.google.com/drive/folders/{office.drive.world.root}", "--name", "c")
    run("sync")
    assert office.proxy.hosts == {"www.googleapis.com", "docs.google.com", EXPORTED}
    assert "the-key" not in (tmp_path / "archive" / "manifest.jsonl").read_text("utf-8")


def test_a_login_of_the_proxy_is_sent_as_it_was_given(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the variable it is percent-encoded, so that "@" and ":" can be in it; no error shows it in any form."""
    office.proxy.login = "o.ivanova:p@ss:wörd%"
    address = office.proxy.address.removeprefix("http://")
    link = f"https://drive.google.com/drive/folders/{office.drive.world.root}"
    monkeypatch.setenv("HTTPS_PROXY", f"http://o.ivanova:p%40ss%3Aw%C3%B6rd%25@{address}")
    run("add", link, "--name", "c")
    with pytest.raises(UnreachableError, match="404"):  # which the Drive behind the proxy answers
        post("https://docs.google.com/ping", b"", "text/plain")
    monkeypatch.setattr(wire, "_TRIES", 1)
    monkeypatch.setenv("HTTPS_PROXY", f"http://o.ivanova:wr%40ng@{address}")
    told = run("sync", status=75)
    assert "proxy" in told
    assert "wr%40ng" not in told
    assert "wr@ng" not in told


def test_a_certificate_that_is_not_trusted_is_told_with_its_remedy(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_TRIES", 1)
    monkeypatch.delenv("SSL_CERT_FILE")
    told = run("add", f"https://drive.google.com/drive/folders/{office.drive.world.root}", "--name", "c", status=75)
    assert "not trusted on this machine" in told
    assert "SSL_CERT_FILE" in told

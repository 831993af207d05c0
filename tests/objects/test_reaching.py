"""How an object store is reached: only where one is asked for, and never in the open."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from materials_cli.config import FILE, load
from materials_cli.errors import Code, MaterialsError
from materials_cli.store.bucket import Bucket
from materials_cli.store.objects import Objects, key_of, put_file
from materials_cli.store.places import store_at
from support.command import run
from support.conditions import conditions
from support.http_server import listening

pytest.importorskip("obstore")
LINK = "https://drive.google.com/drive/folders/1OXZ7ZNkuHyEMW2Vmyyt-CPQoyNb0J9Ez"


def settings(folder: Path, line: str) -> Path:
    (folder / FILE).write_text(f'format = 1\n{line}\n[collections.c]\nlink = "{LINK}"\n', "utf-8")
    return folder


def test_without_the_library_it_is_named_with_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(MaterialsError, match="needs the library") as refused, Bucket(tmp_path, "s3://bucket/p").lock():
        pass
    assert refused.value.code is Code.EXTRA_MISSING


def test_what_needs_no_store_does_not_import_the_library(tmp_path: Path) -> None:
    look = "import sys, materials_cli.upkeep, materials_cli.curation, materials_cli.moving; print('obstore' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert said.stdout.strip() == "False"


@pytest.mark.parametrize(
    "line", ['store = "s3://key:secret@bucket/p"', 'store = "http://bucket/p"', 'store = "bucket"', "store = 1"]
)
def test_an_address_is_one_of_an_object_store_and_has_no_password(line: str, tmp_path: Path) -> None:
    with pytest.raises(MaterialsError) as refused:
        load(settings(tmp_path, line))
    assert refused.value.code is Code.BAD_SETTINGS


def test_an_address_in_an_archive_from_somebody_else_counts_only_once_it_is_confirmed(tmp_path: Path) -> None:
    with pytest.raises(MaterialsError) as refused:
        store_at(settings(tmp_path, 'store = "s3://bucket/p"'))
    assert refused.value.code is Code.UNCONFIRMED_SETTINGS


@pytest.mark.parametrize(
    ("url", "name"),
    [("s3://bucket/p", "AWS_ENDPOINT_URL"), ("gs://bucket/p", "GOOGLE_BASE_URL"), ("az://bucket/p", "AZURE_STORAGE_ENDPOINT")],
)
def test_without_encryption_only_this_computer_is_reached(url: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ALLOW_HTTP", raising=False)
    monkeypatch.setenv(name, "http://objects.example.org")
    with pytest.raises(MaterialsError, match=f"{name} .*without encryption") as refused:
        Objects(url).read("any")
    assert refused.value.code is Code.BAD_SETTINGS


@pytest.mark.parametrize(
    ("url", "name", "value"),
    [
        ("gs://bucket/p", "GOOGLE_APPLICATION_CREDENTIALS", "no-such-file.json"),
        ("az://bucket/p", "AZURE_STORAGE_ACCOUNT_NAME", ""),
        ("az://bucket/p", "AZURE_STORAGE_ACCOUNT_KEY", "%"),
    ],
)
def test_a_credential_that_cannot_be_used_is_no_trouble_of_the_server(
    url: str, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    monkeypatch.setenv(name, value)
    if not value:
        monkeypatch.delenv(name)
    with pytest.raises(MaterialsError, match="environment does not say") as refused:
        Objects(url).read("any")
    assert refused.value.code is Code.STORE_REFUSED


@pytest.mark.parametrize("url", ["gs://bucket/p", "az://bucket/p"])
def test_what_another_writer_changed_meanwhile_is_not_overwritten(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(conditions()) as address:
        google = {"disable_oauth": True, "client_email": "", "private_key": "", "private_key_id": ""}
        monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT_KEY", json.dumps(google))
        monkeypatch.setenv("GOOGLE_BASE_URL", address)
        monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
        monkeypatch.setenv("AZURE_STORAGE_ENDPOINT", address)
        monkeypatch.setenv("AZURE_SKIP_SIGNATURE", "true")
        one, other = Objects(url), Objects(url)
        assert one.read("lease") is None
        first = one.write("lease", b"1", new=True)
        assert first
        assert other.write("lease", b"2", new=True) is None
        assert other.read("lease") == (b"1", first)
        second = other.write("lease", b"2", instead_of=first)
        assert second
        assert one.write("lease", b"1", instead_of=first) is None
        assert one.read("lease") == (b"2", second)


def test_another_process_writes_by_plain_values(tmp_path: Path) -> None:
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    file, url = tmp_path / "part", (tmp_path / "objects").as_uri()
    file.write_bytes(b"hello")
    put_file(url, digest, str(file))
    put_file(url, digest, str(file))
    assert (Objects(url).read(key_of(digest)) or (b"", ""))[0] == b"hello"
    file.write_bytes(b"hellO")
    with pytest.raises(MaterialsError, match="changed before") as refused:
        put_file(url, digest.replace("2", "3"), str(file))
    assert refused.value.code is Code.BYTES_DAMAGED


def test_whoever_wants_to_move_to_another_folder_is_told_how(tmp_path: Path) -> None:
    (tmp_path / "materials.toml").write_text("format = 1\n", "utf-8")
    said = run("--archive", str(tmp_path), "move", "--to", str(tmp_path / "elsewhere"), status=2).output
    assert "cp -a OLD NEW" in said
    assert not (tmp_path / "elsewhere").exists()

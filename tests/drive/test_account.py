"""A service account: Google's library signs in, one refused token is fetched anew, and no other host sees it."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from materials_cli.drive.account import Bearer
from materials_cli.drive.api import ApiSource
from materials_cli.drive.credentials import Credential, find_credential
from materials_cli.drive.download import fetch
from materials_cli.drive.resources import remote_files
from materials_cli.drive.wire import Wire
from materials_cli.emulator.sample import sample_world
from materials_cli.emulator.server import start
from materials_cli.errors import MaterialsError
from support.sign_in import SignIn, sign_in  # noqa: F401 - a fixture


@pytest.fixture
def account(tmp_path: Path, sign_in: tuple[type[SignIn], str]) -> Path:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "account.json"
    told = {"type": "service_account", "client_email": "archive@example.iam", "token_uri": sign_in[1]}
    path.write_text(json.dumps({**told, "project_id": "p", "private_key_id": "1", "private_key": key.decode()}))
    return path


def test_the_account_lists_downloads_and_exports_and_a_refused_token_is_renewed_once(
    account: Path, sign_in: tuple[type[SignIn], str], tmp_path: Path
) -> None:
    world = sample_world()
    world.open, world.tokens = False, {"token-2"}
    with start(world) as drive:
        bearer = Bearer.from_file(account)
        with Wire(Credential(f"http://{drive.address}", bearer.label, bearer=bearer)) as wire:
            client = ApiSource(wire)
            client.describe(world.root)
            assert sign_in[0].given == ["token-1", "token-2"]
            deck = next(n for n in world.nodes.values() if n.native and n.exports)
            (file,) = remote_files(client.describe(deck.id))
            assert fetch(client, file, lambda _: tmp_path / "part", "x", lambda _: None).fixity.size
        assert not drive.violations
        assert not drive.crashes


def test_a_refused_account_is_told_in_words_and_no_secret_is_shown(account: Path, sign_in: tuple[type[SignIn], str]) -> None:
    sign_in[0].refuses = "Account disabled"
    with start(sample_world()) as drive:
        bearer = Bearer.from_file(account)
        credential = Credential(f"http://{drive.address}", bearer.label, bearer=bearer)
        assert "PRIVATE" not in repr(credential) + repr(bearer)
        with Wire(credential) as wire, pytest.raises(MaterialsError) as caught:
            ApiSource(wire).describe(drive.world.root)
    assert caught.value.code == "credential_rejected"
    assert "invalid_grant" in str(caught.value.what)


def test_a_wrong_clock_is_told_as_what_it_is(account: Path, sign_in: tuple[type[SignIn], str]) -> None:
    sign_in[0].refuses = (
        "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp "
        "values in the JWT claim."
    )
    with start(sample_world()) as drive:
        bearer = Bearer.from_file(account)
        with (
            Wire(Credential(f"http://{drive.address}", bearer.label, bearer=bearer)) as wire,
            pytest.raises(MaterialsError) as caught,
        ):
            ApiSource(wire).describe(drive.world.root)
    assert "clock is wrong" in str(caught.value.why)
    assert "timedatectl" in str(caught.value.fix)


def test_the_file_is_named_by_the_usual_variable_and_a_bad_one_is_told(account: Path, tmp_path: Path) -> None:
    found = find_credential({"GOOGLE_APPLICATION_CREDENTIALS": str(account)})
    assert str(found.label) == "the service account archive@example.iam"
    with pytest.raises(MaterialsError, match="cannot be used"):
        find_credential({"GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "none.json")})


def test_no_part_of_the_key_stays_in_an_error_when_the_sign_in_repeats_it(
    account: Path, sign_in: tuple[type[SignIn], str]
) -> None:
    key = json.loads(account.read_text("utf-8"))["private_key"]
    lines = key.splitlines()[1:-1]
    sign_in[0].refuses = f"Bad key {lines[3]} in {json.dumps(key)}"
    with start(sample_world()) as drive:
        bearer = Bearer.from_file(account)
        with (
            Wire(Credential(f"http://{drive.address}", bearer.label, bearer=bearer)) as wire,
            pytest.raises(MaterialsError) as caught,
        ):
            ApiSource(wire).describe(drive.world.root)
    told = json.dumps([caught.value.what.to_json(), caught.value.why.to_json(), str(caught.value)])
    assert "Bad key" in told
    assert not [line for line in lines if line[:24] in told]

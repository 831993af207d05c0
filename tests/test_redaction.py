"""No form of a key, a token or a password stays in a text, in an error or in what is stored of one."""

import base64
import json
from collections.abc import Callable
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli import redaction
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg
from materials_cli.redaction import keep_secret, redact

FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent": lambda text: quote(text, safe=""),
    "plus": quote_plus,
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "every letter": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "json": lambda text: json.dumps(text)[1:-1],
    "json with slashes": lambda text: json.dumps(text)[1:-1].replace("/", r"\/"),
    "html": escape,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64, second": lambda text: base64.urlsafe_b64encode(f"x:{text}".encode()).decode(),
    "base64, third": lambda text: base64.b64encode(f"x{text}".encode()).decode(),
}
KEY = "AIza" + "SyD-1234567890abcdefghijklmnopqrstu"


@pytest.fixture(autouse=True)
def nothing_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_in_use", set())
    redact.cache_clear()


@pytest.mark.parametrize("form", FORMS)
@given(secret=st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=16, max_size=40))
def test_a_secret_in_use_is_found_in_every_form(form: str, secret: str) -> None:
    redaction._in_use.clear()
    redact.cache_clear()
    keep_secret(secret)
    written = FORMS[form](secret)
    shown = redact(f"“{written}” was refused")
    assert written[4:-4] not in shown  # of something in base64, the letters that it shares with its neighbours may stay
    assert shown.endswith("was refused")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "secret",
    [
        KEY,
        "ya29." + "a0AfH6SMBx-yz_12345",
        "1//" + "0gAbCdEfGhIjKlMn-opq",
        "GOCSPX-" + "abcdefghijklmnop",
        "4/0" + "AX4XfWhabcdefgh",
    ],
)
def test_what_looks_like_a_secret_of_google_is_found_in_every_form(form: str, secret: str) -> None:
    if secret.startswith("4/0") and "base64" in form:
        return  # too short a mark to be told from anything else
    assert FORMS[form](secret)[6:] not in redact(f"Consumer 'api_key:{FORMS[form](secret)}' has been suspended.")


@pytest.mark.parametrize("line_end", ["\n", "\\n", "%0A"])
def test_a_private_key_is_taken_out_whole(line_end: str) -> None:
    kind = "PRIVATE KEY"
    key = line_end.join((f"-----BEGIN {kind}-----", "MIIEvQIBADANBgkq", "hkiG9w0BAQEFAASC", f"-----END {kind}-----"))
    assert "MIIE" not in redact(f'{{"private_key": "{key}"}}')
    assert "hkiG" not in redact(key[:-20])


def test_a_secret_that_was_cut_off_is_found() -> None:
    keep_secret("correct horse battery")
    assert redact("answer: correct horse b") == "answer: …"


def test_an_ordinary_sentence_stays_as_it_is() -> None:
    sentence = (
        "API key not valid. See https://drive.google.com/drive/folders/1OXZ7ZNkuHyEMW2Vmyyt?resourcekey=0-abc (4/05, 1//2): "
        "Token has been expired or revoked; ask me@example.org."
    )
    assert redact(sentence) == sentence


def test_an_error_has_no_secret_in_any_field() -> None:
    answer = msg("Google reports: {answer}", answer=msg("{text}", text=f"key {KEY}"))
    error = MaterialsError(Code.BAD_KEY, answer, where=f"https://x/?key={KEY}", why=answer, fix=answer)
    told = [str(error), str(error.what), str(error.where), json.dumps(error.why.to_json()), json.dumps(error.fix.to_json())]
    assert not [text for text in told if KEY in text]

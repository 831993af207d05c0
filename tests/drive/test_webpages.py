"""Web pages in place of answers: what each means, and that no page of a filter is taken for Google's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.drive.refusals import refusal
from materials_cli.drive.webpages import is_googles, of_redirect
from materials_cli.errors import ExitStatus

HTML = {"content-type": "text/html; charset=UTF-8"}
DENIED = "Your client does not have permission to get URL /uc from this server."
ASKED = "You need access. Ask for access, or switch to an account with access."


def page(title: str, body: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    ("status", "title", "body", "code"),
    [
        (403, "Sorry...", "your computer or network may be sending automated queries", "rate_limited"),
        (200, "Sorry...", "", "rate_limited"),
        (
            403,
            "https://drive.google.com/uc?id=1",
            "Our systems have detected unusual traffic from your network",
            "rate_limited",
        ),
        (429, "Too Many Requests", "", "rate_limited"),
        (
            200,
            "Google Drive - Quota exceeded",
            "Too many users have viewed or downloaded this file recently.",
            "download_quota",
        ),
        (500, "Error 500 (Server Error)!!1", "", "google_trouble"),
        (502, "Error 502 (Server Error)!!1", "", "google_trouble"),
        (503, "", "", "google_trouble"),
        (503, "503 Service Temporarily Unavailable", "", "google_trouble"),
        (404, "Error 404 (Not Found)!!1", "", "file_gone"),
        (403, "Error 403 (Forbidden)!!1", DENIED, "download_forbidden"),
        (403, "Google Drive: Access Denied", ASKED, "download_forbidden"),
        (200, "Google Drive - Access Denied", "", "download_forbidden"),
        (200, "You need access", ASKED, "download_forbidden"),
        (401, "Error 401 (Unauthorized)!!1", "", "download_forbidden"),
        (200, "Sign in - Google Accounts", "<form>Email or phone</form>", "download_forbidden"),
        (200, "Google Drive: Sign-in", "", "download_forbidden"),
        (200, "Before you continue to Google Drive", "We use cookies", "browser_needed"),
        (200, "Update your browser to use Google Drive", "It looks like your browser doesn't work", "browser_needed"),
        (200, "Web Page Blocked!", "File Sharing and Storage", "unexpected_page"),
        (403, "Access Denied", "https://drive.google.com/uc is blocked. Request access from IT.", "unexpected_page"),
        (503, "ERROR: The requested URL could not be retrieved", "proxy.example.org (squid)", "unexpected_page"),
        (200, "Welcome to the hotel's network", "Sign in with your room number", "unexpected_page"),
        (200, "", "", "unexpected_page"),
        (451, "Unavailable For Legal Reasons", "", "unexpected_page"),
    ],
)
def test_a_page_means_what_its_title_and_sentences_say(status: int, title: str, body: str, code: str) -> None:
    refused = refusal(status, HTML, page(title, body))
    assert (refused.error.code, refused.status) == (code, status)
    assert refused.slow == (code == "rate_limited")


@pytest.mark.parametrize("status", [200, 403])
def test_an_unknown_page_is_named_with_a_remedy_and_is_no_bug(status: int) -> None:
    refused = refusal(status, HTML, page("  Web Page\nBlocked &amp; logged "))
    assert "Web Page Blocked & logged" in str(refused.error.what)
    assert refused.error.status is ExitStatus.PERSON_NEEDED
    assert "ask your IT" in str(refused.error.fix)
    assert refused.passing == (status == 200)


def test_what_needs_a_browser_is_not_tried_again_and_a_key_is_proposed() -> None:
    refused = refusal(200, HTML, page("Before you continue to Google Drive"))
    assert (refused.passing, refused.error.status) == (False, ExitStatus.PERSON_NEEDED)
    assert "API key" in str(refused.error.fix)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://accounts.google.com/ServiceLogin?continue=x", "download_forbidden"),
        ("https://accounts.google.com/v3/signin/identifier?continue=x", "download_forbidden"),
        ("https://accounts.google.com/InteractiveLogin?continue=x", "download_forbidden"),
        ("https://consent.google.com/m?continue=x", "browser_needed"),
        ("https://consent.google.de/ml?continue=x", "browser_needed"),
        ("https://www.google.com/sorry/index?continue=x", "rate_limited"),
        ("https://support.google.com/drive/answer/2375082", "browser_needed"),
        ("https://drive.usercontent.google.com/download?id=1", None),
        ("https://doc-0s-1-slides.googleusercontent.com/export/x", None),
    ],
)
def test_a_redirect_away_from_what_was_asked_for_means_a_page(address: str, code: str | None) -> None:
    refused = of_redirect(address)
    assert (refused.error.code if refused else None) == code


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("https://www.googleapis.com/drive/v3/files", True),
        ("https://doc-0s-1-docstext.googleusercontent.com/x", True),
        ("http://drive.google.com/uc", False),
        ("https://portal.example.org/login", False),
        ("https://google.com.example.org/", False),
        ("https://notgoogle.com/", False),
        ("https://example.org\\.google.com/", False),  # which urllib3 takes to example.org
        ("https://example.org%2f.google.com/", False),
    ],
)
def test_only_googles_own_hosts_are_followed(address: str, ours: bool) -> None:
    assert is_googles(address) == ours


@given(st.integers(200, 599), st.binary(max_size=200) | st.text(max_size=80).map(lambda text: page(text, text)))
def test_any_page_is_told_and_none_is_a_bug(status: int, body: bytes) -> None:
    refused = refusal(status, HTML, body)
    assert str(refused.error.what)
    assert refused.error.status not in {ExitStatus.BUG, ExitStatus.DONE}

"""Drive's refusals in our words: the table of what Google answers, and that no secret is ever shown."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from materials_cli.drive.refusals import refusal
from materials_cli.errors import ExitStatus
from materials_cli.redaction import redact

JSON = {"content-type": "application/json; charset=UTF-8"}
HTML = {"content-type": "text/html; charset=UTF-8"}


def answer(reason: str, code: int = 403, message: str = "m") -> bytes:
    return json.dumps(
        {
            "error": {
                "errors": [{"domain": "global", "reason": reason, "message": message}],
                "code": code,
                "message": message,
            }
        }
    ).encode()


@pytest.mark.parametrize(
    ("status", "reason", "code", "passing"),
    [
        (403, "rateLimitExceeded", "rate_limited", True),
        (403, "userRateLimitExceeded", "rate_limited", True),
        (429, "rateLimitExceeded", "rate_limited", True),
        (403, "dailyLimitExceeded", "rate_limited", False),
        (403, "downloadQuotaExceeded", "download_quota", False),
        (403, "cannotDownloadFile", "download_forbidden", False),
        (403, "cannotDownloadAbusiveFile", "download_forbidden", False),
        (403, "insufficientFilePermissions", "download_forbidden", False),
        (403, "accessNotConfigured", "api_not_enabled", False),
        (403, "forbidden", "no_credential", False),
        (401, "authError", "credential_rejected", False),
        (401, "required", "no_credential", False),
        (400, "keyInvalid", "bad_key", False),
        (404, "notFound", "file_gone", False),
        (400, "invalid", "unexpected_answer", False),
        (500, "backendError", "google_trouble", True),
        (503, "", "google_trouble", True),
    ],
)
def test_drives_reason_decides(status: int, reason: str, code: str, passing: bool) -> None:
    told = refusal(status, JSON, answer(reason, status))
    assert (told.error.code, told.passing) == (code, passing)


def test_a_wrong_key_is_known_by_its_details() -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]
    errors = [{"reason": "badRequest"}]
    body = {"error": {"code": 400, "message": "API key not valid.", "errors": errors, "details": details}}
    told = refusal(400, JSON, json.dumps(body).encode())
    assert told.error.code == "bad_key"
    assert told.error.status is ExitStatus.PERSON_NEEDED


KEY_REFUSALS = [
    # status, message, reason in errors[], reason in details[], a word of the remedy
    (403, "Requests from referer <empty> are blocked.", "forbidden", "API_KEY_HTTP_REFERRER_BLOCKED", "None"),
    (403, "Requests from referer <empty> are blocked.", None, "API_KEY_HTTP_REFERRER_BLOCKED", "None"),
    (403, "Requests from referer <empty> are blocked.", None, None, "None"),
    (403, "Requests from referer <empty> are blocked.", "rateLimitExceeded", None, "None"),
    (403, "The provided API key has an IP address restriction. (::1)", "forbidden", "API_KEY_IP_ADDRESS_BLOCKED", "address"),
    (403, "The provided API key has an IP address restriction. (::1)", "forbidden", None, "address"),
    (403, "Requests from this Android client application <empty> are blocked.", "forbidden", None, "None"),
    (403, "Requests from this iOS client application <empty> are blocked.", None, "API_KEY_IOS_APP_BLOCKED", "None"),
    (403, "Requests to this API drive method google.apps.drive.v3.DriveFiles.List are blocked.", "forbidden",
     "API_KEY_SERVICE_BLOCKED", "API restrictions"),
    (403, "Requests to this API drive method google.apps.drive.v3.DriveFiles.List are blocked.", "forbidden", None,
     "API restrictions"),
    (403, "There is a per-IP or per-Referer restriction configured on your API key", "ipRefererBlocked", None, "None"),
    (403, "Permission denied: Consumer 'api_key:x' has been suspended.", "forbidden", "CONSUMER_SUSPENDED", "appeal"),
    (403, "Permission denied: Consumer 'api_key:x' has been suspended.", "forbidden", None, "appeal"),
    (403, "Project 'project:x' not found or deleted.", "forbidden", "CONSUMER_INVALID", "restored"),
    (400, "API key not valid. Please pass a valid API key.", "badRequest", "API_KEY_INVALID", "Copy the key again"),
    (400, "API key expired. Please renew the API key.", "badRequest", None, "Copy the key again"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "message", "reason", "detail", "remedy"), KEY_REFUSALS)
def test_a_key_that_google_does_not_take_is_told_with_its_remedy(
    status: int, message: str, reason: str | None, detail: str | None, remedy: str
) -> None:
    error: dict[str, object] = {"code": status, "message": message, "status": "PERMISSION_DENIED"}
    if reason:
        error["errors"] = [{"message": message, "domain": "global", "reason": reason}]
    if detail:
        error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": detail, "domain": "googleapis.com"}]
    told = refusal(status, JSON, json.dumps({"error": error}).encode())
    assert (told.error.code, told.passing) == ("bad_key", False)
    assert remedy in str(told.error.fix)
    assert "sk the owner" not in str(told.error.fix)
    assert "Create a free" not in str(told.error.fix)


def test_what_the_details_say_counts_more_than_forbidden() -> None:
    errors = [{"domain": "usageLimits", "reason": "forbidden"}]
    details = [{"@type": "x", "reason": "SERVICE_DISABLED"}, {"@type": "type.googleapis.com/google.rpc.Help", "links": []}]
    body = json.dumps({"error": {"code": 403, "message": "m", "errors": errors, "details": details}}).encode()
    assert refusal(403, JSON, body).error.code == "api_not_enabled"


@pytest.mark.parametrize("headers", [{}, JSON, {"content-type": "text/plain"}])
def test_a_page_is_one_however_it_is_labelled(headers: dict[str, str]) -> None:
    told = refusal(403, headers, b"\n<!DOCTYPE html><html><title>Sorry...</title>automated queries</html>")
    assert (told.error.code, told.slow) == ("rate_limited", True)
    assert refusal(403, headers, b"<html><title>Blocked</title></html>").error.code == "unexpected_page"


def test_one_half_of_a_refusal_may_be_null() -> None:
    error = {"code": 403, "message": None, "errors": [{"reason": "rateLimitExceeded"}], "details": None}
    assert refusal(403, JSON, json.dumps({"error": error}).encode()).slow


def test_the_sorry_page_means_slow_down_never_not_shared() -> None:
    told = refusal(403, HTML, b"<html><title>Sorry...</title>automated queries</html>")
    assert told.error.code == "rate_limited"
    assert told.slow
    assert told.passing
    assert (told.pause or 0) >= 60


@pytest.mark.parametrize(
    ("status", "passing"),
    [(425, True), (500, True), (520, True), (529, True), *((each, False) for each in (501, 505, 506, 510, 511))],
)
def test_trouble_of_any_server_on_the_way_passes(status: int, passing: bool) -> None:
    refused = refusal(status, JSON, b"")
    assert refused.passing == passing
    assert (refused.error.code == "google_trouble") == passing
    assert refusal(status, HTML, b"<title>Anything</title>").passing == passing


def test_a_reason_counts_even_if_it_is_labelled_as_a_page() -> None:
    assert refusal(403, HTML, answer("userRateLimitExceeded")).error.code == "rate_limited"
    assert refusal(404, HTML, b"\n" + answer("notFound", 404)).error.code == "file_gone"


def test_what_comes_in_the_place_of_an_answer_is_a_page_whatever_its_first_letter() -> None:
    cut = refusal(200, HTML, b'{"files": [')
    assert (cut.error.code, cut.passing) == ("unexpected_page", True)


def test_retry_after_is_honoured() -> None:
    assert refusal(429, {**JSON, "retry-after": "7"}, answer("rateLimitExceeded")).pause == 7
    assert refusal(429, {**JSON, "retry-after": "Wed, 21 Oct"}, answer("rateLimitExceeded")).pause is None
    assert refusal(429, {**JSON, "retry-after": "inf"}, answer("rateLimitExceeded")).pause is None
    assert refusal(429, {**JSON, "retry-after": "0"}, answer("rateLimitExceeded")).pause is None
    assert refusal(503, {**HTML, "retry-after": "7"}, b"").pause == 7


def test_retry_after_as_a_time_is_seconds_by_the_clock_of_who_answers() -> None:
    headers = {"date": "Wed, 21 Oct 2015 07:28:00 GMT", "retry-after": "Wed, 21 Oct 2015 07:29:30 GMT"}
    assert refusal(429, {**JSON, **headers}, answer("rateLimitExceeded")).pause == 90
    over = {**headers, "retry-after": headers["date"]}
    assert refusal(429, {**JSON, **over}, answer("rateLimitExceeded")).pause is None
    soon = format_datetime(datetime.now(UTC) + timedelta(hours=1))
    assert 3590 < (refusal(429, {**JSON, "retry-after": soon}, answer("rateLimitExceeded")).pause or 0) <= 3600


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[]", b'{"error": "invalid_grant"}', b'{"error": {"errors": [1]}}'])
def test_any_body_is_understood_somehow(body: bytes) -> None:
    assert refusal(400, JSON, body).error.code == "unexpected_answer"


def test_keys_and_tokens_are_never_shown() -> None:
    text = "GET https://x/files?alt=media&key=AIzaSecret&x=1 Authorization: Bearer ya29.secret access_token=tok'"
    shown = redact(text)
    assert "AIzaSecret" not in shown
    assert "ya29" not in shown
    assert "tok" not in shown.replace("access_token", "")
    told = refusal(400, JSON, answer("keyInvalid", 400, "bad ?key=AIzaSecret"))
    assert "AIzaSecret" not in str(told.error)

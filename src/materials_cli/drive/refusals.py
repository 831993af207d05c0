"""What Drive's refusals mean: one table from its answers to our words, so that no other module reads them.

Drive's `reason` decides, not its message (https://developers.google.com/workspace/drive/api/guides/handle-errors), except for
restricted keys, of which some answers state no reason. What web pages mean is in `webpages`.
"""

import contextlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any

from materials_cli.drive.refused import RefusalError
from materials_cli.drive.webpages import PASSING_STATUS, of_page
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg, msgid

__all__ = ["RefusalError", "refusal", "retry_after"]

_LONGEST_ANSWER = 500
_RATE_REASONS = {"rateLimitExceeded", "userRateLimitExceeded", "sharingRateLimitExceeded"}
_DAILY_REASONS = {"dailyLimitExceeded", "quotaExceeded", "dailyLimitExceededUnreg"}
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)", re.IGNORECASE)
_KEY_REASONS = re.compile("API_KEY_|CONSUMER_|key(?:Invalid|Expired)$|ipRefererBlocked$")

# Of a restricted key some answers have no reason of their own, or that of a rate limit; their sentence tells it (reports:
# firebase/quickstart-android#1008, snipe/Safebrowsing#7, tanmuhittin/laravel-google-translate#18).
_KEY_SENTENCES = {
    rb"Requests from referer .* are blocked": "API_KEY_HTTP_REFERRER_BLOCKED",
    rb"API key has an IP address restriction": "API_KEY_IP_ADDRESS_BLOCKED",
    rb"Requests from this (?:Android|iOS) client application": "API_KEY_ANDROID_APP_BLOCKED",
    rb"Requests to this API .* are blocked": "API_KEY_SERVICE_BLOCKED",
    rb"per-IP or per-Referer restriction|did not specify any referer": "ipRefererBlocked",
    rb"Consumer .* has been suspended": "CONSUMER_SUSPENDED",
    rb"API key (?:not valid|expired|not found)": "API_KEY_INVALID",
}
_UNRESTRICTED = msgid("In the Google Cloud console: APIs & Services → Credentials → the key → Application restrictions → None.")
_RESTRICTIONS = {
    "API_KEY_HTTP_REFERRER_BLOCKED": (msgid("The key is restricted to certain websites; materials is not one."), _UNRESTRICTED),
    "API_KEY_ANDROID_APP_BLOCKED": (
        msgid("The key is restricted to certain mobile apps; materials is not one."),
        _UNRESTRICTED,
    ),
    "API_KEY_IOS_APP_BLOCKED": (msgid("The key is restricted to certain mobile apps; materials is not one."), _UNRESTRICTED),
    "API_KEY_IP_ADDRESS_BLOCKED": (
        msgid("The key is restricted to certain IP addresses; this network's address is not one."),
        msgid(
            "In the Google Cloud console: APIs & Services → Credentials → the key → Application restrictions: add this "
            "network's address, or choose None."
        ),
    ),
    "ipRefererBlocked": (msgid("The key is restricted to certain websites or IP addresses."), _UNRESTRICTED),
    "API_KEY_SERVICE_BLOCKED": (
        msgid("The key is restricted to other APIs."),
        msgid(
            "In the Google Cloud console: APIs & Services → Credentials → the key → API restrictions: add the Google Drive API."
        ),
    ),
    "CONSUMER_SUSPENDED": (
        msgid("Google has suspended the project that the credential belongs to."),
        msgid("Open the project in the Google Cloud console: it shows the reason, and how to appeal."),
    ),
    "CONSUMER_INVALID": (
        msgid("The project that the credential belongs to was deleted, or is not a project of Google Cloud."),
        msgid("Open the Google Cloud console: a deleted project can be restored for 30 days."),
    ),
}
_CODE_BY_REASON = {
    "notFound": Code.FILE_GONE,
    "downloadQuotaExceeded": Code.DOWNLOAD_QUOTA,
    "cannotDownloadFile": Code.DOWNLOAD_FORBIDDEN,
    "cannotExportFile": Code.DOWNLOAD_FORBIDDEN,
    "cannotDownloadAbusiveFile": Code.DOWNLOAD_FORBIDDEN,
    "download_restricted_for_revision": Code.DOWNLOAD_FORBIDDEN,
    "fileNotDownloadable": Code.DOWNLOAD_FORBIDDEN,
    "fileNotExportable": Code.DOWNLOAD_FORBIDDEN,
    "exportSizeLimitExceeded": Code.EXPORT_TOO_LARGE,
    "insufficientFilePermissions": Code.DOWNLOAD_FORBIDDEN,
    "accessNotConfigured": Code.API_NOT_ENABLED,
    "SERVICE_DISABLED": Code.API_NOT_ENABLED,
    "insufficientPermissions": Code.CREDENTIAL_REJECTED,
    "appNotAuthorizedToFile": Code.CREDENTIAL_REJECTED,
    "domainPolicy": Code.DOWNLOAD_FORBIDDEN,
    "teamDriveMembershipRequired": Code.DOWNLOAD_FORBIDDEN,
    "authError": Code.CREDENTIAL_REJECTED,
    "required": Code.NO_CREDENTIAL,
    "forbidden": Code.NO_CREDENTIAL,
}


def refusal(status: int, headers: Mapping[str, str], body: bytes) -> RefusalError:
    """Classify an HTTP answer by Drive's own reason. headers: names in lower case."""
    refused = _classified(status, headers, body)
    refused.status = status
    return refused


def read_object(headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The JSON object of a successful answer, or of a list; raise a refusal for anything else, which usually passes.

    A refusal is one under status 200, too, as servers between us and Google send it: it would else be an empty folder.
    """
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        read = None
    if isinstance(read, dict) and read.get("error"):
        raise refusal(_status_in(read["error"]), headers, body)
    if isinstance(read, dict) and isinstance(read.get("files", []), list):
        return read
    if "text/html" in headers.get("content-type", ""):
        raise refusal(200, {"content-type": "text/html"}, body)
    garbled = MaterialsError(Code.UNEXPECTED_ANSWER, msg("Google Drive's response is garbled."))
    raise RefusalError(garbled, passing=True, reason="garbled")


def _status_in(error: object) -> int:
    """The status that a refusal states in its body; that of a server's trouble, which passes, if it states none."""
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) and 400 <= code < 600 else 502


def _classified(status: int, headers: Mapping[str, str], body: bytes) -> RefusalError:
    if _is_page(status, headers, body):
        return of_page(status, body, retry_after(headers))
    reasons, message = _reasons(body)
    reason, answer = next(iter(reasons), ""), message[:_LONGEST_ANSWER] or f"HTTP {status}"
    if key_reason := _key_reason(reasons, message):
        return _of_the_key(key_reason, answer)
    if status == 429 or not _RATE_REASONS.isdisjoint(reasons):
        slow = MaterialsError(
            Code.RATE_LIMITED, msg("Google Drive limits the rate of requests ({reason}).", reason=reason or status)
        )
        return RefusalError(slow, passing=True, slow=True, pause=retry_after(headers), reason=reason)
    if not _DAILY_REASONS.isdisjoint(reasons):
        what = msg("The daily quota of this credential is used up.")
        return RefusalError(MaterialsError(Code.RATE_LIMITED, what, fix=msg("Run it again tomorrow.")), reason=reason)
    if status in PASSING_STATUS:
        fault = MaterialsError(Code.GOOGLE_TROUBLE, msg("Google Drive reported an internal error ({status}).", status=status))
        return RefusalError(fault, passing=True, pause=retry_after(headers), reason=reason)
    code = next((_CODE_BY_REASON[r] for r in reasons if r in _CODE_BY_REASON), None)
    code = code or {401: Code.CREDENTIAL_REJECTED, 403: Code.DOWNLOAD_FORBIDDEN, 404: Code.FILE_GONE}.get(status)
    return RefusalError(MaterialsError(code or Code.UNEXPECTED_ANSWER, _reported(answer)), reason=reason)


def _is_page(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a refusal is a web page, however it is labelled."""
    labelled = "text/html" in headers.get("content-type", "")
    return bool(_PAGE.match(body)) or (labelled and not (status >= 400 and body.lstrip().startswith(b"{")))


def _key_reason(reasons: list[str], message: str) -> str | None:
    """Why the credential itself is refused; None if it is not."""
    stated = (reason for reason in reasons if _KEY_REASONS.match(reason))
    told = (reason for sentence, reason in _KEY_SENTENCES.items() if re.search(sentence, message.encode(), re.IGNORECASE))
    return next(stated, None) or next(told, None)


def _of_the_key(reason: str, answer: str) -> RefusalError:
    why, fix = _RESTRICTIONS.get(reason, ("", ""))
    what = _reported(answer) if reason.startswith("CONSUMER_") else msg("Google rejected the API key: {answer}", answer=answer)
    error = MaterialsError(Code.BAD_KEY, what, why=msg(why) if why else None, fix=msg(fix) if fix else None)
    return RefusalError(error, reason=reason)


def _reported(answer: str) -> Message:
    return msg("Google Drive reports: {answer}", answer=answer)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a Retry-After header asks to wait, in either of its forms: a number, or the time at which to come again.

    That time is compared with the one that the answer itself states, because this computer's clock may be wrong. None if it
    asks for nothing, or names a time that is over: who came again at once would soon have no try left.
    """
    stated = headers.get("retry-after", "")
    with contextlib.suppress(ValueError):
        return _wait(float(stated))
    try:
        return _wait((parsedate_to_datetime(stated) - _time_of(headers)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def _wait(seconds: float) -> float | None:
    return seconds if seconds > 0 and isfinite(seconds) else None


def _time_of(headers: Mapping[str, str]) -> datetime:
    """When an answer was sent; the present time if it does not say."""
    try:
        return parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, TypeError):
        return datetime.now(UTC)


def _reasons(body: bytes) -> tuple[list[str], str]:
    """Every reason that Google's two error shapes state, the specific ones of `details` first; and the message."""
    try:
        error = json.loads(body)["error"]
        if not isinstance(error, dict):
            return [str(error)], str(error)
        entries = [e for name in ("details", "errors") for e in error.get(name) or () if isinstance(e, dict)]
    except (ValueError, KeyError, TypeError, RecursionError):
        return [], body[:200].decode("utf-8", "replace").strip()
    return [str(e["reason"]) for e in entries if e.get("reason")], str(error.get("message") or "")

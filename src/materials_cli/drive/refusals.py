"""What Drive's refusals mean: one table from its answers to our words, so that no other module reads them.

Drive's `reason` decides, never its message (https://developers.google.com/workspace/drive/api/guides/handle-errors).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg

_LONGEST_ANSWER = 500
HTML_PAUSE = 60.0
_PASSING_STATUS = {408, 500, 502, 503, 504}
_RATE_REASONS = {"rateLimitExceeded", "userRateLimitExceeded", "sharingRateLimitExceeded"}
_DAILY_REASONS = {"dailyLimitExceeded", "quotaExceeded", "dailyLimitExceededUnreg"}
_KEY_REASONS = {"keyInvalid", "keyExpired", "API_KEY_INVALID", "API_KEY_SERVICE_BLOCKED", "ipRefererBlocked"}
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
    "domainPolicy": Code.LINK_NOT_SHARED,
    "teamDriveMembershipRequired": Code.LINK_NOT_SHARED,
    "authError": Code.CREDENTIAL_REJECTED,
    "required": Code.NO_CREDENTIAL,
    "forbidden": Code.NO_CREDENTIAL,
}


@dataclass(eq=False)
class RefusalError(Exception):
    """An answer other than success.

    error is what to tell when it is final. passing: another try may succeed. slow: Google asks all of us to slow
    down. pause: seconds that Google asked us to wait, if it did. reason: Drive's word.
    status: the answer's, 0 for none.
    """

    error: MaterialsError
    passing: bool = False
    slow: bool = False
    pause: float | None = None
    reason: str = ""
    status: int = 0


def refusal(status: int, headers: Mapping[str, str], body: bytes) -> RefusalError:
    """Classify an HTTP answer by Drive's own reason. headers: names in lower case."""
    refused = _classified(status, headers, body)
    refused.status = status
    return refused


def _classified(status: int, headers: Mapping[str, str], body: bytes) -> RefusalError:
    if "text/html" in headers.get("content-type", ""):
        return _html_refusal(status, headers, body)
    reasons, message = _reasons(body)
    reason = next(iter(reasons), "")
    if status == 429 or reasons & _RATE_REASONS:
        slow = MaterialsError(
            Code.RATE_LIMITED, msg("Google Drive limits the rate of requests ({reason}).", reason=reason or status)
        )
        return RefusalError(slow, passing=True, slow=True, pause=retry_after(headers), reason=reason)
    if reasons & _DAILY_REASONS:
        what = msg("The daily quota of this credential is used up.")
        return RefusalError(MaterialsError(Code.RATE_LIMITED, what, fix=msg("Run it again tomorrow.")), reason=reason)
    if reasons & _KEY_REASONS:
        what = msg("Google rejected the API key: {answer}", answer=message[:_LONGEST_ANSWER])
        return RefusalError(MaterialsError(Code.BAD_KEY, what), reason=reason)
    if status in _PASSING_STATUS:
        fault = MaterialsError(Code.GOOGLE_TROUBLE, msg("Google Drive reported an internal error ({status}).", status=status))
        return RefusalError(fault, passing=True, pause=retry_after(headers), reason=reason)
    code = next((_CODE_BY_REASON[r] for r in reasons if r in _CODE_BY_REASON), None)
    code = code or {401: Code.CREDENTIAL_REJECTED, 403: Code.DOWNLOAD_FORBIDDEN, 404: Code.FILE_GONE}.get(status)
    answer = message or f"HTTP {status}"
    error = MaterialsError(
        code or Code.UNEXPECTED_ANSWER, msg("Google Drive reports: {answer}", answer=answer[:_LONGEST_ANSWER])
    )
    return RefusalError(error, reason=reason)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of a Retry-After header; Google sends only the numeric form."""
    try:
        return max(0.0, float(headers["retry-after"]))
    except (KeyError, ValueError):
        return None


def _html_refusal(status: int, headers: Mapping[str, str], body: bytes) -> RefusalError:
    if status == 403 and b"Error 403 (Forbidden)" in body:
        return RefusalError(
            MaterialsError(Code.DOWNLOAD_FORBIDDEN, msg("This is not available to the public.")), reason="forbidden"
        )
    if status in {403, 429}:
        sorry = MaterialsError(
            Code.RATE_LIMITED,
            msg("Google sent its “Sorry” page, which blocks automated traffic."),
            why=msg("Too many requests came from this network address recently; the folder itself is fine."),
        )
        return RefusalError(sorry, passing=True, slow=True, pause=retry_after(headers) or HTML_PAUSE, reason="sorry")
    if status in _PASSING_STATUS:
        what = msg("Google reported an internal error ({status}).", status=status)
        return RefusalError(MaterialsError(Code.GOOGLE_TROUBLE, what), passing=True)
    if status == 404:
        return RefusalError(MaterialsError(Code.FILE_GONE, msg("Google Drive reports: not found.")), reason="notFound")
    title = re.search(rb"<title>([^<]{0,200})", body)
    label = title[1].decode("utf-8", "replace").strip() if title else f"HTTP {status}"
    what = msg("Received a web page instead of a response: {title}", title=label)
    return RefusalError(MaterialsError(Code.UNEXPECTED_ANSWER, what), reason="html")


def _reasons(body: bytes) -> tuple[set[str], str]:
    """Collect every place in which Google's two error shapes put their reasons."""
    try:
        error = json.loads(body)["error"]
        if not isinstance(error, dict):
            return {str(error)}, str(error)
        entries = [e for e in (*error.get("errors", ()), *error.get("details", ())) if isinstance(e, dict)]
    except (ValueError, KeyError, TypeError):
        return set(), body[:200].decode("utf-8", "replace").strip()
    return {str(e["reason"]) for e in entries if e.get("reason")}, str(error.get("message", ""))

"""What a web page means that came in place of an answer: Google's own pages, and those of a filter or proxy.

One rule for all requests: the API's, the public pages', the bytes'. A page is known by its title or a sentence in it, as public
reports show them (wkentaro/gdown#406 and #466, hypothesis/via#405 and #624, FlowCrypt/flowcrypt-browser#1603).
"""

import html
import re
from urllib.parse import urlsplit

from materials_cli.drive.refused import HTML_PAUSE, RefusalError
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg

# Servers between us and Google have numbers of their own. What one of them cannot do does not pass, nor does a network that
# asks for a sign-in (511).
PASSING_STATUS = {408, 425, *range(500, 600)} - {501, 505, 506, 510, 511}
_TITLE = re.compile(rb"<title[^>]*>\s*([^<]{1,200})", re.IGNORECASE)
_QUOTA = re.compile(rb"too many users have viewed or downloaded|<title>google drive - quota exceeded", re.IGNORECASE)
_SORRY = re.compile(rb"<title>\s*sorry|automated queries|unusual traffic from your", re.IGNORECASE)
_CONSENT = re.compile(rb"<title>\s*before you continue|https://consent\.google\.", re.IGNORECASE)
_OLD_BROWSER = re.compile(rb"update your browser|browser (?:is not|isn't|isn&#39;t|is no longer) supported", re.IGNORECASE)
_SIGN_IN = re.compile(
    rb"<title>[^<]*(?:sign[ -]?in[^<]*google|google[^<]*sign[ -]?in)"
    rb"|https://accounts\.google\.com/(?:v3/)?(?:signin|servicelogin|interactivelogin)",
    re.IGNORECASE,
)
# Filters say "access denied", too, and name the address that they denied.
_NO_ACCESS = re.compile(
    rb"<title>\s*(?:error 40[13] \(|google (?:drive|docs)[^<]*(?:denied|access|permission)|request access)"
    rb"|you need (?:access|permission)|switch to an account with|does not have permission to get url",
    re.IGNORECASE,
)
_TROUBLE = re.compile(r"|(?:error )?5\d\d.*|.*(?:server error|google|bad gateway|unavailable|time-?out).*", re.IGNORECASE)
_HOSTS = ("google.com", "googleapis.com", "googleusercontent.com", "googlevideo.com", "usercontent.goog")
_GOOGLES = re.compile(rf"[a-z0-9.-]+\.(?:{'|'.join(map(re.escape, _HOSTS))})")


def of_page(status: int, body: bytes, pause: float | None = None) -> RefusalError:
    """What a page means. pause: the seconds that its answer asks to wait, if it does."""
    refused = _read(status, body, pause)
    refused.status = status
    return refused


def of_redirect(address: str) -> RefusalError | None:
    """What a redirect means that leads away from what was asked for; None for one to be followed."""
    parts = urlsplit(address)
    host, path = parts.hostname or "", parts.path
    if host == "accounts.google.com" or path.endswith("/ServiceLogin"):
        return _sign_in()
    if host.startswith("consent."):
        return _consent()
    if path.startswith("/sorry"):
        return _sorry()
    if host == "support.google.com":
        return _old_browser()
    return None


def is_googles(address: str) -> bool:
    """Whether an address is at one of Google's own hosts, by TLS.

    A host with other characters is none: whoever connects may end it at them, as at a backslash.
    """
    parts = urlsplit(address)
    return parts.scheme == "https" and bool(_GOOGLES.fullmatch(parts.hostname or ""))


def elsewhere(address: str) -> RefusalError:
    """The refusal of a redirect to a host that is not Google's, or to no valid address."""
    place = re.match(r"[^/?#]*(?://[^/?#]*)?", address)
    what = msg("A redirect led to a site outside Google Drive: {place}.", place=place[0] if place else "")
    return RefusalError(MaterialsError(Code.UNEXPECTED_PAGE, what), reason="html")


def _read(status: int, body: bytes, pause: float | None) -> RefusalError:
    """The first case that matches is taken."""
    title = _title(body)
    if _QUOTA.search(body):
        what = msg("Google's download quota for this file is used up for today.")
        return RefusalError(MaterialsError(Code.DOWNLOAD_QUOTA, what), reason="downloadQuotaExceeded")
    if status == 429 or _SORRY.search(body):
        return _sorry(pause)
    if status in PASSING_STATUS and _TROUBLE.fullmatch(title):
        what = msg("Google reported an internal error ({status}).", status=status)
        return RefusalError(MaterialsError(Code.GOOGLE_TROUBLE, what), passing=True, pause=pause)
    if status == 404:
        return RefusalError(MaterialsError(Code.FILE_GONE, msg("Google Drive reports: not found.")), reason="notFound")
    if _CONSENT.search(body):
        return _consent()
    if _OLD_BROWSER.search(body):
        return _old_browser()
    if status == 401 or _SIGN_IN.search(body):
        return _sign_in()
    if _NO_ACCESS.search(body):
        return _forbidden(msg("This is not available to the public."))
    what = msg("Received a web page instead of a response from Google Drive: {title}", title=title or msg("without a title"))
    return RefusalError(
        MaterialsError(Code.UNEXPECTED_PAGE, what), passing=status < 300 or status in PASSING_STATUS, reason="html"
    )


def _title(body: bytes) -> str:
    found = _TITLE.search(body)
    return " ".join(html.unescape(found[1].decode("utf-8", "replace")).split()) if found else ""


def _sorry(pause: float | None = None) -> RefusalError:
    sorry = MaterialsError(
        Code.RATE_LIMITED,
        msg("Google sent its “Sorry” page, which blocks automated traffic."),
        why=msg("Too many requests came from this network address recently; the folder itself is fine."),
    )
    return RefusalError(sorry, passing=True, slow=True, pause=pause or HTML_PAUSE, reason="sorry")


def _sign_in() -> RefusalError:
    return _forbidden(msg("Google asks for a sign-in: this is not public."))


def _forbidden(what: Message) -> RefusalError:
    return RefusalError(MaterialsError(Code.DOWNLOAD_FORBIDDEN, what), reason="forbidden")


def _consent() -> RefusalError:
    what = msg("Google asks visitors from this network to consent to its cookies first.")
    return RefusalError(MaterialsError(Code.BROWSER_NEEDED, what), reason="html")


def _old_browser() -> RefusalError:
    what = msg("Google asks to update the browser instead of showing its public page.")
    return RefusalError(MaterialsError(Code.BROWSER_NEEDED, what), reason="html")

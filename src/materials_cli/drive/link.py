"""A pasted link → the folder it means, because people paste what their browser, mail program or chat gave them."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg

_ID = re.compile(r"[A-Za-z0-9_-]{10,}")
_BARE_ID = re.compile(r"[A-Za-z0-9_-]{19,}")
_FOLDER_PATH = re.compile(r"/(?:folders|drives)/([^/?#]+)(?:/([^/?#]+))?")
_FILE_PATH = re.compile(r"/(?:file|document|presentation|spreadsheets|drawings|forms)/(?:u/\d+/)?d/")
_WRAPPERS = {"google.com": "q", "safelinks.protection.outlook.com": "url", "urldefense.com": "u"}


@dataclass(frozen=True, slots=True)
class FolderLink:
    """Which folder a link means. resource_key is needed by some folders shared before September 2021."""

    folder_id: str
    resource_key: str | None = None

    @property
    def url(self) -> str:
        """The link in its plain form."""
        key = f"?resourcekey={self.resource_key}" if self.resource_key else ""
        return f"https://drive.google.com/drive/folders/{self.folder_id}{key}"


def parse_link(text: str) -> FolderLink:
    """Read every form of Drive folder link, or the bare id; raise not_a_folder_link or file_link."""
    pasted = text.strip().strip("<>\"'“”«»()[].,; ")
    if _BARE_ID.fullmatch(pasted):
        return FolderLink(pasted)
    url = _split(_unwrap(pasted if "://" in pasted else f"https://{pasted}"))
    host = (url.hostname or "").lower()
    if host not in {"drive.google.com", "docs.google.com"}:
        raise _not_a_link(text, msg("This is not a link to Google Drive."))
    if _FILE_PATH.search(url.path):
        raise MaterialsError(Code.FILE_LINK, msg("This link points to a single file."), where=text.strip())
    query = parse_qs(f"{url.query}&{urlsplit('?' + url.fragment.partition('?')[2]).query}")
    folder_id = _folder_id(url.path, url.fragment, query)
    if folder_id is None:
        raise _not_a_link(text, msg("This link points to Drive, but not to a folder."))
    return FolderLink(folder_id, next(iter(query.get("resourcekey", ())), None))


def _folder_id(path: str, fragment: str, query: dict[str, list[str]]) -> str | None:
    for place in (path, f"/{fragment}"):
        if found := _FOLDER_PATH.search(place):
            folder_id = found[2] if found[2] and _ID.fullmatch(found[2]) else found[1]
            return folder_id if _ID.fullmatch(folder_id) else None
    if path.rstrip("/").endswith(("/open", "/folderview", "/embeddedfolderview")):
        candidate = next(iter(query.get("id", ())), "")
        return candidate if _ID.fullmatch(candidate) else None
    return None


def _unwrap(url: str) -> str:
    """Mail programs and Google itself wrap links in links of their own; look inside, at most three deep."""
    for _ in range(3):
        parts = _split(url)
        host = (parts.hostname or "").lower()
        parameter = next((p for domain, p in _WRAPPERS.items() if host.removeprefix("www.").endswith(domain)), None)
        inner = next(iter(parse_qs(parts.query).get(parameter or "", ())), None)
        if inner is None or host in {"drive.google.com", "docs.google.com"}:
            return url
        url = unquote(inner) if "%3A" in inner[:12].upper() else inner
    return url


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise _not_a_link(url, msg("This is not a link.")) from error


def _not_a_link(text: str, what: Message) -> MaterialsError:
    return MaterialsError(Code.NOT_A_FOLDER_LINK, what, where=text.strip())

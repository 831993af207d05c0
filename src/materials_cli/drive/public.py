"""The public pages as a Source, without a credential: what Drive shows to a browser that is not signed in.

These pages are not an API: they state no sizes, no digests, days instead of times, and their markup may change. So an
unexpected page is an error, never an empty folder and never a file's content. Google refuses whoever asks much: a file's size
and time are read from the answer that brings its bytes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, parse_qs, parse_qsl, quote, urlencode, urljoin, urlsplit

import urllib3
from lxml import etree, html

from materials_cli.drive.exports import link_of
from materials_cli.drive.pace import DOWNLOAD, FREE, LIST
from materials_cli.drive.ranges import portion
from materials_cli.drive.refusals import RefusalError, refusal
from materials_cli.drive.resources import Resource
from materials_cli.drive.source import Way
from materials_cli.drive.thumbnails import picture_at, public_address
from materials_cli.drive.wire import Wire, is_page
from materials_cli.errors import Code, MaterialsError
from materials_cli.kinds import EXPORT_FORMATS, EXPORT_TYPES, EXPORTED, FOLDER, GOOGLE_APPS, SHORTCUT
from materials_cli.messages import msg
from materials_cli.model import Export, RemoteFile

_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"
_HEADERS = {"User-Agent": _AGENT, "Accept-Language": "en", "Accept-Encoding": "identity"}
_ID = re.compile(r"/(?:d|folders)/([A-Za-z0-9_-]{10,})")
_EDITORS = {"document": "document", "spreadsheets": "spreadsheet", "presentation": "presentation", "drawings": "drawing"}
_PLACES = {GOOGLE_APPS + kind: place for place, kind in _EDITORS.items()}
_EDITORS |= {"forms": "form", "videos": "vid"}
_CONFIRMING = {"confirm", "uuid"}
_AS_HTML = {"content-type": "text/html"}


class PublicSource:
    """A Source that reads a link-shared folder from its public pages. Safe to share between threads."""

    digests = False

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._described: dict[str, html.HtmlElement] = {}

    def describe(self, file_id: str, resource_key: str | None = None) -> Resource:
        """The folder with this id; raise file_gone or download_forbidden when it is not public."""
        page = self._described[file_id] = self._page(file_id, resource_key)
        name = (page.findtext(".//title") or "").strip()
        return {"id": file_id, "name": name, "mimeType": FOLDER, "resourceKey": resource_key}

    def children(self, folder_id: str, resource_key: str | None = None) -> Iterator[Sequence[Resource]]:
        """The contents of a folder as its page shows them: files with a day, without a size."""
        # The page that described the folder lists it, too.
        page = self._described.pop(folder_id, None)
        page = self._page(folder_id, resource_key) if page is None else page
        yield folder_entries(page, self.wire.credential.docs, datetime.now(UTC))

    def described_again(self, file: RemoteFile) -> RemoteFile:
        """The file with its current size and time, from a request for its first byte."""
        response = self.wire.persist(DOWNLOAD, lambda: self._first_byte(file))
        try:
            return self.stated(file, response)
        finally:
            response.close()

    def stated(self, file: RemoteFile, response: urllib3.BaseHTTPResponse) -> RemoteFile:
        """The file with the size and time in the headers of a response; None for what they do not state."""
        part = portion(response) if response.status == 206 else None
        size = part.total if part else response.length_remaining if response.status == 200 else None
        return replace(file, size=size, modified=http_time(response), rough=False)

    def account(self) -> str:
        """Empty: there is no account."""
        return ""

    def is_listable(self, folder_id: str, resource_key: str | None = None) -> bool:  # noqa: ARG002 - as Source has it
        """True: the page of a folder that is not public is never one of an empty folder."""
        return True

    def is_gone(self, file: RemoteFile) -> bool:  # noqa: ARG002 - as Source has it
        """False: public pages never prove that a file is gone."""
        return False

    def open(self, file: RemoteFile, start: int = 0) -> urllib3.BaseHTTPResponse:
        """The file's bytes from `start` on; raise RefusalError, also when the file has changed since it was listed."""
        part = {"Range": f"bytes={start}-"} if start else {}
        response = open_content(self.wire, file.drive_id, file.resource_key, part)
        if not file.rough and (changed := http_time(response)) and file.modified not in {None, changed}:
            response.close()
            raise RefusalError(MaterialsError(Code.BAD_BYTES, msg("The file changed during the download.")))
        return response

    def confirmed(self, file: RemoteFile) -> RemoteFile:
        """The file as listed: open() has compared its time."""
        return file

    def thumbnail(self, file: RemoteFile) -> bytes | None:
        """The picture on the public pages, which is the present one."""
        return picture_at(self.wire, public_address(self.wire, file))

    def exports(self, file: RemoteFile, export: Export) -> Iterator[Way]:  # noqa: ARG002 - as Source has it
        """The export link of the document's editor; raise no_content when it has none."""
        link = link_of(self.wire, export)
        if link is None:
            raise MaterialsError(Code.NO_CONTENT, msg("The public page offers no export of this document."))
        yield Way(lambda: link, FREE)

    def _page(self, folder_id: str, resource_key: str | None) -> html.HtmlElement:
        query = {"id": folder_id, "hl": "en", **({"resourcekey": resource_key} if resource_key else {})}
        address = f"{self.wire.credential.pages}/embeddedfolderview?{urlencode(query)}"
        return self.wire.persist(LIST, lambda: folder_page(self.wire.call("GET", address, headers=_HEADERS).data))

    def _first_byte(self, file: RemoteFile) -> urllib3.BaseHTTPResponse:
        try:
            return open_content(self.wire, file.drive_id, file.resource_key, {"Range": "bytes=0-0"})
        except RefusalError as refused:
            if refused.status != 416:
                raise
            return open_content(self.wire, file.drive_id, file.resource_key, {})


def open_content(wire: Wire, file_id: str, resource_key: str | None, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
    """A file's bytes, past the virus warning for large files; raise RefusalError for any other page."""
    query = {"id": file_id, "export": "download", **({"resourcekey": resource_key} if resource_key else {})}
    address = f"{wire.credential.pages}/uc?{urlencode(query)}"
    with wire.limited():
        for _ in range(2):
            response = wire.open("GET", address, headers={**_HEADERS, **headers})
            if not is_page(response):
                return response
            address = _confirmed(wire.beginning(response), address)
    raise RefusalError(
        MaterialsError(Code.UNEXPECTED_ANSWER, msg("Google keeps showing a warning page for this file.")), reason="html"
    )


def folder_page(body: bytes) -> html.HtmlElement:
    """A folder's page; raise RefusalError for any other page, for one that arrived cut, and for entries in another markup."""
    page = _document(body)
    lists = _of_class(page, "flip-entries")
    if not lists or (_leads_on(lists[0]) and not _of_class(lists[0], "flip-entry")):
        raise refusal(200, _AS_HTML, body)
    if not body.rstrip().lower().endswith(b"</html>"):
        what = msg("The folder's public page arrived incomplete.")
        raise RefusalError(MaterialsError(Code.LIST_INCOMPLETE, what), passing=True)
    return page


def folder_entries(page: html.HtmlElement, docs: str, now: datetime) -> list[Resource]:
    """The entries of a folder's page as File resources of the API. docs: where documents are exported."""
    return [_resource(entry, docs, now) for entry in _of_class(page, "flip-entry") if entry.get("id") or _leads_on(entry)]


def _leads_on(element: html.HtmlElement) -> bool:
    """Whether there is a link to a file or folder in it."""
    return any(_ID.search(link.get("href") or "") for link in element.iter("a"))


def _document(body: bytes) -> html.HtmlElement:
    try:
        return html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    except (etree.ParserError, etree.XMLSyntaxError):
        return html.Element("html")


def export_links(docs: str, media_type: str, file_id: str, resource_key: str | None) -> dict[str, str] | None:
    """The export links of a Google document: media type → address. None for what cannot be exported without a credential."""
    if media_type not in EXPORTED or media_type not in _PLACES:
        return None
    place = f"{docs}/{_PLACES[media_type]}/d/{quote(file_id, safe='')}/export"
    key = {"resourcekey": resource_key} if resource_key else {}
    words = EXPORT_FORMATS[EXPORTED[media_type]]
    return {EXPORT_TYPES[word]: f"{place}?{urlencode({'format': word, **key})}" for word in words}


def page_day(text: str, now: datetime) -> datetime | None:
    """The day in a folder page: "12:30 PM" is today, "Sep 15" is this year, "Oct 7, 2026" is complete."""
    text = " ".join(text.split())
    for form in ("%I:%M %p", "%b %d %Y", "%b %d, %Y"):
        try:
            read = datetime.strptime(f"{text} {now.year}" if form == "%b %d %Y" else text, form).replace(tzinfo=UTC)
            day = now if form == "%I:%M %p" else read
            # Around New Year the page's clock may be a day behind ours: 31 December is last year's.
            day = day.replace(year=day.year - 1) if day > now + timedelta(days=2) else day
        except ValueError:
            continue
        return day.replace(hour=0, minute=0, second=0, microsecond=0)
    return None


def _resource(entry: html.HtmlElement, docs: str, now: datetime) -> Resource:
    """One entry of a folder page as a File resource of the API."""
    identity = (entry.get("id") or "").removeprefix("entry-")
    address = _address(next((a.get("href") or "" for a in entry.iter("a")), ""))
    found = _ID.search(address.path)
    ours = address.scheme == "https" and (address.hostname or "").endswith(".google.com")
    file_id = found[1] if found and ours else identity
    key = next(iter(parse_qs(address.query).get("resourcekey", ())), None)
    media_type = _media_type(entry, address.path)
    resource: dict[str, object] = {
        "id": file_id,
        "name": "".join(_of_class(entry, "flip-entry-title")[0].itertext()) if _of_class(entry, "flip-entry-title") else "",
        "mimeType": media_type,
        "resourceKey": key,
        "rough": True,
        "exportLinks": export_links(docs, media_type, file_id, key),
        "webViewLink": address.geturl() if ours else f"https://drive.google.com/open?id={quote(file_id, safe='')}",
    }
    day = page_day("".join(t for e in _of_class(entry, "flip-entry-last-modified") for t in e.itertext()), now)
    if day:
        resource["modifiedTime"] = day.isoformat()
    return resource


def _address(link: str) -> SplitResult:
    try:
        return urlsplit(link)
    except ValueError:
        return urlsplit("")


def _media_type(entry: html.HtmlElement, path: str) -> str:
    if "/folders/" in path:
        return FOLDER
    place = path.strip("/").partition("/")[0]
    for image in entry.iter("img"):
        _, mark, media_type = (image.get("src") or "").partition("/type/")
        if mark and (media_type == SHORTCUT or place not in _EDITORS):
            return media_type
    return GOOGLE_APPS + _EDITORS[place] if place in _EDITORS else "application/octet-stream"


def _confirmed(page: bytes, address: str) -> str:
    """The address behind the button of the virus warning; raise what any other page means."""
    document = _document(page)
    buttons = (*map(_pressed, document.iter("form")), *(link.get("href") or "" for link in document.iter("a")))
    confirming = (button for button in buttons if not _CONFIRMING.isdisjoint(parse_qs(_address(button).query)))
    if (found := next(confirming, None)) is None:
        raise refusal(200, _AS_HTML, page)
    return str(urljoin(address, found))


def _pressed(form: html.HtmlElement) -> str:
    """Where a form leads, with what it sends. Google has sent this in the form's fields, or in its address (gdown#224)."""
    place, _, query = (form.get("action") or "").partition("?")
    hidden = {i.get("name") or "": i.get("value") or "" for i in form.iter("input") if i.get("type") == "hidden"}
    return f"{place}?{urlencode(dict(parse_qsl(query)) | hidden)}"


def _of_class(element: html.HtmlElement, name: str) -> list[html.HtmlElement]:
    return [found for found in element.iter("div") if name in (found.get("class") or "").split()]


def http_time(response: urllib3.BaseHTTPResponse) -> datetime | None:
    """The file's time of modification in the headers of a response."""
    text = response.headers.get("last-modified", "")
    try:
        return parsedate_to_datetime(text).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        return None

"""The ways to the bytes of a Google document, tried one after the other: its export links, files.export, files.download.

Export links have no size limit; files.export is limited to 10 MB; files.download starts an operation that has to be polled,
and is the only way for Google Vids (https://developers.google.com/workspace/drive/api/guides/manage-downloads).
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from materials_cli.drive.pace import DOWNLOAD, FREE, GET
from materials_cli.drive.resources import resource_key_header
from materials_cli.drive.source import Way
from materials_cli.drive.wire import LOOPBACK, Wire
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg
from materials_cli.model import Export, RemoteFile

_PAGES = frozenset({Code.UNEXPECTED_ANSWER, Code.UNEXPECTED_PAGE, Code.BROWSER_NEEDED})
_TROUBLE = _PAGES | {Code.GOOGLE_TROUBLE, Code.BAD_BYTES}
_ELSEWHERE = _TROUBLE | {
    Code.FILE_GONE, Code.DOWNLOAD_FORBIDDEN, Code.NO_CREDENTIAL, Code.CREDENTIAL_REJECTED, Code.RATE_LIMITED,
}  # fmt: skip
_TOO_LARGE = _TROUBLE | {Code.EXPORT_TOO_LARGE}
_TRIES = 2
_PATIENCE = 900.0


def link_of(wire: Wire, export: Export) -> str | None:
    """Drive's own link to the exported bytes, unless it leads away from Google."""
    link = urlsplit(export.link or "")
    if wire.credential.emulator:
        trusted = link.hostname in LOOPBACK
    else:
        trusted = link.scheme == "https" and (link.hostname or "").endswith(".google.com")
    return export.link if trusted else None


def ways(wire: Wire, file: RemoteFile, export: Export) -> Iterator[Way]:
    """All ways to a document that the API offers, the best first."""
    if export.suffix != ".mp4":
        if link := link_of(wire, export):
            yield Way(lambda: link, FREE, _ELSEWHERE, _TRIES)
        yield Way(lambda: _address(wire, file, "export", export), DOWNLOAD, _TOO_LARGE, _TRIES)
    yield Way(lambda: _downloaded(wire, file, export), FREE)


def _downloaded(wire: Wire, file: RemoteFile, export: Export) -> str:
    """Start a download operation and wait for the address that it results in."""
    operation = _ask(wire, "POST", _address(wire, file, "download", export), DOWNLOAD, file)
    name = str(operation.get("name", "")).removeprefix("operations/")
    waited, pause = 0.0, 1.0
    while not operation.get("done"):
        if waited > _PATIENCE:
            what = msg("Google did not finish converting the document within 15 minutes.")
            raise MaterialsError(Code.GOOGLE_TROUBLE, what)
        wire.wait(pause)
        waited, pause = waited + pause, min(pause * 2, 30.0)
        operation = _ask(wire, "GET", wire.credential.address(f"operations/{quote(name, safe='')}"), GET, file)
    if "error" in operation:
        reason = (operation["error"] or {}).get("message") or msg("no reason given")
        raise MaterialsError(Code.NO_CONTENT, msg("Google could not convert the document: {reason}", reason=reason))
    address = str((operation.get("response") or {}).get("downloadUri", ""))
    if urlsplit(address).netloc == urlsplit(wire.credential.origin).netloc and wire.credential.api_key:
        address += ("&" if "?" in address else "?") + urlencode({"key": wire.credential.api_key})
    return address


def _ask(wire: Wire, method: str, url: str, units: int, file: RemoteFile) -> dict[str, Any]:
    headers = resource_key_header({file.drive_id: file.resource_key})
    answer = wire.persist(units, lambda: wire.call(method, url, headers=headers, body=b"" if method == "POST" else None))
    try:
        operation = json.loads(answer.data)
    except ValueError:
        operation = None
    if not isinstance(operation, dict):
        raise MaterialsError(Code.UNEXPECTED_ANSWER, msg("Google Drive's response is not an operation."))
    return operation


def _address(wire: Wire, file: RemoteFile, method: str, export: Export) -> str:
    return wire.credential.address(f"files/{quote(file.drive_id, safe='')}/{method}", mimeType=export.media_type)

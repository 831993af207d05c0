"""Drive API v3 as a Source, by google-api-python-client.

Google's client builds the requests and parses the responses; they are sent over our own wire, so that retries, pace, proxy
and redaction are the same everywhere.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote

import httplib2
import urllib3
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc

from materials_cli.drive.exports import ways
from materials_cli.drive.pace import GET, LIST
from materials_cli.drive.refusals import read_object
from materials_cli.drive.resources import FIELDS, Resource, resource_key_header, understood, with_revision
from materials_cli.drive.source import IncompleteError, Way
from materials_cli.drive.thumbnails import picture_at
from materials_cli.drive.wire import PROBE, Answer, Wire
from materials_cli.errors import Code, MaterialsError
from materials_cli.model import Export, RemoteFile

_PAGE = 1000
_CALLED = {"files": ("get", "list"), "drives": ("get",), "about": ("get",)}
_MOST_ENTRIES, _MOST_PAGES = 500_000, 10_000  # Drive's own limit for a folder; its pages may be short


@cache
def _discovery_document() -> str:
    """Drive's description of itself that ships with Google's client, which prepares all of it: only what is called here."""
    document = json.loads(get_static_doc("drive", "v3"))
    document["resources"] = {
        name: {"methods": {each: _without_schema(document["resources"][name]["methods"][each]) for each in methods}}
        for name, methods in _CALLED.items()
    }
    return json.dumps({**document, "schemas": {}})


def _without_schema(method: dict[str, Any]) -> dict[str, Any]:
    """The description of a method whose answer is not described: the client needs that for its documentation alone."""
    return {**method, "response": {"type": "object"}}


class ApiSource:
    """A Source that asks Drive's API. Safe to share between threads: each request is built and sent on its own."""

    digests = True

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        endpoint = f"{wire.credential.origin}/drive/v3/"
        service = build_from_document(
            _discovery_document(), http=_Carrier(wire, 0), developerKey=wire.credential.api_key,
            client_options={"api_endpoint": endpoint},
        )  # fmt: skip
        self._files, self._drives, self._about = service.files(), service.drives(), service.about()

    def account(self) -> str:
        """The name and address of the account, "" for a key; raise an error if Google does not accept it."""
        if self.wire.credential.bearer:
            user = self._send(self._about.get(fields="user(displayName,emailAddress)"), GET, {}).get("user", {})
            address = user.get("emailAddress")
            return " ".join(filter(None, (user.get("displayName"), address and f"<{address}>")))
        if self.wire.credential.api_key:
            self._try_out()
        return ""

    def describe(self, file_id: str, resource_key: str | None = None) -> Resource:
        """The metadata of one file or folder; raise file_gone when it does not exist or is not shared with us."""
        request = self._files.get(fileId=file_id, fields=FIELDS, supportsAllDrives=True)
        resource = understood(self._send(request, GET, {file_id: resource_key}))
        if resource.get("driveId") == file_id and self.wire.credential.bearer:
            return {**resource, "name": self._drive_name(file_id) or resource["name"]}
        return resource

    def children(self, folder_id: str, resource_key: str | None = None) -> Iterator[Sequence[object]]:
        """The contents of one folder, page by page, without trash; raise IncompleteError, also for a list without end.

        One folder per query: Drive silently drops results of queries that name several parents. For a folder that exists but
        is not shared with us, the list is empty (reported by repoproviders and wikiGDrive#60). With both flags, the folder
        suffices in a shared drive, too (gimite/google-drive-ruby#367). corpora=drive must not be added: it is for members of
        the drive and refuses readers who have the link of a folder (teamDriveMembershipRequired; PipedreamHQ/pipedream#14269).
        A page token may come again (openclaw/gogcli#1085).
        """
        listed, tokens = 0, set[str]()
        token: str | None = None
        while True:
            page = self._send(
                self._files.list(
                    q=f"'{folder_id}' in parents and trashed = false",
                    pageSize=_PAGE,
                    pageToken=token,
                    fields=f"nextPageToken,incompleteSearch,files({FIELDS})",
                    supportsAllDrives=True,
                    includeItemsFromAllDrives=True,
                ),
                LIST,
                {folder_id: resource_key},
            )
            entries = page.get("files", ())
            yield entries
            listed += len(entries)
            token = str(page.get("nextPageToken") or "")
            if page.get("incompleteSearch") or token in tokens or listed > _MOST_ENTRIES or len(tokens) > _MOST_PAGES:
                raise IncompleteError
            if not token:
                return
            tokens.add(token)

    def is_listable(self, folder_id: str, resource_key: str | None = None) -> bool:
        """Whether an empty folder is listable: one that is no longer shared also appears empty (see children)."""
        return bool(self.describe(folder_id, resource_key).get("capabilities", {}).get("canListChildren", True))

    def described_again(self, file: RemoteFile) -> RemoteFile:
        """The file in its current state; raise file_gone."""
        return with_revision(file, self.describe(file.drive_id, file.resource_key))

    def stated(self, file: RemoteFile, response: urllib3.BaseHTTPResponse) -> RemoteFile:  # noqa: ARG002 - as Source has it
        """The file itself: its list states more than its bytes do."""
        return file

    def is_gone(self, file: RemoteFile) -> bool:
        """Whether a file is deleted, not shared with us, or in the bin."""
        try:
            return bool(self.describe(file.drive_id, file.resource_key).get("trashed"))
        except MaterialsError as error:
            if error.code not in {Code.FILE_GONE, Code.DOWNLOAD_FORBIDDEN}:
                raise
            return error.code == Code.FILE_GONE

    def open(self, file: RemoteFile, start: int = 0) -> urllib3.BaseHTTPResponse:
        """The file's bytes from `start` on; raise RefusalError."""
        place = f"files/{quote(file.drive_id, safe='')}"
        part = {"Range": f"bytes={start}-"} if start else {}
        keys = resource_key_header({file.drive_id: file.resource_key})
        address = self.wire.credential.address(place, alt="media", supportsAllDrives="true")
        return self.wire.open_file(address, headers={"Accept-Encoding": "identity", **keys, **part}, wanted=file.media_type)

    def confirmed(self, file: RemoteFile) -> RemoteFile:
        """The file in its current state: only Drive knows whether it is still the listed one."""
        return self.described_again(file)

    def thumbnail(self, file: RemoteFile) -> bytes | None:
        """The picture at the address that the API states at this moment."""
        fields = f"{FIELDS},thumbnailLink"
        request = self._files.get(fileId=file.drive_id, fields=fields, supportsAllDrives=True)
        resource = understood(self._send(request, GET, {file.drive_id: file.resource_key}))
        now, link = with_revision(file, resource), resource.get("thumbnailLink")
        same = (now.sha256, now.md5, now.modified) == (file.sha256, file.md5, file.modified)
        return picture_at(self.wire, link) if link and same else None

    def exports(self, file: RemoteFile, export: Export) -> Iterator[Way]:
        """Its export link, files.export, files.download."""
        return ways(self.wire, file, export)

    def _try_out(self) -> None:
        """Make one cheap request; raise only what is wrong with the credential itself."""
        try:
            self.describe(PROBE)
        except MaterialsError as error:
            if error.code not in {Code.FILE_GONE, Code.DOWNLOAD_FORBIDDEN}:
                raise

    def _drive_name(self, drive_id: str) -> str | None:
        """The true name of a shared drive. As a folder, every one is named "Drive" (taers232c/GAMADV-XTD3#406)."""
        try:
            name = self._send(self._drives.get(driveId=drive_id, fields="name"), GET, {}).get("name")
        except MaterialsError as error:
            if error.code not in {Code.FILE_GONE, Code.DOWNLOAD_FORBIDDEN}:
                raise
            return None
        return name if isinstance(name, str) else None

    def _send(self, request: Any, units: int, keys: Mapping[str, str | None]) -> dict[str, Any]:
        request.headers.update(resource_key_header(keys))
        carrier = _Carrier(self.wire, units)
        request.postproc = lambda *_: carrier.read
        answer: dict[str, Any] = request.execute(http=carrier)
        return answer


class _Carrier:
    """Stands in for httplib2.Http in google-api-python-client and sends its requests over our wire.

    read: what the answer says. An answer that was garbled on its way is asked for again.
    """

    def __init__(self, wire: Wire, units: int) -> None:
        self._wire, self._units = wire, units
        self.read: dict[str, Any] = {}

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> tuple[httplib2.Response, bytes]:
        """Send one request; final refusals are raised as MaterialsError, never as HttpError."""
        sent = {k: v for k, v in (headers or {}).items() if k.lower() != "user-agent"}

        def attempt() -> Answer:
            answer = self._wire.call(method, uri, headers=sent, body=body)
            self.read = read_object(answer.headers, answer.data)
            return answer

        answer = self._wire.persist(self._units, attempt)
        return httplib2.Response(
            {k.lower(): v for k, v in answer.headers.items()} | {"status": str(answer.status)}
        ), answer.data

    def close(self) -> None:
        """Do nothing: the wire is closed by its owner."""

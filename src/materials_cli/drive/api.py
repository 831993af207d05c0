"""Drive API v3 as a Source.

Four methods are called, each by an address with a query. Google's client would build the same requests, which the emulator
compares with its description of Drive; but to import and to prepare it takes a third of a sync without changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import urllib3

from materials_cli.drive.exports import ways
from materials_cli.drive.pace import GET, LIST
from materials_cli.drive.refusals import read_object
from materials_cli.drive.resources import FIELDS, Resource, resource_key_header, understood, with_revision
from materials_cli.drive.source import IncompleteError, Way
from materials_cli.drive.thumbnails import picture_at
from materials_cli.drive.wire import PROBE, Wire
from materials_cli.errors import Code, MaterialsError
from materials_cli.model import Export, RemoteFile

_PAGE = 1000
_JSON = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate"}
_MOST_ENTRIES, _MOST_PAGES = 500_000, 10_000  # Drive's own limit for a folder; its pages may be short


class ApiSource:
    """A Source that asks Drive's API. Safe to share between threads: each request is built and sent on its own."""

    digests = True

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def account(self) -> str:
        """The name and address of the account, "" for a key; raise an error if Google does not accept it."""
        if self.wire.credential.bearer:
            user = self._asked("about", GET, fields="user(displayName,emailAddress)").get("user", {})
            address = user.get("emailAddress")
            return " ".join(filter(None, (user.get("displayName"), address and f"<{address}>")))
        if self.wire.credential.api_key:
            self._try_out()
        return ""

    def describe(self, file_id: str, resource_key: str | None = None) -> Resource:
        """The metadata of one file or folder; raise file_gone when it does not exist or is not shared with us."""
        resource = self._metadata(file_id, resource_key, FIELDS)
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
        further: dict[str, str] = {}
        while True:
            page = self._asked(
                "files", LIST, {folder_id: resource_key},
                q=f"'{folder_id}' in parents and trashed = false",
                pageSize=str(_PAGE),
                fields=f"nextPageToken,incompleteSearch,files({FIELDS})",
                supportsAllDrives="true",
                includeItemsFromAllDrives="true",
                **further,
            )  # fmt: skip
            entries = page.get("files", ())
            yield entries
            listed += len(entries)
            token = str(page.get("nextPageToken") or "")
            if page.get("incompleteSearch") or token in tokens or listed > _MOST_ENTRIES or len(tokens) > _MOST_PAGES:
                raise IncompleteError
            if not token:
                return
            tokens.add(token)
            further = {"pageToken": token}

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
        resource = self._metadata(file.drive_id, file.resource_key, f"{FIELDS},thumbnailLink")
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
            name = self._asked(f"drives/{quote(drive_id, safe='')}", GET, fields="name").get("name")
        except MaterialsError as error:
            if error.code not in {Code.FILE_GONE, Code.DOWNLOAD_FORBIDDEN}:
                raise
            return None
        return name if isinstance(name, str) else None

    def _metadata(self, file_id: str, resource_key: str | None, fields: str) -> Resource:
        path = f"files/{quote(file_id, safe='')}"
        return understood(self._asked(path, GET, {file_id: resource_key}, fields=fields, supportsAllDrives="true"))

    def _asked(
        self, path: str, units: int, keys: Mapping[str, str | None] = MappingProxyType({}), **query: str
    ) -> dict[str, Any]:
        """What the API answers; one that was garbled on its way is asked for again. Raise a final refusal as MaterialsError."""
        address = self.wire.credential.address(path, alt="json", **query)

        def attempt() -> dict[str, Any]:
            answer = self.wire.call("GET", address, headers={**_JSON, **resource_key_header(keys)})
            return read_object(answer.headers, answer.data)

        return self.wire.persist(units, attempt)

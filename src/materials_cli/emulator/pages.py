"""What Drive shows to a browser that is not signed in: folder pages, downloads, and the pages that refuse them.

Tools without a credential read these pages. They are not an API: the markup follows captures of 2025 and 2026.
"""

import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlencode

from materials_cli.emulator.access import opens
from materials_cli.emulator.answers import Answer, page
from materials_cli.emulator.content import Contents, Media
from materials_cli.emulator.faults import Faults
from materials_cli.emulator.node import Node
from materials_cli.emulator.request import Request
from materials_cli.emulator.resource import thumbnail_link, web_link
from materials_cli.kinds import FOLDER

_EDITORS = re.compile(r"/(?:document|spreadsheets|presentation|drawings)/d/([\w-]+)/export(?:/(\w+))?\Z")
_VIEWERS = re.compile(r"/(?:file|document|spreadsheets|presentation|drawings|forms)/d/([\w-]+)/(?:view|edit)\Z")
_FOLDER_PAGE = re.compile(r"/drive/(?:u/\d+/)?folders/([\w-]+)\Z")
_THUMBNAIL = re.compile(r"/thumbnails/([\w-]+)/(\d+)=[\w-]+\Z")
_HEADS = {b"\x89PNG": "image/png", b"\xff\xd8": "image/jpeg", b"GIF8": "image/gif", b"<": "text/html"}
_QUOTA = (
    '<p class="uc-error-caption">Sorry, you can\'t view or download this file at this time.</p>'
    '<p class="uc-error-subcaption">Too many users have viewed or downloaded this file recently. Please try accessing the '
    "file again later. If the file you are trying to access is particularly large or is shared with many people, it may "
    "take up to 24 hours to be able to view or download the file.</p>"
)


@dataclass(slots=True)
class Pages:
    """The public pages of one Drive. uuids: the confirmations that the virus page has issued and that are still valid."""

    contents: Contents
    faults: Faults
    uuids: set[str] = field(default_factory=set)

    def answer(self, request: Request) -> Answer | Media:
        """Answer any request that is not for the API."""
        ways = {
            "/embeddedfolderview": self._folder, "/uc": self._first_try, "/download": self._download, "/open": self._open,
            "/thumbnail": self._thumbnail,
        }  # fmt: skip
        if way := ways.get(request.path):
            return way(request, request.query.get("id", ""))
        if request.path == "/ServiceLogin":
            request.name("page-login")
            return page(200, "Sign in - Google Accounts", "<form>Email or phone</form>")
        if found := _THUMBNAIL.match(request.path):
            return self._picture(request, found[1], int(found[2]))
        if found := _EDITORS.match(request.path):
            request.name("page-export", found[1])
            request.meet(self.faults)
            return self.contents.export_link(request, found[1], found[2] or request.query.get("format", ""))
        if found := _VIEWERS.match(request.path):
            request.name("page-view", found[1])
            request.meet(self.faults)
            return page(200, f"{escape(self._seen(request, found[1]).name)} - Google Drive", "")
        if found := _FOLDER_PAGE.match(request.path):
            return self._folder(request, found[1])
        return not_here()

    def _folder(self, request: Request, node_id: str) -> Answer:
        request.name("page-list", node_id)
        request.meet(self.faults)
        world = self.contents.scene.world
        folder = self._seen(request, node_id)
        if folder.media_type != FOLDER:
            return not_here()
        with world.lock:
            children = [node for node in world.listed(node_id) if world.visible(node.id) and not node.trashed]
        entries = "".join(_entry(node) for node in sorted(children, key=lambda node: (node.media_type != FOLDER, node.name)))
        return page(200, escape(folder.name), f'<div class="flip-entries">{entries}</div>')

    def _first_try(self, request: Request, node_id: str) -> Answer:
        request.name("page-uc", node_id)
        request.meet(self.faults)
        node = self._seen(request, node_id)
        if node.native:
            return page(500, "Error 500 (Server Error)!!1", "There was an error. Please try again later.")
        address = f"{self.contents.scene.downloads}/download?{urlencode({'export': 'download', **request.query})}"
        return page(303, "See Other", "", {"Location": address})

    def _download(self, request: Request, node_id: str) -> Answer | Media:
        request.name("page-media", node_id)
        request.fault = self.faults.strike("page-media", node_id) or self.faults.strike("media", node_id)
        if request.fault and request.fault.reason == "downloadQuotaExceeded":
            return page(200, "Google Drive - Quota exceeded", _QUOTA)
        if request.fault and (refusal := request.fault.refusal()):
            raise refusal
        node = self._seen(request, node_id)
        if node.native or node.abusive or not node.downloadable:
            return page(403, "Error 403 (Forbidden)!!1", "You do not have permission to download this file.")
        confirmed = request.query.get("confirm") == "t" and request.query.get("uuid") in self.uuids
        if node.size > self.contents.scene.world.virus_scan_limit and not confirmed:
            return self._virus_page(node)
        return self.contents.attached(request, node)

    def _virus_page(self, node: Node) -> Answer:
        ticket = str(uuid.uuid4())
        self.uuids.add(ticket)
        hidden = {"id": node.id, "export": "download", "confirm": "t", "uuid": ticket}
        inputs = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in hidden.items())
        size = f"{node.size / 1024**2:.1f}M" if node.size < 10 * 1024**2 else f"{node.size // 1024**2}M"
        place = f"{self.contents.scene.downloads}/download"
        address = escape(f"{place}?{urlencode(hidden)}")
        button = {
            "fields": f'<form id="download-form" action="{place}" method="get">{inputs}<input type="submit" value="Go"></form>',
            "address": f'<form id="downloadForm" action="{address}" method="post"><input type="submit" value="Go"></form>',
            "link": f'<a id="uc-download-link" href="{address}">Download anyway</a>',
        }[self.contents.scene.world.virus_button]
        text = (
            '<p class="uc-warning-caption">Google Drive can\'t scan this file for viruses.</p>'
            f'<span class="uc-name-size"><a href="/open?id={node.id}">{escape(node.name)}</a> ({size})</span>{button}'
        )
        return page(200, "Google Drive - Virus scan warning", text)

    def _open(self, request: Request, node_id: str) -> Answer:
        request.name("page-open", node_id)
        request.meet(self.faults)
        return page(302, "Moved Temporarily", "", {"Location": web_link(self._seen(request, node_id))})

    def _thumbnail(self, request: Request, node_id: str) -> Answer:
        request.name("page-thumbnail", node_id)
        request.meet(self.faults)
        node = self._seen(request, node_id)
        if node.thumbnail is None:
            return not_here()
        size = request.query.get("sz", "w220")
        return page(302, "Moved Temporarily", "", {"Location": thumbnail_link(node, self.contents.scene.origin, size)})

    def _picture(self, request: Request, node_id: str, version: int) -> Answer:
        """The bytes as they are, whatever they are; an address of an earlier state is not valid any more."""
        request.name("thumbnail", node_id)
        request.meet(self.faults)
        node = self.contents.scene.world.nodes.get(node_id)
        if node is None or node.thumbnail is None or node.version != version:
            return not_here()
        return Answer(200, node.thumbnail, {"Content-Type": _media_type(node.thumbnail)})

    def _seen(self, request: Request, node_id: str) -> Node:
        """A node that the public may see; raise the login page for a private one, Not Found for one that never existed."""
        world = self.contents.scene.world
        node = world.visible(node_id)
        if node is not None and opens(request, node):
            return node
        raise self.contents.login_page(request) if world.existed(node_id) else not_here()


def not_here() -> Answer:
    """Google's Not Found page."""
    return page(404, "Error 404 (Not Found)!!1", "The requested URL was not found on this server.")


def day_text(time: datetime, now: datetime) -> str:
    """A time as the folder page shows it, in English: the time of today, the day of this year, or the date."""
    if time.date() == now.date():
        return f"{time.hour % 12 or 12}:{time:%M %p}"
    return f"{time:%b} {time.day}" + ("" if time.year == now.year else f", {time.year}")


def _media_type(picture: bytes) -> str:
    return next((kind for head, kind in _HEADS.items() if picture.startswith(head)), "application/octet-stream")


def _entry(node: Node) -> str:
    if node.media_type == FOLDER:
        key = f"?resourcekey={node.resource_key}" if node.resource_key else ""
        address = f"https://drive.google.com/drive/folders/{node.id}{key}"
        icon = '<div class="drive-sprite-folder-shared-color-icon" aria-label="Folder"></div>'
    else:
        address = web_link(node).replace("usp=drivesdk", "usp=drive_web")
        icon = f'<img src="https://drive-thirdparty.googleusercontent.com/16/type/{node.media_type}" alt="">'
    return (
        f'<div class="flip-entry" id="entry-{node.id}" tabindex="0" role="link"><div class="flip-entry-info">'
        f'<a href="{escape(address)}" target="_blank"><div class="flip-entry-thumb"></div>'
        f'<div class="flip-entry-list-icon">{icon}</div><div class="flip-entry-title">{escape(node.name)}</div></a></div>'
        f'<div class="flip-entry-last-modified"><div>{day_text(node.modified, datetime.now(UTC))}</div></div></div>'
    )

"""Contents: alt=media with ranges, files.export, export links and the host they redirect to."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from materials_cli.emulator.access import opens, recognise
from materials_cli.emulator.answers import Answer, not_found, page, refuse
from materials_cli.emulator.faults import Misranged
from materials_cli.emulator.formats import EXTENSIONS, media_type_of_extension
from materials_cli.emulator.node import Content, Node
from materials_cli.emulator.request import Request
from materials_cli.emulator.resource import Scene
from materials_cli.kinds import FOLDER, SHORTCUT


@dataclass(slots=True)
class Media:
    """A response whose body is part of a file, read while it is sent."""

    content: Content
    start: int
    stop: int
    answer: Answer


@dataclass(slots=True)
class Contents:
    """Serves the contents of one world. violations: what Google tolerates but a client should not do (see RunningServer)."""

    scene: Scene
    violations: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def media(self, request: Request, node: Node) -> Media:
        """alt=media. As on Drive, there is no ETag and no Last-Modified: a resumed download must be verified by other means."""
        if node.native or node.media_type in {FOLDER, SHORTCUT}:
            message = "Only files with binary content can be downloaded. Use Export with Docs Editors files."
            raise refuse(403, "fileNotDownloadable", message, location="alt")
        if node.abusive:
            message = "This file has been identified as malware or spam and cannot be downloaded."
            raise refuse(403, "cannotDownloadAbusiveFile", message)
        if not node.downloadable:
            raise refuse(403, "cannotDownloadFile", "This file cannot be downloaded by the user.")
        content = node.content
        headers = {
            "Cache-Control": "private, max-age=0, must-revalidate",
            "Content-Disposition": "attachment",
            "Content-Type": node.media_type,
            "Server": "UploadServer",
            "Vary": "Origin, X-Origin",
            "X-GUploader-UploadID": f"sample{next(self._numbers):08}",
            "X-Goog-Hash": f"crc32c={content.digest('crc32c')}",
        }
        return ranged(request, content, headers)

    def export(self, request: Request, node: Node) -> Answer:
        """files.export, up to world.export_limit bytes."""
        if not node.native or node.media_type in {FOLDER, SHORTCUT}:
            raise refuse(403, "fileNotExportable", "Export only supports Docs Editors files.")
        media_type = request.query.get("mimeType")
        if not media_type:
            raise refuse(400, "required", "Required parameter: mimeType", location="mimeType")
        if not node.downloadable:
            raise refuse(403, "cannotExportFile", "This file cannot be exported by the user.")
        if media_type not in node.exports:
            raise refuse(400, "badRequest", "The requested conversion is not supported.", location="convertTo")
        answer = self._converted(node, media_type)
        if len(answer.body) > self.scene.world.export_limit:
            raise refuse(403, "exportSizeLimitExceeded", "This file is too large to be exported.")
        return answer

    def export_link(self, request: Request, node_id: str, extension: str) -> Answer:
        """An export link of docs.google.com: a redirect to another host, without a size limit; the login page if not public."""
        recognise(request, self.scene.world)
        node = self.scene.world.visible(node_id, member=request.member)
        media_type = media_type_of_extension(extension)
        if node is None or not opens(request, node):
            return self.login_page(request)
        if media_type not in node.exports or not node.downloadable:
            return page(404, "Page Not Found", "Sorry, unable to open the file at this time.")
        return page(307, "Temporary Redirect", "", {"Location": f"{self.scene.elsewhere}/docs-content/{node_id}/{extension}"})

    def given(self, request: Request, path: str) -> Answer | Media:
        """The host that redirects lead to. The address alone grants access, so no credential must be sent there."""
        shown = [name for name in ("authorization", "x-goog-api-key", "cookie") if name in request.headers]
        if shown or "key" in request.query or "access_token" in request.query:
            self.violations.append(f"A credential was sent to {request.host}: {', '.join(shown) or 'in the address'}")
            if not self.scene.world.forgives_leaks:
                raise refuse(400, "badRequest", "A credential was sent to a host that has no business with it.")
        node_id, _, extension = path.partition("/")
        node = self.scene.world.nodes.get(node_id)
        if node is None:
            raise not_found(node_id)
        if not extension:
            return self.attached(request, node)
        media_type = media_type_of_extension(extension)
        if media_type not in node.exports:
            raise refuse(404, "notFound", "Not Found")
        return self._converted(node, media_type)

    def attached(self, request: Request, node: Node) -> Media:
        """A file as served without a credential: with its name and its time of modification."""
        content = node.content
        headers = {
            "Content-Disposition": disposition(node.name),
            "Content-Type": node.media_type,
            "Last-Modified": node.modified.strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "X-Goog-Hash": f"crc32c={content.digest('crc32c')}",
        }
        return ranged(request, content, headers)

    def login_page(self, request: Request) -> Answer:
        """The redirect to the sign-in page."""
        origin = "https://accounts.google.com" if request.host.endswith("google.com") else self.scene.origin
        wanted = quote(f"{self.scene.origin}{request.path}", safe="")
        return page(302, "Moved Temporarily", "", {"Location": f"{origin}/ServiceLogin?continue={wanted}"})

    def _converted(self, node: Node, media_type: str) -> Answer:
        body = node.exports[media_type](next(self._numbers))
        name = f"{node.name}.{EXTENSIONS.get(media_type, 'bin')}"
        return Answer(200, body, {"Content-Type": media_type, "Content-Disposition": disposition(name)})


def ranged(request: Request, content: Content, headers: dict[str, str]) -> Media:
    """A file, or the part of it that the Range header asks for."""
    size = content.size
    wrong = request.fault.misranged if request.fault else None
    span = (size // 2, size) if wrong is Misranged.SECOND_HALF else _span(request.headers.get("range", ""), size)
    if span is None or wrong is Misranged.WHOLE:
        return Media(content, 0, size, Answer(200, b"", headers))
    start, stop = span
    if start >= size or wrong is Misranged.REFUSED:
        message = "Request range not satisfiable"
        raise refuse(
            416, "requestedRangeNotSatisfiable", message, location="Range", location_type="header",
            headers={"Content-Range": f"bytes */{size}"},
        )  # fmt: skip
    if wrong is Misranged.FROM_THE_BEGINNING:
        start, stop = 0, stop - start
    elif wrong is Misranged.SHORTER:
        stop -= (stop - start) // 2
    if wrong is not Misranged.UNSTATED:
        total = size + 1 if wrong is Misranged.ANOTHER_TOTAL else size
        headers = {**headers, "Content-Range": f"bytes {start}-{stop - 1}/{total}"}
    return Media(content, start, stop, Answer(206, b"", headers))


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """The first byte and the end of a requested range; None for the whole file, which Drive also sends for an invalid Range."""
    first, dash, last = asked.removeprefix("bytes=").partition("-")
    proper = (first.isdigit() or (not first and last.isdigit())) and (not last or last.isdigit())
    if not asked.startswith("bytes=") or not dash or not proper or "," in asked:
        return None
    start = int(first) if first else max(0, size - int(last))
    stop = min(int(last) + 1, size) if first and last else size
    return None if stop <= start < size else (start, stop)


def disposition(name: str) -> str:
    """A Content-Disposition header: the name in ASCII for old clients, and in full."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"

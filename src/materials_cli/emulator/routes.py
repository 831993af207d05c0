"""Which part of Google a path belongs to: the API, docs.google.com, the host of exports, the sign-in, the public pages."""

from materials_cli.emulator.access import sign_in
from materials_cli.emulator.answers import Answer
from materials_cli.emulator.batch import answer_batch
from materials_cli.emulator.content import Media
from materials_cli.emulator.request import Request
from materials_cli.emulator.service import API, Service

_CONTENT = "/docs-content/"


def route(service: Service, request: Request) -> Answer | Media:
    """Return the response to a request, or raise an error response."""
    path = request.path
    if path.startswith(API):
        return service.api(request, path.removeprefix(API))
    if path == "/batch/drive/v3":
        request.name("batch")
        return answer_batch(service, request)
    if path.startswith("/feeds/download/"):
        request.name("link", request.query.get("id", ""))
        request.meet(service.faults)
        return service.contents.export_link(request, request.target, request.query.get("exportFormat", ""))
    if path.startswith(_CONTENT):
        rest = path.removeprefix(_CONTENT)
        request.name("link-content", rest.partition("/")[0])
        request.meet(service.faults)
        return service.contents.given(request, rest)
    if path == "/token":
        request.name("token")
        request.meet(service.faults)
        return sign_in(service.world)
    return service.pages.answer(request)

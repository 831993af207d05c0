"""Batch requests, /batch/drive/v3: a multipart message of requests, answered by a multipart message of responses.

Each inner call counts against the quota. Contents are not served in a batch, only redirects to them
(https://developers.google.com/workspace/drive/api/guides/performance).
"""

from email.message import Message
from email.parser import BytesParser
from urllib.parse import parse_qsl, unquote, urlsplit

from materials_cli.emulator.answers import Answer, refuse
from materials_cli.emulator.content import Media
from materials_cli.emulator.request import Request
from materials_cli.emulator.service import API, Service

_MOST, _LONGEST_ADDRESS = 100, 8000
_BOUNDARY = "batch_of_answers"


def answer_batch(service: Service, request: Request) -> Answer:
    """Answer every part. The inner calls are recorded in request.inner."""
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser().parsebytes(head + request.body)
    parts = message.get_payload() if message.is_multipart() else []
    if request.verb != "POST" or not parts:
        raise refuse(400, "badRequest", "Failed to parse batch request, error: no parts.")
    if len(parts) > _MOST:
        raise refuse(400, "badRequest", f"A batch request holds {_MOST} calls at most.")
    answers = [_part(service, request, part) for part in parts if isinstance(part, Message)]
    body = b"".join(b"--%b\r\n%b\r\n" % (_BOUNDARY.encode(), answer) for answer in answers)
    return Answer(
        200, body + f"--{_BOUNDARY}--\r\n".encode(), {"Content-Type": f"multipart/mixed; boundary={_BOUNDARY}"}
    )  # fmt: skip


def _part(service: Service, outer: Request, part: Message) -> bytes:
    inner = _inner(outer, str(part.get_payload()))
    outer.inner.append(inner)
    try:
        answer = _answered(service, inner)
    except Answer as refused:
        answer = refused
    number = part.get("Content-ID", "").strip().removeprefix("<").removesuffix(">")
    lines = ["Content-Type: application/http"]
    lines += [f"Content-ID: <response-{number}>"] if number else []
    lines += ["", f"HTTP/1.1 {answer.status} {'OK' if answer.status == 200 else 'Refused'}"]
    lines += [f"{name}: {value}" for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + answer.body


def _inner(outer: Request, text: str) -> Request:
    """The request in one part. Without a credential of its own it has that of the batch."""
    head, _, _ = text.replace("\r\n", "\n").partition("\n\n")
    first, *rest = head.strip().split("\n") if head.strip() else [""]
    verb, _, address = first.partition(" ")
    parts = urlsplit(address.rpartition(" HTTP/")[0] or address)
    shown = {name: outer.headers[name] for name in ("authorization", "x-goog-api-key", "host") if name in outer.headers}
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if len(address) > _LONGEST_ADDRESS:
        raise refuse(400, "badRequest", f"The address of an inner call has {_LONGEST_ADDRESS} characters at most.")
    return Request(verb.upper(), unquote(parts.path), query, {**shown, **headers})


def _answered(service: Service, inner: Request) -> Answer:
    if not inner.path.startswith(API):
        raise refuse(404, "notFound", "Not Found")
    answer = service.api(inner, inner.path.removeprefix(API))
    if isinstance(answer, Media) or inner.operation == "export":
        where = f"{service.origin}/download/{inner.path.removeprefix(API)}?alt=media"
        raise refuse(302, "backendError", "Unknown Error.", status="UNKNOWN", headers={"Location": where})
    return answer

"""Why another computer could not be reached, as a sentence: sockets, TLS and libraries each name it in their own way."""

import errno
import smtplib
import socket
import ssl
from collections.abc import Iterator

from materials_cli.messages import Message, msg

_NO_NAME, _NO_TIME = msg("its name is not known; is there a network?"), msg("it did not answer in time")
_WHYS: tuple[tuple[tuple[type[BaseException], ...], Message], ...] = (
    ((socket.gaierror,), _NO_NAME),
    ((ssl.SSLCertVerificationError,), msg("its certificate is not trusted here")),
    ((ssl.SSLError,), msg("it does not speak TLS here; is the port right?")),
    ((ConnectionRefusedError,), msg("nothing answers there; is the port right?")),
    ((smtplib.SMTPNotSupportedError,), msg("it does not offer what the settings ask for, such as STARTTLS or a login")),
    ((smtplib.SMTPServerDisconnected, ConnectionResetError, BrokenPipeError), msg("it ended the connection")),
    ((TimeoutError,), _NO_TIME),
)
_OF_URLLIB3 = {"NameResolutionError": _NO_NAME, "ConnectTimeoutError": _NO_TIME, "ReadTimeoutError": _NO_TIME}
_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}


def trouble_of(error: BaseException) -> Message | None:
    """Why an attempt failed, from the error and those that caused it; None if that is not known."""
    chain = tuple(_chain(error))
    for each in chain:
        if like := _OF_URLLIB3.get(type(each).__name__):
            return like
        if isinstance(each, OSError) and each.errno in _UNREACHABLE:
            return msg("the network does not lead there")
    return next((why for kinds, why in _WHYS if any(isinstance(each, kinds) for each in chain)), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        inner = getattr(error, "reason", None)
        error = inner if isinstance(inner, BaseException) else error.__cause__ or error.__context__

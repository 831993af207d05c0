"""Chooses the way to Drive that a credential opens."""

from collections.abc import Iterator
from contextlib import contextmanager

from materials_cli.drive.credentials import Credential
from materials_cli.drive.put_off import put_off
from materials_cli.drive.source import Source
from materials_cli.drive.wire import Wire


@contextmanager
def connect(
    credential: Credential, *, connections: int = 32, bandwidth: int | None = None, tries: int | None = None
) -> Iterator[Source]:
    """The API for whoever has a credential, else the public pages. Connections are closed at the end.

    connections, bandwidth, tries: see Wire.
    """
    with Wire(credential, connections=connections, bandwidth=bandwidth, tries=tries) as wire:
        if credential.keyless:
            from materials_cli.drive.public import PublicSource  # noqa: PLC0415 - either way is slow to import

            yield PublicSource(wire)
        else:
            put_off()
            from materials_cli.drive.api import ApiSource  # noqa: PLC0415 - as above

            yield ApiSource(wire)

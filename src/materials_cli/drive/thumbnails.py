"""The picture that Drive shows of a file: of its first slide or page, at an address that is valid for some hours.

The API states an address that ends with a size (“=s220”); the public page at /thumbnail leads to one of that size
(simonw/google-drive-to-sqlite#12). For a file that is not public, such an address wants to know who asks; it is not told, since
it is at another host than the API.
"""

import re
from urllib.parse import urlencode

from materials_cli.drive.pace import FREE
from materials_cli.drive.wire import Wire
from materials_cli.errors import Code, MaterialsError
from materials_cli.model import RemoteFile

_LONGEST, _LARGEST = 960, 4 * 1024**2
_TYPES = {"image/png", "image/jpeg", "image/webp", "image/gif"}
_SIZE = re.compile(r"=[swh]\d+(?:-[a-z0-9-]+)?\Z")
_NONE = {Code.FILE_GONE, Code.DOWNLOAD_FORBIDDEN, Code.UNEXPECTED_ANSWER, Code.UNEXPECTED_PAGE}
_HEADERS = {"Accept": ", ".join(sorted(_TYPES))}


def public_address(wire: Wire, file: RemoteFile) -> str:
    """Where everybody finds the picture of a file that is shared by link."""
    key = {"resourcekey": file.resource_key} if file.resource_key else {}
    return f"{wire.credential.pages}/thumbnail?{urlencode({'id': file.drive_id, 'sz': f'w{_LONGEST}', **key})}"


def picture_at(wire: Wire, address: str) -> bytes | None:
    """The picture at an address of Drive's, in one attempt; None if there is none for us. Raise what concerns other files, too.

    It is whatever a server sent: it has still to be decoded, by a child.
    """
    address = _SIZE.sub(f"=s{_LONGEST}", address)
    try:
        answer = wire.persist(FREE, lambda: wire.call("GET", address, headers=_HEADERS, most=_LARGEST), tries=1)
    except MaterialsError as error:
        if error.code in _NONE:
            return None
        raise
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return answer.data if media_type in _TYPES else None

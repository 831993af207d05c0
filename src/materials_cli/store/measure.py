"""Measures files that somebody else's list names, without being led anywhere by it."""

import hashlib
import os

from materials_cli.disk import open_plain, reason
from materials_cli.errors import MaterialsError
from materials_cli.messages import Message, msg
from materials_cli.model import Fixity
from materials_cli.store.inside import Inside, is_file

_CHUNK = 1 << 20


def measure(inside: Inside, place: str, stated: Fixity) -> Fixity | Message:
    """Size, SHA-256 and MD5 of a regular file that has the stated bytes; or why it does not. No link is followed.

    place: its path relative to the archive, with forward slashes. A file of another size is not read: one
    of holes alone costs no room, and hours.
    """
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    try:
        path = inside.reached(place)
        if not is_file(path):
            return msg("“{path}” is missing, or is not a file.", path=place)
        with open_plain(path) as file:
            if os.fstat(file.fileno()).st_size != stated.size:
                return other_bytes(place)
            while chunk := file.read(_CHUNK):
                sha256.update(chunk)
                md5.update(chunk)
                size += len(chunk)
    except MaterialsError as error:
        return error.what
    except OSError as error:
        return msg("“{path}” could not be read: {reason}", path=place, reason=reason(error))
    found = Fixity(size, sha256.hexdigest(), md5.hexdigest())
    return found if (found.size, found.sha256) == (stated.size, stated.sha256) else other_bytes(place)


def other_bytes(place: str) -> Message:
    """Why bytes are not those that are stated."""
    return msg("“{path}” holds other bytes than the manifest states.", path=place)

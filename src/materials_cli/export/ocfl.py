"""OCFL 1.1 (Oxford Common File Layout): a storage root with an object for each item, whose earlier versions are its versions.

The files of a version stand at their path in the archive; beside them, the last version has what is known of the item.
Objects lie where extension 0003 puts them: by the digest of their id, then by the id itself, percent-encoded.
Source: https://ocfl.io/1.1/spec/ and https://ocfl.github.io/extensions/
"""

import contextlib
import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from materials_cli import __version__
from materials_cli.dates import rfc3339
from materials_cli.describe.description import Description
from materials_cli.export.escape import for_json
from materials_cli.export.folder import new_folder
from materials_cli.export.formats import Request, Wrote
from materials_cli.export.payload import Payload
from materials_cli.export.rows import entry_of
from materials_cli.messages import msg
from materials_cli.model import State, Version

_LAYOUT = {
    "extensionName": "0003-hash-and-id-n-tuple-storage-layout",
    "digestAlgorithm": "sha256",
    "tupleSize": 3,
    "numberOfTuples": 3,
}
_DESCRIPTION = "_materials/item.json"  # no collection can be called _materials
_SAFE = re.compile(rb"[A-Za-z0-9_-]")
_LONGEST = 100


def write(request: Request) -> Wrote:
    """A storage root. An item of which no bytes are intact has no object."""
    count = 0
    with new_folder(request.target) as root:
        _put_root(root)
        payload = Payload(request, root)
        for one in request.descriptions():
            made = _Object(one, root / path_of(id_of(one)))
            count += made.write(payload)
    advice = msg("Any OCFL validator checks it, such as `ocfl-validate.py`; repositories such as Fedora take it in as it is.")
    return Wrote(count, advice, flaws=tuple(payload.flaws), unread=payload.unread)


def id_of(one: Description) -> str:
    """The id of an item's object: a URI."""
    return f"urn:materials:item:{one.item.collection}:{quote(one.item.id, safe='')}"


def path_of(identity: str) -> str:
    """Where extension 0003 puts the object of an id, below the root."""
    digest = hashlib.sha256(identity.encode()).hexdigest()
    name = "".join(chr(byte) if _SAFE.match(bytes([byte])) else f"%{byte:02x}" for byte in identity.encode())
    name = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}-{digest}"
    return "/".join((*(digest[start : start + 3] for start in (0, 3, 6)), name))


def _put_root(root: Path) -> None:
    name = str(_LAYOUT["extensionName"])
    (root / "0=ocfl_1.1").write_text("ocfl_1.1\n", "ascii", newline="\n")
    layout = {"extension": name, "description": "Objects lie by the digest of their id, then by the id, percent-encoded."}
    (root / "ocfl_layout.json").write_text(json.dumps(layout, indent=1), "utf-8")
    (root / "extensions" / name).mkdir(parents=True)
    (root / "extensions" / name / "config.json").write_text(json.dumps(_LAYOUT, indent=1), "utf-8")


@dataclass(slots=True)
class _Object:
    """An object in the making. manifest, versions: as in its inventory, so far."""

    one: Description
    home: Path
    manifest: dict[str, list[str]] = field(default_factory=dict)
    versions: dict[str, Any] = field(default_factory=dict)

    def write(self, payload: Payload) -> bool:
        """Write it; False if none of its bytes are intact, and then nothing of it is there."""
        item = self.one.item
        self.home.mkdir(parents=True)
        for version in sorted(self.one.versions, key=lambda version: version.fetched):
            if self._has(payload, version.fixity.sha256, version):
                self._close(_reason(version), version.fetched, {version.fixity.sha256: [version.path]})
        if self._has(payload, item.fixity.sha256, None):
            state = {item.fixity.sha256: [item.path], **self._describe()}
            withdrawn = f"; withdrawn by its owner {rfc3339(item.withdrawn)}" if item.state is State.WITHDRAWN else ""
            self._close(f"Fetched from Drive{withdrawn}", item.fetched, state)
        if not self.versions:
            shutil.rmtree(self.home)
            for above in self.home.parents[:3]:  # a storage root has no empty folders
                with contextlib.suppress(OSError):
                    above.rmdir()
            return False
        (self.home / "0=ocfl_object_1.1").write_text("ocfl_object_1.1\n", "ascii", newline="\n")
        self._put_inventory(self.home)
        return True

    @property
    def _next(self) -> str:
        return f"v{len(self.versions) + 1}"

    def _has(self, payload: Payload, sha256: str, version: Version | None) -> bool:
        """Whether the object has these bytes: those of the version, or the item's own. Bytes are stored once."""
        if sha256 in self.manifest:
            return True
        path = f"{self._next}/content/{version.path if version else self.one.item.path}"
        target = self.home / path
        if not (payload.put_version(version, target) if version else payload.put(self.one.item, target)):
            shutil.rmtree(self.home / self._next, ignore_errors=True)
            return False
        self.manifest[sha256] = [path]
        return True

    def _describe(self) -> Mapping[str, list[str]]:
        content = (for_json(entry_of(self.one), indent=1) + "\n").encode("utf-8", "replace")
        digest = hashlib.sha256(content).hexdigest()
        path = f"{self._next}/content/{_DESCRIPTION}"
        (self.home / path).parent.mkdir(parents=True)
        (self.home / path).write_bytes(content)
        self.manifest[digest] = [path]
        return {digest: [_DESCRIPTION]}

    def _close(self, message: str, created: Any, state: Mapping[str, list[str]]) -> None:
        name = self._next
        self.versions[name] = {
            "created": rfc3339(created), "message": message, "state": state, "user": {"name": f"materials {__version__}"},
        }  # fmt: skip
        self._put_inventory(self.home / name)

    def _put_inventory(self, folder: Path) -> None:
        inventory = {
            "id": id_of(self.one),
            "type": "https://ocfl.io/1.1/spec/#inventory",
            "digestAlgorithm": "sha256",
            "head": f"v{len(self.versions)}",
            "manifest": self.manifest,
            "versions": self.versions,
        }
        content = for_json(inventory, indent=1).encode("utf-8", "replace")
        folder.mkdir(exist_ok=True)
        (folder / "inventory.json").write_bytes(content)
        (folder / "inventory.json.sha256").write_text(f"{hashlib.sha256(content).hexdigest()} inventory.json\n", "ascii")


def _reason(version: Version) -> str:
    replaced = "held back, never current" if version.withheld else f"replaced {rfc3339(version.retired)}"
    return f"Fetched from Drive; {replaced}"

"""The zips that Drive makes of a folder: names as Drive alters them, Google documents in Office formats, several parts."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from materials_cli.emulator.node import Node
from materials_cli.emulator.world import World
from materials_cli.kinds import FOLDER, GOOGLE_APPS, SHORTCUT

STAMP = "20251101T101530Z"
_SUFFIXES = {"presentation": ".pptx", "document": ".docx", "spreadsheet": ".xlsx"}


def download_all(world: World, folder: Path, parts: int = 1, stamp: str = STAMP) -> list[Path]:
    """Write the zips of a world's folder to another one; return them."""
    name = _plain(world.nodes[world.root].name)
    places = [folder / f"{name}-{stamp}-{number:03}.zip" for number in range(1, parts + 1)]
    archives = [zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) for place in places]
    for number, (path, content) in enumerate(_files(world, world.root, name)):
        archives[number % parts].writestr(path, content)
    for archive in archives:
        archive.close()
    return places


def _files(world: World, above: str, path: str) -> Iterator[tuple[str, bytes]]:
    taken: Counter[str] = Counter()
    for node in [node for node in world.nodes.values() if node.parent == above and not node.trashed]:
        if node.media_type == FOLDER:
            yield from _files(world, node.id, f"{path}/{_plain(node.name)}")
        elif node.media_type != SHORTCUT and (content := _content(node)) is not None:
            name = _plain(node.name) + _SUFFIXES.get(node.media_type.removeprefix(GOOGLE_APPS), "")
            taken[name] += 1
            stem, dot, suffix = name.rpartition(".")
            yield f"{path}/{name if taken[name] == 1 else f'{stem}({taken[name] - 1}){dot}{suffix}'}", content


def _content(node: Node) -> bytes | None:
    if node.media_type.startswith(GOOGLE_APPS):
        export = next((export for kind, export in node.exports.items() if "officedocument" in kind), None)
        return export(7) if export else None
    return b"".join(node.content.chunks())


def _plain(name: str) -> str:
    return re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", name)


def unpacked(zips: list[Path], folder: Path) -> Path:
    """What somebody has who opened the zips into a folder."""
    for place in zips:
        zipfile.ZipFile(io.BytesIO(place.read_bytes())).extractall(folder)
    return folder

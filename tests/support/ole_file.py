"""Writes OLE files (Microsoft's compound file, [MS-CFB]) for tests: no tool for Python makes a .doc or a .ppt."""

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
SMALLEST = 4096


def write_ole(path: Path, streams: Mapping[str, bytes]) -> Path:
    """A file with these streams, each at least so long that it needs no mini sectors; "A/B" is in the storage A."""
    padded = {name: data.ljust(SMALLEST, b"\0") for name, data in streams.items()}
    table: list[int] = []
    starts: dict[str, int] = {}
    content = b""
    for name, data in padded.items():
        count = -(-len(data) // SECTOR)
        starts[name] = len(table)
        table += [*range(len(table) + 1, len(table) + count), END]
        content += data.ljust(count * SECTOR, b"\0")
    directory = entry("Root Entry", 5, END, 0, child=1)
    storages = {name.partition("/")[0]: 0 for name in padded if "/" in name}
    names = [*storages, *(name for name in padded if "/" not in name), *sorted(name for name in padded if "/" in name)]
    for number, name in enumerate(names, 1):
        beside = [other for other in names[number:] if other.rpartition("/")[0] == name.rpartition("/")[0]]
        following = names.index(beside[0]) + 1 if beside else FREE
        if name in storages:
            within = next(other for other in names if other.startswith(f"{name}/"))
            directory += entry(name, 1, 0, 0, right=following, child=names.index(within) + 1)
        else:
            directory += entry(name.rpartition("/")[2], 2, starts[name], len(padded[name]), right=following)
    directory_start = len(table)
    count = -(-len(directory) // SECTOR)
    table += [*range(len(table) + 1, len(table) + count), END]
    directory = directory.ljust(count * SECTOR, b"\0")
    tables = 1
    while (len(table) + tables) * 4 > tables * SECTOR:
        tables += 1
    places = list(range(len(table), len(table) + tables))
    table += [FAT] * tables
    fat = b"".join(struct.pack("<I", value) for value in table).ljust(tables * SECTOR, b"\xff")
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, directory_start, 0,
        SMALLEST, END, 0, END, 0,
    )  # fmt: skip
    listed = places + [FREE] * (109 - len(places))
    path.write_bytes(head + struct.pack("<109I", *listed) + content + directory + fat)
    return path


def entry(name: str, kind: int, start: int, size: int, *, right: int = FREE, child: int = FREE) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    return struct.pack("<64sHBBIII16xI16xIQ", raw, len(raw), kind, 1, FREE, right, child, 0, start, size)


def record(kind: int, content: bytes, *, instance: int = 0, container: bool = False) -> bytes:
    """A record of a PowerPoint stream."""
    return struct.pack("<HHI", instance << 4 | (0xF if container else 0), kind, len(content)) + content


def word_97(
    path: Path,
    pieces: list[bytes | str],
    *,
    flags: int = 0x0200,
    runs: Sequence[bytes] = (),
    drawings: bytes = b"",
    data: bytes = b"",
) -> Path:
    """A Word file whose text is put together from 8-bit pieces (bytes) and wide ones (str), and begins at 0x400.

    runs: the page that says what was set for characters, and that for paragraphs. drawings: those of its shapes, after what
    they share. data: its stream of pictures and fields.
    """
    main = bytearray(0x400)
    struct.pack_into("<HH", main, 0, 0xA5EC, 193)
    struct.pack_into("<H", main, 0x0A, flags)
    ends, places, at = [0], [], 0
    for piece in pieces:
        at += len(piece)
        ends.append(at)
        places.append(len(main) * 2 | 0x4000_0000 if isinstance(piece, bytes) else len(main))
        main += piece if isinstance(piece, bytes) else piece.encode("utf-16-le")
        main += b"\0" * (len(main) % 2)
    plc = struct.pack(f"<{len(ends)}I", *ends) + b"".join(struct.pack("<HIH", 0, place, 0) for place in places)
    clx = b"\x01\x02\x00ab" + b"\x02" + struct.pack("<I", len(plc)) + plc
    lists = b""
    for place, page in zip((0xFA, 0x102), runs, strict=False):
        main += b"\0" * (-len(main) % SECTOR)
        struct.pack_into("<II", main, place, 8 + len(clx) + len(lists), 12)
        lists += struct.pack("<III", 0, len(main), len(main) // SECTOR)
        main += page.ljust(SECTOR, b"\0")
    struct.pack_into("<II", main, 0x01A2, 8, len(clx))
    struct.pack_into("<II", main, 0x022A, 8 + len(clx) + len(lists), len(drawings))
    table = b"\0" * 8 + clx + lists + drawings
    return write_ole(path, {"WordDocument": bytes(main), "1Table": table} | ({"Data": data} if data else {}))

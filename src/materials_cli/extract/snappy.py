"""Decompresses Snappy, which iWork uses for its objects; after Google's format_description.txt."""


def decompress(packed: bytes, max_size: int) -> bytes:
    """The decompressed bytes; raise ValueError if they are damaged or more than max_size."""
    length, at = varint(packed, 0)
    if length > max_size:
        raise ValueError(length)
    out = bytearray()
    while at < len(packed):
        tag = packed[at]
        at += 1
        if tag & 3 == 0:
            count = tag >> 2
            if count >= 60:
                wide = count - 59
                count = int.from_bytes(packed[at : at + wide], "little")
                at += wide
            out += packed[at : at + count + 1]
            at += count + 1
        else:
            if tag & 3 == 1:
                count, wide = 4 + (tag >> 2 & 7), 1
                back = (tag >> 5 << 8) | packed[at] if at < len(packed) else 0
            else:
                count, wide = 1 + (tag >> 2), 2 if tag & 3 == 2 else 4
                back = int.from_bytes(packed[at : at + wide], "little")
            at += wide
            if not 0 < back <= len(out):
                raise ValueError(back)
            _copy(out, back, count)
        if len(out) > length:
            raise ValueError(length)
    return bytes(out)


def varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, as in protocol buffers, and the position after it."""
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError(at)


def _copy(out: bytearray, back: int, count: int) -> None:
    """Append `count` bytes from `back` bytes before the end; the source may overlap the copy."""
    piece = out[-back:][:count]
    while len(piece) < count:
        piece += piece[: count - len(piece)]
    out += piece

"""CRC-32C (Castagnoli, RFC 3720 appendix B.4), which Google's storage states for all contents and Python does not compute.

A lookup table would take seconds for a large deck. Instead, the bytes are treated as one polynomial over GF(2) and folded in
half repeatedly: the upper half times x**n mod P has only a few digits more than the lower half, and Python shifts and adds
(xor) long integers at the speed of memory. Bits are reflected, as in every CRC-32: the lowest bit is the highest power.
"""

from collections.abc import Iterable
from functools import cache

_POLYNOMIAL = 0x82F63B78
_ONE, _SHORT, _PIECE = 1 << 31, 128, 1 << 18


def crc32c(chunks: Iterable[bytes]) -> int:
    """The checksum of bytes in chunks of any size."""
    state = 0xFFFFFFFF
    for chunk in chunks:
        for at in range(0, len(chunk), _PIECE):
            piece = chunk[at : at + _PIECE]
            state = _remainder(int.from_bytes(piece, "little") ^ state, 8 * len(piece) + 32)
    return state ^ 0xFFFFFFFF


def _remainder(value: int, width: int) -> int:
    """A polynomial of `width` digits, mod P."""
    while width > _SHORT:
        lower = 1 << ((width - 1).bit_length() - 1)
        upper = width - lower
        product = _times(value & ((1 << upper) - 1), _power(lower))
        rest, value, width = value >> upper, product, upper + 31
        if width < lower:
            value, width = value << (lower - width), lower
        value ^= rest << (width - lower)
    for _ in range(width - 32):
        value = (value >> 1) ^ (_POLYNOMIAL if value & 1 else 0)
    return value


def _times(value: int, factor: int) -> int:
    """The product with a polynomial of 32 digits: 31 digits longer."""
    product = 0
    for power in range(32):
        if factor & (_ONE >> power):
            product ^= value << (31 - power)
    return product


@cache
def _power(exponent: int) -> int:
    """x**exponent mod P; exponent: a power of two."""
    if exponent == 1:
        return _ONE >> 1
    half = _power(exponent // 2)
    return _remainder(_times(half, half), 63)

"""How many values a block of msgpack holds, found without making any of them.

An empty list takes one byte in msgpack and sixty in Python: a file of some megabytes could fill
the memory. The format: https://github.com/msgpack/msgpack/blob/master/spec.md
"""

from __future__ import annotations

from typing import Dict, NamedTuple


class Head(NamedTuple):
    """What follows the first byte of a value.

    count_bytes: the bytes of a number n. per_count: values that follow for each of n.
    per_byte: bytes that follow for each of n. fixed: bytes, fixed_values: values, that follow.
    """

    count_bytes: int = 0
    per_count: int = 0
    per_byte: int = 0
    fixed: int = 0
    fixed_values: int = 0


def _heads() -> Dict[int, Head]:
    heads = {first: Head() for first in [*range(0x80), *range(0xE0, 0x100), 0xC0, 0xC2, 0xC3]}
    for n in range(16):
        heads[0x80 + n] = Head(fixed_values=2 * n)
        heads[0x90 + n] = Head(fixed_values=n)
    heads.update({0xA0 + n: Head(fixed=n) for n in range(32)})
    for i in range(3):
        heads[0xC4 + i] = Head(count_bytes=1 << i, per_byte=1)  # bin
        heads[0xC7 + i] = Head(count_bytes=1 << i, per_byte=1, fixed=1)  # ext
        heads[0xD9 + i] = Head(count_bytes=1 << i, per_byte=1)  # str
    for i in range(2):
        heads[0xDC + i] = Head(count_bytes=2 << i, per_count=1)  # array
        heads[0xDE + i] = Head(count_bytes=2 << i, per_count=2)  # map
        heads[0xCA + i] = Head(fixed=4 << i)  # float
    for i in range(4):
        heads[0xCC + i] = heads[0xD0 + i] = Head(fixed=1 << i)  # int
    heads.update({0xD4 + i: Head(fixed=1 + (1 << i)) for i in range(5)})  # ext of fixed length
    return heads


HEADS = _heads()


def check_msgpack(data: bytes, most: int) -> None:
    """RAISES: ValueError if a block is cut off, too long, or holds more than `most` values."""
    place, count, waiting, end = 0, 0, 1, len(data)
    while waiting:
        if count + waiting > most:
            raise ValueError(f"it holds more than {most} values")
        if waiting > end - place:  # each takes a byte at least
            raise ValueError("it ends too early")
        count += 1
        head = HEADS.get(data[place])
        if head is None:
            raise ValueError(f"no value begins with the byte {data[place]:#x}")
        place += 1
        waiting += head.fixed_values - 1
        if head.count_bytes:
            n = int.from_bytes(data[place : place + head.count_bytes], "big")
            waiting += head.per_count * n
            place += head.count_bytes + head.per_byte * n
        place += head.fixed
    if place != end:
        raise ValueError("it ends too early" if place > end else "more follows after its end")

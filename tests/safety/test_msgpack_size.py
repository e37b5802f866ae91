"""Values of msgpack are counted as they are unpacked, and nothing cut off is let through."""

import random

import pytest
import srsly

from spacy_rnn.safety.msgpack_size import check_msgpack

EVERYTHING = [
    *(None, True, False, 0, 127, 128, 2**8, 2**16, 2**32, 2**64 - 1, -1, -32, -33, -200),
    *(-40_000, -(2**31), -(2**63), 0.5, "", "a" * 31, "a" * 32, "a" * 300, "a" * 70_000),
    *(b"", b"b" * 300, b"b" * 70_000, [], [1] * 15, [1] * 16, [1] * 70_000),
    *({}, {i: i for i in range(15)}, {i: i for i in range(16)}, {i: [] for i in range(70_000)}),
]


def values(node):
    if isinstance(node, dict):
        return 1 + sum(values(k) + values(v) for k, v in node.items())
    return 1 + sum(map(values, node)) if isinstance(node, list) else 1


@pytest.mark.parametrize("number", range(len(EVERYTHING) + 1))
def test_values_are_counted_exactly(number):
    value = [*EVERYTHING, EVERYTHING][number]
    block = srsly.msgpack_dumps(value)
    check_msgpack(block, values(value))
    with pytest.raises(ValueError, match="more than"):
        check_msgpack(block, values(value) - 1)


@pytest.mark.parametrize("kind", [0xC7, 0xC8, 0xC9, *range(0xD4, 0xD9), 0xCA])
def test_kinds_that_srsly_does_not_write(kind):
    number = 2
    count = {0xC7: 1, 0xC8: 2, 0xC9: 4}.get(kind, 0)
    length = 4 if kind == 0xCA else 1 + (number if count else 1 << (kind - 0xD4))
    block = bytes([kind]) + (number.to_bytes(count, "big") if count else b"") + bytes(length)
    check_msgpack(block, 1)
    with pytest.raises(ValueError):
        check_msgpack(block[:-1], 1)


def test_whatever_is_cut_off_or_goes_on_is_refused():
    block = srsly.msgpack_dumps({"a": [1, "text", b"bytes", 0.5, None], "b": {"c": 2**40}})
    for end in range(len(block)):
        with pytest.raises(ValueError, match="too early"):
            check_msgpack(block[:end], 100)
    with pytest.raises(ValueError, match="after its end"):
        check_msgpack(block + b"\xc0", 100)


def test_what_passes_can_be_unpacked_or_fails_with_an_error():
    chance = random.Random(0)
    for _ in range(3000):
        block = chance.randbytes(chance.randrange(1, 12))
        try:
            check_msgpack(block, 100)
        except ValueError:
            # Refused is what msgpack refuses, too, other than by its own rules of meaning.
            with pytest.raises(Exception):  # noqa: B017
                srsly.msgpack_loads(block)

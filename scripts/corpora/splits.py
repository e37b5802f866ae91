"""Splits by a hash of the text: the same example lands in the same part on every machine."""

import hashlib
from typing import Dict, Iterable, Iterator

from spacy.tokens import Doc

PARTS = ("train", "dev", "test")
# One corpus: the Docs of each of PARTS.
Splits = Dict[str, Iterable[Doc]]


def digest(key: str) -> int:
    """RETURNS: a number that is the same on every machine, unlike hash()."""
    return int(hashlib.md5(key.encode("utf8")).hexdigest(), 16)


def part_of(key: str, *, test: int, dev: int) -> str:
    """RETURNS: the part of PARTS for a key. test, dev: percent of all keys."""
    percent = digest(key) % 100
    return "test" if percent < test else "dev" if percent < test + dev else "train"


def hold_out(keys_by_class: Dict[str, Iterable[str]], share: float) -> Iterator[str]:
    """Yield the keys of a stratified held-out part: the same share of every class, at least one."""
    for keys in keys_by_class.values():
        ordered = sorted(set(keys), key=digest)
        yield from ordered[: max(1, round(share * len(ordered)))]


def few(keys_by_class: Dict[str, Iterable[str]], count: int) -> Iterator[str]:
    """Yield so many keys of every class, or all that it has."""
    for keys in keys_by_class.values():
        yield from sorted(set(keys), key=digest)[:count]

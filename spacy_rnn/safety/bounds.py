"""The largest sizes that `safe_load` builds. Pass other bounds for larger pipelines."""

from __future__ import annotations

from typing import NamedTuple

# Parts of the names of settings. What they count is made piece by piece, also when it is empty.
COUNTED = ("depth", "layers", "ngram", "n_gram", "window", "pieces", "heads", "hops")
# The names of tables' lengths, which cost nothing until a file of that size fills them.
LONG = ("rows", "length", "size", "seed", "limit", "count")


class Bounds(NamedTuple):
    """What is larger is refused before anything is built.

    depth: how many layers, windows, n-grams, heads, and entries of a list of settings.
    width: units of a layer, and every number that none of the others is about.
    rows: rows of a table, words of a vocabulary, words of a text.
    json_bytes: of a file of JSON, such as strings.json.
    objects: values in a file of msgpack.
    """

    depth: int = 64
    width: int = 65_536
    rows: int = 100_000_000
    json_bytes: int = 200_000_000
    objects: int = 5_000_000

    def of_setting(self, key: str) -> int:
        """The bound of a number in the config."""
        if any(part in key for part in COUNTED):
            return self.depth
        return self.rows if any(part in key for part in LONG) else self.width

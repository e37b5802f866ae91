"""Reads the hand-written material and divides it between train, dev and test.

Every list is divided by position, so which names and patterns are held out is
fixed by the files themselves and never by the random seed.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

Item = TypeVar("Item")

FOLDER = Path(__file__).parent / "material"
PARTS = ("train", "dev", "test")
HELD_OUT = {2: "test", 5: "test", 7: "dev", 8: "test"}


def lines(name: str) -> list[str]:
    """The lines of one material file, without blank lines, comments and headings."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf8")
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]


def sections(name: str) -> dict[str, list[str]]:
    """The lines of one material file under each of its `## heading` lines."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf8").splitlines():
        if line.startswith("## "):
            heading = line[3:].strip()
            found[heading] = []
        elif line.strip() and not line.startswith("#"):
            found[heading].append(line.strip())
    return found


def part_of(position: int) -> str:
    """The part to which the item at this position of a list belongs."""
    return HELD_OUT.get(position % 10, "train")


def share(items: Sequence[Item], part: str) -> list[Item]:
    """The items of a list that belong to one part."""
    return [item for position, item in enumerate(items) if part_of(position) == part]


def pick(items: Sequence[Item], part: str, rng: random.Random, held_out: float) -> Item:
    """Draw an item for a text of this part.

    Train only ever draws train items. Dev and test draw their own items with
    probability `held_out` and train items otherwise.
    """
    own = share(items, part)
    if own and (part == "train" or rng.random() < held_out):
        return rng.choice(own)
    return rng.choice(share(items, "train"))


def is_new(text: str, seen: set[str]) -> bool:
    """Whether a text differs from all earlier ones in its letters and digits; remembers it."""
    key = "".join(character for character in text.lower() if character.isalnum())
    if key in seen:
        return False
    seen.add(key)
    return True


class Deck:
    """Deals items in shuffled rounds, so that every item is used about equally often."""

    def __init__(self, items: Sequence, rng: random.Random) -> None:
        self.items = list(items)
        self.rng = rng
        self.hand: list = []

    def deal(self):
        """The next item."""
        if not self.hand:
            self.hand = list(self.items)
            self.rng.shuffle(self.hand)
        return self.hand.pop()

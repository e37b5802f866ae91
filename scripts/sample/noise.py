"""Typing noise that leaves marked entities whole."""

import random
import re

PIECES = re.compile(r"(<[A-Z]+\|[^<>]*>)")
LONG_WORD = re.compile(r"\b[a-z]{5,}\b")


def lower(marked: str) -> str:
    """Lower-case the words but not the entity labels."""
    pieces = PIECES.split(marked)
    for index, piece in enumerate(pieces):
        label, bar, name = piece.partition("|") if piece.startswith("<") else ("", "", piece)
        pieces[index] = label + bar + name.lower()
    return "".join(pieces)


def swap_letters(marked: str, rng: random.Random) -> str:
    """Swap two inner letters of one long word outside the entities."""
    pieces = PIECES.split(marked)
    spots = [
        (index, match.start() + 1)
        for index, piece in enumerate(pieces)
        if not piece.startswith("<")
        for match in LONG_WORD.finditer(piece)
    ]
    if spots:
        index, at = rng.choice(spots)
        piece = pieces[index]
        pieces[index] = piece[:at] + piece[at + 1] + piece[at] + piece[at + 2 :]
    return "".join(pieces)


def add_noise(marked: str, rng: random.Random, share: float) -> str:
    """Make about this share of the texts look typed in a hurry."""
    if rng.random() >= share:
        return marked
    if rng.random() < 0.75:
        marked = lower(marked)
    if rng.random() < 0.35:
        marked = swap_letters(marked, rng)
    if rng.random() < 0.5:
        marked = marked.rstrip(".")
    return marked

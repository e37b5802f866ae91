"""The things, people and tasks that customer messages are about."""

import random
import re
from dataclasses import dataclass

from .material import lines, pick

PRONOUN = re.compile(r" \((he|she)\)$")


@dataclass(frozen=True)
class Group:
    """Nouns of one domain and aspect, with adjectives that suit all of them."""

    domain: str
    aspect: str
    plural: bool
    nouns: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Task:
    """Something a customer may want done, and a topic they may ask about."""

    domain: str
    aspects: tuple[str, str]
    do: str
    did: str
    object: str
    topic: str


def read_groups() -> list[Group]:
    """All groups of things."""
    groups = []
    for line in lines("things"):
        domain, aspect, number, nouns, pairs = (field.strip() for field in line.split("|"))
        split_pairs = tuple(tuple(pair.split("/")) for pair in pairs.split("; "))
        groups.append(Group(domain, aspect, number == "pl", tuple(nouns.split("; ")), split_pairs))
    return groups


def read_tasks() -> list[Task]:
    """All tasks."""
    rows = [[field.strip() for field in line.split("|")] for line in lines("tasks")]
    return [Task(row[0], (row[1], row[6] if len(row) > 6 else ""), *row[2:6]) for row in rows]


def thing_slots(
    group: Group, number: str, good: bool, part: str, rng: random.Random, held_out: float
) -> dict:
    """Values for `{thing}`, `{was}`, `{up}` and so on; a complaint swaps `{up}` and `{down}`."""
    noun = pick(group.nouns, part, rng, held_out)
    pronoun = PRONOUN.search(noun)
    better, worse = pick(group.pairs, part, rng, held_out)
    values = {
        "thing": PRONOUN.sub("", noun),
        "it": "they" if group.plural else pronoun.group(1) if pronoun else "it",
        "was": "were" if group.plural else "was",
        "is": "are" if group.plural else "is",
        "up": better if good else worse,
        "down": worse if good else better,
    }
    return {slot + number: value for slot, value in values.items()}

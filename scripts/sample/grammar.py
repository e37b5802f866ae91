"""A small template language: `[one|two]` chooses, `{slot}` is filled in.

A slot keeps its value inside one text, so `{town}` twice is the same town and
`{town2}` is another one. Entities travel as `<LABEL|text>` until `strip_entities`
turns them into character offsets.
"""

import random
import re
from collections.abc import Callable

CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{([A-Za-z_]+)(\d*)\}")
ENTITY = re.compile(r"<([A-Z]+)\|([^<>]*)>")
ARTICLE = re.compile(r"\b([Aa])(?= (?:<[A-Z]+\|)?\"?(?:[AEIOUaeiou]|8|11\b|18))")
CONSONANT_SOUND = re.compile(r"\b([Aa])n(?= (?:<[A-Z]+\|)?(?:[Uu]ni|[Ee]u|[Oo]ne\b|[Uu]se))")
SENTENCE_START = re.compile(r"(^\"?|[.!?]\"? )(<[A-Z]+\|)?([a-z])")
DIGITS = "0123456789"

Entity = tuple[int, int, str]


class Writer:
    """Expands templates for one text, remembering what each slot was filled with."""

    def __init__(self, rng: random.Random, fill: Callable[[str], str]) -> None:
        self.rng = rng
        self.fill = fill
        self.values: dict[str, str] = {}

    def expand(self, template: str) -> str:
        """Resolve the choices, then the slots, until neither is left."""
        while CHOICE.search(template) or SLOT.search(template):
            template = CHOICE.sub(lambda m: self.rng.choice(m.group(1).split("|")), template)
            template = SLOT.sub(lambda m: self.value(m.group(1), m.group(2)), template)
        return template

    def value(self, slot: str, number: str) -> str:
        """The text of a slot; different numbers of one slot get different texts."""
        key = slot + number
        if key not in self.values:
            taken = [self.values[other] for other in self.values if other.rstrip(DIGITS) == slot]
            text = self.fill(slot)
            while text in taken:
                text = self.fill(slot)
            self.values[key] = text
        return self.values[key]


def fix_articles(text: str) -> str:
    """Choose between "a" and "an" by the sound that follows."""
    return CONSONANT_SOUND.sub(r"\1", ARTICLE.sub(r"\1n", text))


def tidy(text: str) -> str:
    """Choose between "a" and "an", capitalise sentence starts and collapse spaces."""
    text = re.sub(r" +", " ", text).strip()
    return SENTENCE_START.sub(
        lambda m: m.group(1) + (m.group(2) or "") + m.group(3).upper(), fix_articles(text)
    )


def strip_entities(marked: str) -> tuple[str, list[Entity]]:
    """Split marked text into plain text and character offsets."""
    text, entities, end = "", [], 0
    for match in ENTITY.finditer(marked):
        text += marked[end : match.start()]
        entities.append((len(text), len(text) + len(match.group(2)), match.group(1)))
        text += match.group(2)
        end = match.end()
    return text + marked[end:], entities

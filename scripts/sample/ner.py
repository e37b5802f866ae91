"""Sentences with named entities, for the `ner` corpus."""

import random

from .grammar import Writer, fix_articles, strip_entities, tidy
from .material import Deck, is_new, lines, share
from .names import MONTHS, WEEKDAYS, Names
from .noise import add_noise

LABELS = ("DATE", "EVENT", "MONEY", "ORG", "PERSON", "PLACE", "PRODUCT")
SIZES = {"train": 1000, "dev": 200, "test": 250}
KINDS = {"ner_plain": 0.77, "ner_noisy": 0.12, "ner_empty": 0.11}
HELD_OUT_PATTERNS = {"train": 0.0, "dev": 0.5, "test": 0.65}
AMBIGUOUS_SHARE = 0.25
CAN_BE_AMBIGUOUS = ("PERSON", "PLACE", "ORG", "PRODUCT")
NARROWER = {
    "STREET": "PLACE",
    "TOWN": "PLACE",
    "FIRM": "ORG",
    "TEAM": "ORG",
    "PRICE": "MONEY",
    "COST": "MONEY",
    "SUM": "MONEY",
}  # slots for one sort of name, and the label they carry
PAST = "on {DAY};last {SPAN};yesterday;last night;in {MONTH};in {YEAR};in {MONTH} {YEAR}".split(";")
FUTURE = "on {DAY};next {SPAN};tomorrow;in {MONTH};this {SPAN};early next {SPAN}".split(";")
SPANS = ("week", "month", "year", "spring", "summer", "autumn", "winter")


class Slots:
    """Fills the slots of the sentence patterns with marked entities."""

    def __init__(self, part: str, rng: random.Random) -> None:
        self.rng = rng
        self.names = Names(part, rng)

    def fill(self, slot: str) -> str:
        """A text for the slot, marked with its label."""
        if slot in ("PAST", "FUTURE"):
            return self.when(PAST if slot == "PAST" else FUTURE)
        if slot == "YEARIN":
            return f"in <DATE|{self.names.year()}>"
        if slot == "DAY":
            return f"<DATE|{self.names.day()}>"
        if slot in ("YEAR", "LATER"):
            return f"<DATE|{self.names.year(later=slot == 'LATER')}>"
        if slot == "job":
            return self.names.word("job")
        if slot == "LAST":
            return f"<PERSON|{self.names.last()}>"
        label = NARROWER.get(slot, slot)
        may_be_ambiguous = label in CAN_BE_AMBIGUOUS and slot not in ("STREET", "TEAM")
        if may_be_ambiguous and self.rng.random() < AMBIGUOUS_SHARE:
            return f"<{label}|{self.names.ambiguous(label)}>"
        name = self.person() if slot == "PERSON" else getattr(self.names, slot.lower())()
        return f"<{label}|{name}>"

    def person(self) -> str:
        """A person by full name, first name or surname."""
        form = self.rng.random()
        if form < 0.7:
            return self.names.person()
        return self.names.word("first") if form < 0.85 else self.names.last()

    def when(self, phrases: list[str]) -> str:
        """A phrase of time; the preposition stays outside the entity."""
        phrase = self.rng.choice(phrases)
        preposition = phrase[:3] if phrase[:3] in ("on ", "in ") else ""
        date = phrase[len(preposition) :]
        date = date.replace("{DAY}", self.names.day()).replace("{YEAR}", self.names.year())
        date = date.replace("{MONTH}", self.rng.choice(MONTHS))
        date = date.replace("{SPAN}", self.rng.choice([*SPANS, *WEEKDAYS]))
        return f"{preposition}<DATE|{date}>"


def write_part(part: str, seed: int, seen: set[str]) -> list[dict]:
    """The sentences of one part; `seen` holds the letters of every text written so far.

    Sentences without slots would repeat, so dev and test never take them from train.
    """
    rng = random.Random(f"{seed}-ner-{part}")
    decks = {
        (kind, origin): Deck(share(lines(kind), origin), rng)
        for kind in KINDS
        for origin in sorted({"train", part})
    }
    records: list[dict] = []
    while len(records) < SIZES[part]:
        kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
        own = kind == "ner_empty" or rng.random() < HELD_OUT_PATTERNS[part]
        pattern = decks[kind, part if own else "train"].deal()
        marked = Writer(rng, Slots(part, rng).fill).expand(pattern)
        marked = fix_articles(marked) if kind == "ner_noisy" else tidy(marked)
        text, entities = strip_entities(add_noise(marked, rng, 0.18))
        if is_new(text, seen):
            records.append({"text": text, "entities": [list(entity) for entity in entities]})
    return records

"""Customer messages whose class depends on word order and negation, for the `textcat` corpus."""

import random

from .grammar import Writer, tidy
from .material import Deck, is_new, lines, part_of, pick, sections, share
from .names import Names
from .noise import add_noise
from .things import read_groups, read_tasks, thing_slots

LABELS = ("complaint", "praise", "question", "request", "update")
ASPECTS = ("app", "cleanliness", "delivery", "food", "price", "product", "room", "staff")
SIZES = {"train": 1400, "dev": 250, "test": 300}
HELD_OUT_PATTERNS = {"train": 0.0, "dev": 0.3, "test": 0.4}
HELD_OUT_WORDS = 0.4
GROUPS = read_groups()
TASKS = read_tasks()
DOMAINS = ("bank", "gym", "hotel", "restaurant", "shop")
AROUND = sections("surroundings")
VERDICTS = [line.split(" || ") for line in lines("verdicts")]
INTENTS = [line.split(" || ") for line in lines("intents")]


class Message:
    """One message in the making: its domain, its slots and the sentences it may hold."""

    def __init__(self, part: str, rng: random.Random, good: bool) -> None:
        self.part = part
        self.rng = rng
        self.domain = rng.choice(DOMAINS)
        self.writer = Writer(rng, self.fill)
        self.aspects: dict[str, str] = {}
        groups = [group for group in GROUPS if group.domain == self.domain]
        for number, group in zip(("", "2"), rng.sample(groups, 2), strict=True):
            self.writer.values |= thing_slots(group, number, good, part, rng, HELD_OUT_WORDS)
            self.aspects["{thing" + number + "}"] = group.aspect
        own = part if rng.random() < HELD_OUT_WORDS else "train"
        tasks = [task for i, task in enumerate(TASKS) if part_of(i) == own]
        task = rng.choice([task for task in tasks if task.domain == self.domain])
        self.writer.values |= {"do": task.do, "did": task.did}
        self.writer.values |= {"object": task.object, "topic": task.topic}
        self.aspects["{object}"], self.aspects["{topic}"] = task.aspects

    def fill(self, slot: str) -> str:
        """Names and numbers for the neutral sentences."""
        names = Names(self.part, self.rng)
        if slot == "n":
            return str(self.rng.randint(3, 28))
        return names.word("first") if slot == "first" else names.person()

    def around(self, section: str, chance: float) -> str:
        """A neutral sentence, with this chance."""
        if self.rng.random() >= chance:
            return ""
        return pick(AROUND[section], self.part, self.rng, HELD_OUT_WORDS) + " "

    def compose(self, core: str, aside: float) -> tuple[str, list[str]]:
        """The whole text around the deciding sentence, and the aspects it mentions."""
        before = self.around(f"opener.{self.domain}", 0.4) + self.around("aside", aside)
        template = before + core + " " + self.around("closer", 0.2)
        found = {aspect for slot, aspect in self.aspects.items() if slot in template}
        return tidy(self.writer.expand(template)), sorted(found - {""})


def core_of(label: str, row: list[str]) -> str:
    """The deciding sentence of a pattern row for one class."""
    if label in ("praise", "complaint"):
        return row[-1] if label == "complaint" else row[0]
    return row[("request", "question", "update").index(label)]


def write_part(part: str, seed: int, seen: set[str]) -> list[dict]:
    """The messages of one part, with all classes equally frequent."""
    rng = random.Random(f"{seed}-textcat-{part}")
    decks = {
        (kind, origin): Deck(share(rows, origin), rng)
        for kind, rows in (("verdict", VERDICTS), ("intent", INTENTS))
        for origin in sorted({"train", part})
    }
    records: list[dict] = []
    while len(records) < SIZES[part]:
        label = LABELS[len(records) % len(LABELS)]
        verdict = label in ("praise", "complaint")
        own = rng.random() < HELD_OUT_PATTERNS[part]
        row = decks["verdict" if verdict else "intent", part if own else "train"].deal()
        # Rows with two sides spell out what a complaint swaps, so they keep {up} for good.
        good = label != "complaint" or len(row) > 1
        message = Message(part, rng, good)
        text, aspects = message.compose(core_of(label, row), aside=0.0 if verdict else 0.25)
        text = add_noise(text, rng, 0.2)
        if is_new(text, seen):
            records.append({"text": text, "label": label, "labels": aspects})
    rng.shuffle(records)
    return records

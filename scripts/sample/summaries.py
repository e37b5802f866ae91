"""Short local-news stories with one-sentence summaries, for the `summarize` corpus."""

import random
import re
from dataclasses import dataclass, field

from .grammar import Writer, tidy
from .material import Deck, is_new, part_of, pick, sections, share
from .names import MONTHS, SECTIONS, WEEKDAYS, Names

SIZES = {"train": 2200, "dev": 200, "test": 250}
ARTICLE_TOKENS = (40, 90)
SUMMARY_TOKENS = (6, 14)
HELD_OUT_KINDS = {"train": 0.0, "dev": 0.15, "test": 0.25}
HELD_OUT_SENTENCES = 0.5
TOKEN = re.compile(r"\w+(?:[.,]\d+)*|[^\w\s]")


@dataclass
class Kind:
    """One kind of news: its own slots and its sentences by role."""

    name: str
    slots: dict[str, list[str]] = field(default_factory=dict)
    lead: list[str] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    detail: list[str] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)


def read_kinds() -> list[Kind]:
    """All kinds of news, the last of which holds sentences that suit every kind."""
    kinds = []
    for name, rows in sections("stories").items():
        kind = Kind(name)
        for row in rows:
            role, _, text = row.partition(": ")
            if role.startswith("slot "):
                kind.slots[role[5:]] = text.split("; ")
            else:
                getattr(kind, role).append(text)
        kinds.append(kind)
    return kinds


*KINDS, GENERIC = read_kinds()


class Story(Writer):
    """One story in the making; `{last}` is the surname of `{person}`."""

    def __init__(self, kind: Kind, part: str, rng: random.Random) -> None:
        super().__init__(rng, self.fill)
        self.kind = kind
        self.part = part
        self.names = Names(part, rng)

    def value(self, slot: str, number: str) -> str:
        """As for any text, with surnames taken from the full names."""
        if slot == "last":
            return super().value("person", number).split()[-1]
        return super().value(slot, number)

    def fill(self, slot: str) -> str:
        """A text for the slot."""
        rng, names = self.rng, self.names
        if slot in self.kind.slots:
            return rng.choice(self.kind.slots[slot])
        numbers = {
            "few": rng.choice("three four five six seven eight nine".split()),
            "n": str(rng.randint(11, 68)),
            "big": f"{rng.randint(14, 190) * rng.choice([50, 100]):,}",
            "pct": str(rng.randint(2, 19)),
            "age": str(rng.randint(90, 109)),
            "elder": str(rng.randint(66, 84)),
            "child": rng.choice("nine ten eleven twelve thirteen fourteen".split()),
            "recent": str(rng.randint(1994, 2023)),
            "salary": f"{names.sign}{rng.randint(56, 190) * 500:,}",
            "gift": f"{names.sign}{rng.randint(17, 390) * 250:,}",
            "fare": f"{names.sign}{rng.randint(1, 6)}.{rng.randint(1, 9)}0",
            "score": rng.choice("1-0 2-1 3-2 4-3 5-4".split()),
            "time": f"{rng.randint(31, 58)} minutes {rng.randint(11, 59)} seconds",
            "money": names.sum(),
            "month": rng.choice(MONTHS),
            "day": rng.choice(WEEKDAYS),
            "city": rng.choice(SECTIONS["place"]),
            "river": names.word("stem"),
        }
        return numbers[slot] if slot in numbers else getattr(names, slot)()

    def compose(self) -> tuple[str, str]:
        """The article and its summary."""
        rng, kind, part = self.rng, self.kind, self.part
        if kind in share(KINDS, "train"):
            key = pick(kind.key, part, rng, HELD_OUT_SENTENCES).split(" // ")
        else:
            key = rng.choice(kind.key).split(" // ")
        before = self.some("lead", rng.choice([0, 0, 1, 1, 2, 2, 3]))
        after = self.some("detail", max(1, rng.randint(3, 5) - len(before) - len(key) + 1))
        if len(key) > 1:
            after.insert(rng.randint(0, min(2, len(after))), key[1])
        article = " ".join([*before, key[0], *after])
        return tidy(self.expand(article)), tidy(self.expand(rng.choice(kind.summary)))

    def some(self, role: str, count: int) -> list[str]:
        """Different sentences of one role, most of them from this kind of news."""
        found: list[str] = []
        while len(found) < count:
            kind = self.kind if self.rng.random() < 0.78 else GENERIC
            sentence = pick(getattr(kind, role), self.part, self.rng, HELD_OUT_SENTENCES)
            if sentence not in found:
                found.append(sentence)
        return found


def within(text: str, limits: tuple[int, int]) -> bool:
    """Whether a text has an acceptable number of tokens."""
    return limits[0] <= len(TOKEN.findall(text)) <= limits[1]


def write_part(part: str, seed: int, seen: set[str]) -> list[dict]:
    """The stories of one part."""
    rng = random.Random(f"{seed}-summarize-{part}")
    decks = {
        origin: Deck([k for i, k in enumerate(KINDS) if part_of(i) == origin], rng)
        for origin in sorted({"train", part})
    }
    records: list[dict] = []
    while len(records) < SIZES[part]:
        origin = part if rng.random() < HELD_OUT_KINDS[part] else "train"
        text, summary = Story(decks[origin].deal(), part, rng).compose()
        if within(text, ARTICLE_TOKENS) and within(summary, SUMMARY_TOKENS) and is_new(text, seen):
            records.append({"text": text, "summary": summary})
    return records

"""People, organisations, places and other names, composed from the parts in `material`."""

import random

from .material import lines, part_of, pick, sections

SECTIONS = {
    heading: [
        word.strip()
        for line in found
        for word in (line.split(";") if ";" in line else line.split())
    ]
    for heading, found in sections("names").items()
}
AMBIGUOUS = [(line.split(":")[0], line.split(":")[1].split()) for line in lines("ambiguous")]
MONTHS = (
    "January February March April May June July August September October November December"
).split() + ["March", "May", "August"]  # twice as likely, being words and names as well
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
CURRENCIES = (("$", "dollars"), ("£", "pounds"), ("€", "euros"))
CLUBS = ("Rovers", "Athletic", "United", "Wanderers", "Albion", "City")
HELD_OUT_NAMES = 0.8


class Names:
    """Draws names for one text; those for dev and test are mostly unknown to train."""

    def __init__(self, part: str, rng: random.Random) -> None:
        self.part = part
        self.rng = rng
        self.sign, self.currency = rng.choice(CURRENCIES)

    def word(self, section: str) -> str:
        """One name part, such as a first name."""
        return pick(SECTIONS[section], self.part, self.rng, HELD_OUT_NAMES)

    def ambiguous(self, label: str) -> str:
        """A surface form that carries other labels in other texts."""
        fitting = [(i, form) for i, (form, labels) in enumerate(AMBIGUOUS) if label in labels]
        own = [form for i, form in fitting if part_of(i) == self.part]
        if self.part != "train" and own and self.rng.random() < 0.5:
            return self.rng.choice(own)
        return self.rng.choice([form for i, form in fitting if part_of(i) == "train"])

    def joined(self, ends: str) -> str:
        """A composed name such as Ashford; the pair decides to which part it belongs."""
        stems, endings = SECTIONS["stem"], SECTIONS[ends]
        wanted = self.part if self.rng.random() < HELD_OUT_NAMES else "train"
        while True:
            first, second = self.rng.randrange(len(stems)), self.rng.randrange(len(endings))
            stem, ending = stems[first], endings[second]
            if part_of(first * 7 + second * 3) == wanted and stem[-1] != ending[0]:
                return stem + ending

    def last(self) -> str:
        """A surname."""
        return self.word("last") if self.rng.random() < 0.5 else self.joined("surname_end")

    def person(self) -> str:
        """First name and surname."""
        return f"{self.word('first')} {self.last()}"

    def town(self) -> str:
        """An invented town."""
        return self.joined("town_end")

    def place(self) -> str:
        """A town, city or country."""
        return self.word("place") if self.rng.random() < 0.45 else self.town()

    def street(self) -> str:
        """A street."""
        return f"{self.word('street_name')} {self.rng.choice(SECTIONS['street_kind'])}"

    def org(self) -> str:
        """A company, school, club or council."""
        kind = self.rng.random()
        if kind < 0.3:
            return self.word("brand")
        if kind < 0.6:
            return f"{self.last()} {self.word('org_end')}"
        return f"{self.town() if kind < 0.85 else self.word('place')} {self.word('org_place')}"

    def product(self) -> str:
        """A product line, usually with a model."""
        model = " " + self.rng.choice(SECTIONS["product_model"]) if self.rng.random() < 0.7 else ""
        return self.word("product_line") + model

    def event(self) -> str:
        """A festival, cup or fair."""
        start = self.town() + " " if self.rng.random() < 0.35 else ""
        return f"{start}{self.word('event_head')} {self.word('event_kind')}"

    def job(self) -> str:
        """An occupation."""
        return self.word("job")

    def firm(self) -> str:
        """A company."""
        return (
            self.word("brand")
            if self.rng.random() < 0.45
            else f"{self.last()} {self.word('org_end')}"
        )

    def maker(self) -> str:
        """A company that makes things."""
        ends = ["Engineering", "& Sons", "Works", "Industries", "Brothers"]
        return (
            self.word("brand")
            if self.rng.random() < 0.4
            else f"{self.last()} {self.rng.choice(ends)}"
        )

    def coaches(self) -> str:
        """A bus company."""
        return f"{self.last()} {self.rng.choice(['Coaches', 'Travel', 'Buses', 'Transport'])}"

    def team(self) -> str:
        """A sports club."""
        return f"{self.town()} {self.rng.choice(CLUBS)}"

    def money(self) -> str:
        """A sum of any size."""
        return self.rng.choice([self.price, self.cost, self.sum])()

    def price(self) -> str:
        """A small price."""
        whole, pence = self.rng.randint(2, 90), self.rng.choice(["50", "55", "90", "95", "99"])
        sign = self.sign
        return self.rng.choice(
            [f"{sign}{whole}", f"{sign}{whole}.{pence}", f"{whole} {self.currency}"]
        )

    def cost(self) -> str:
        """The price of something dear."""
        whole = self.rng.randint(11, 260) * 5
        return self.rng.choice([f"{self.sign}{whole:,}", f"{whole:,} {self.currency}"])

    def sum(self) -> str:
        """A large sum."""
        sign, millions, thousands = self.sign, self.rng.randint(2, 80), self.rng.randint(20, 960)
        return self.rng.choice(
            [
                f"{sign}{millions}.{self.rng.randint(1, 9)} million",
                f"{millions} million {self.currency}",
                f"{sign}{thousands},{self.rng.randrange(0, 1000, 50):03d}",
                f"{thousands},000 {self.currency}",
            ]
        )

    def day(self) -> str:
        """A day: weekday, day of a month, or both."""
        date = f"{self.rng.randint(1, 28)} {self.rng.choice(MONTHS)}"
        swapped = " ".join(reversed(date.split()))
        return self.rng.choice([date, swapped, *self.rng.sample(WEEKDAYS, 2)])

    def year(self, later: bool = False) -> str:
        """A year of the past hundred, or one still to come."""
        return str(self.rng.randint(2026, 2042) if later else self.rng.randint(1921, 2024))

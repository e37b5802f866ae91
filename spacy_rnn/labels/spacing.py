"""Where a written language puts spaces between its tokens, learned from texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Dict, Iterable, List, Sequence, Set, Tuple

Token = Tuple[str, bool]
Pair = Tuple[str, str]


class Spacing:
    """Tokens that join their neighbour without a space.

    before, after: tokens that usually join the token before or after them.
    pairs: for pairs that break that rule, whether they join.
    """

    def __init__(self, before: Iterable[str], after: Iterable[str], pairs: Dict[str, bool]) -> None:
        self.before = set(before)
        self.after = set(after)
        self.pairs = pairs

    @classmethod
    def learn(cls, targets: Iterable[Sequence[Token]]) -> "Spacing":
        """targets: tokens with whether a space follows."""
        joined, spaced = Counter(), Counter()
        for tokens in targets:
            for (left, space), (right, _) in zip(tokens, tokens[1:]):
                (spaced if space else joined)[left, right] += 1
        spacing = cls(*_joiners(joined, spaced), {})
        for left, right in joined.keys() | spaced.keys():
            vote = joined[left, right] - spaced[left, right]
            if abs(vote) > 1 and spacing._joins(left, right) != (vote > 0):
                spacing.pairs[left + " " + right] = vote > 0
        return spacing

    def _joins(self, left: str, right: str) -> bool:
        usual = left in self.after or right in self.before
        return self.pairs.get(left + " " + right, usual)

    def join(self, forms: Sequence[str], rows: Sequence[int], spaced: Sequence[bool]) -> str:
        """A text of tokens. rows: the source token that each was copied from, or -1; neighbours in
        the source stay as they were there. spaced: whether a space follows each source token."""
        text: List[str] = list(forms[:1])
        for i in range(1, len(forms)):
            if 0 <= rows[i - 1] == rows[i] - 1:
                joins = not spaced[rows[i - 1]]
            else:
                joins = self._joins(forms[i - 1], forms[i])
            text.append(forms[i] if joins else " " + forms[i])
        return "".join(text)


def _joiners(joined: Counter, spaced: Counter) -> Tuple[List[str], List[str]]:
    """Tokens that usually join the token before them, and those that join the one after them.

    A word that was only seen before a colon is not one: it is the colon that joins. So the
    clearest cases are taken first, and what they join is no evidence for others any more. Where a
    language writes no spaces, everything joins by itself.

    joined, spaced: how often pairs of tokens were seen without and with a space.
    """
    pairs: Dict[Tuple[str, str], List[Pair]] = defaultdict(list)
    votes: Counter = Counter()
    for seen, vote in ((joined, 1), (spaced, -1)):
        for pair, count in seen.items():
            for side in (("after", pair[0]), ("before", pair[1])):
                votes[side] += vote * count
                if vote > 0:
                    pairs[side].append(pair)
    writes_spaces = sum(joined.values()) < sum(spaced.values())
    found: Dict[str, List[str]] = {"before": [], "after": []}
    explained: Set[Pair] = set()
    # Of two that are as clear, what is not a word.
    for side in sorted(pairs, key=lambda side: (-votes[side], side[1].isalnum(), side)):
        others = sum(joined[pair] for pair in pairs[side] if pair in explained)
        if votes[side] > others:
            found[side[0]].append(side[1])
            if writes_spaces:
                explained.update(pairs[side])
    return sorted(found["before"]), sorted(found["after"])

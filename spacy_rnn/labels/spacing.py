"""Where a written language puts spaces between its tokens, learned from texts."""

from __future__ import annotations

from collections import Counter
from typing import Dict, Iterable, List, Sequence, Tuple

Token = Tuple[str, bool]


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
        before, after, pairs = Counter(), Counter(), Counter()
        for tokens in targets:
            for (left, spaced), (right, _) in zip(tokens, tokens[1:]):
                vote = -1 if spaced else 1
                after[left] += vote
                before[right] += vote
                pairs[left + " " + right] += vote
        spacing = cls(_positive(before), _positive(after), {})
        spacing.pairs = {
            pair: vote > 0
            for pair, vote in pairs.items()
            if abs(vote) > 1 and spacing._joins(*pair.split(" ", 1)) != (vote > 0)
        }
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


def _positive(votes: Counter) -> List[str]:
    return sorted(token for token, vote in votes.items() if vote > 0)

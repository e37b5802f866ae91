"""Words without the capitals that only their place gives them, and those capitals again."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Dict, Iterable, List, Sequence


def fold(form: str) -> str:
    """The word behind a form: "Deep" is "deep", but "BERT" and "iPhone" stay."""
    return form.lower() if form[1:].islower() or len(form) == 1 else form


class Casing:
    """How the words of targets are written: a word's usual form, and the form that begins a target.

    forms: the usual form of each word that is not usually lower case.
    capital_start: whether targets begin with a capital.
    """

    def __init__(self, forms: Dict[str, str], capital_start: bool) -> None:
        self.forms = forms
        self.capital_start = capital_start

    @classmethod
    def learn(cls, targets: Iterable[Sequence[str]]) -> "Casing":
        """Count the forms of words, leaving out the first of each target."""
        counts: Dict[str, Counter] = defaultdict(Counter)
        capitals = total = 0
        for forms in targets:
            for form in forms[1:]:
                counts[fold(form)][form] += 1
            if forms and forms[0][0].lower() != forms[0][0].upper():
                capitals += forms[0][0].isupper()
                total += 1
        usual = {word: found.most_common(1)[0][0] for word, found in counts.items()}
        usual = {word: form for word, form in usual.items() if form != word}
        return cls(usual, 2 * capitals > total)

    def write(self, words: Sequence[str], sources: Sequence[str]) -> List[str]:
        """The forms of a target's words. sources: the form in the source that each word was copied
        from, or ""; such a form is kept, unless its capital may be that of a sentence."""
        forms = [self._form(word, source) for word, source in zip(words, sources)]
        if forms and self.capital_start and forms[0] == fold(forms[0]):
            forms[0] = forms[0][:1].upper() + forms[0][1:]
        return forms

    def _form(self, word: str, source: str) -> str:
        return source or self.forms.get(word, word)

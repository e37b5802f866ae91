"""How much of a written text stands in its source."""

from __future__ import annotations

import re
from typing import List, Tuple

from spacy.tokens import Doc
from spacy.vocab import Vocab

WORD = re.compile(r"\w+")


def grounded_words(text: str, source: Doc) -> Tuple[int, int]:
    """RETURNS: how many content words of the text the source has, in any case, and how many there
    are. Content words are those that the language does not count as stop words."""
    known = {word.lower() for word in WORD.findall(source.text)}
    words = _content_words(text, source.vocab)
    return sum(word in known for word in words), len(words)


def _content_words(text: str, vocab: Vocab) -> List[str]:
    words = [word.lower() for word in WORD.findall(text)]
    return [word for word in words if not vocab[word].is_stop]

"""What written texts are like, whatever they are worth: how long, how repetitive, how original."""

from __future__ import annotations

import re
from typing import Dict, Iterable, List, Optional, Sequence

# What systems write in place of a word that they do not have.
UNKNOWN = ("<unk>", "[unk]", "\u2047")
WORD = re.compile("|".join([*map(re.escape, UNKNOWN), r"\w+"]))


def text_statistics(
    written: Iterable[str],
    gold: Iterable[Sequence[str]],
    sources: Optional[Iterable[str]] = None,
) -> Dict[str, float]:
    """Shares of the words of all texts together, in any case.

    gold: all that are as good, for each text.
    RETURNS: length_ratio, of the words of the gold texts (where there are several, the one that is
        closest in length, as BLEU has it); repetition, the bigrams that stood in the same text
        before (seq-rep-2, Welleck et al. 2020); unknown, the placeholders for unknown words; novel,
        the words that their source does not have (where sources are given).
    """
    texts = [_words(text) for text in written]
    words = [word for text in texts for word in text]
    lengths = [_closest(len(text), targets) for text, targets in zip(texts, gold, strict=True)]
    found = {
        "length_ratio": _share(len(words), sum(lengths)),
        "repetition": _repetition(texts),
        "unknown": _share(sum(word in UNKNOWN for word in words), len(words)),
    }
    if sources is not None:
        pairs = zip(texts, (set(_words(source)) for source in sources), strict=True)
        novel = sum(word not in known for text, known in pairs for word in text)
        found["novel"] = _share(novel, len(words))
    return found


def _words(text: str) -> List[str]:
    return WORD.findall(text.lower())


def _closest(length: int, targets: Sequence[str]) -> int:
    return min((len(_words(target)) for target in targets), key=lambda other: abs(other - length))


def _repetition(texts: Iterable[Sequence[str]]) -> float:
    bigrams = [list(zip(text, text[1:])) for text in texts]
    different = sum(len(set(each)) for each in bigrams)
    count = sum(map(len, bigrams))
    return _share(count - different, count)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0

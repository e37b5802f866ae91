"""What holds for texts that are to be written: summaries, titles, translations."""

from __future__ import annotations

from collections import Counter
from typing import List, Sequence, Tuple

from spacy.language import Language
from spacy.training import Example

from .findings import Corpora, Finding, lengths_in_words, problem

Pair = Tuple[List[str], List[str]]


def check_targets(
    nlp: Language, corpora: Corpora, attr: str, vocabulary_size: int, max_length: int
) -> List[Finding]:
    """attr, vocabulary_size, max_length: the settings of the component."""
    pairs = _pairs(nlp, corpora.train, attr)
    if not pairs:
        return [
            problem(
                f"No training text has anything in doc._.{attr}: check corpora.train, and the "
                "component's attr."
            )
        ]
    findings = [
        Finding(f"{len(pairs)} of {len(corpora.train)} training texts have a target."),
        Finding(f"Words in a target: {lengths_in_words(len(target) for _, target in pairs)}."),
        *_sources_of_words(pairs, vocabulary_size),
    ]
    if too_long := sum(len(target) > max_length for _, target in pairs):
        findings.append(
            problem(
                f"{too_long} targets have more than max_length = {max_length} words, more than "
                "will ever be written. Raise max_length, or cut them."
            )
        )
    if longer := sum(len(target) > len(source) for source, target in pairs):
        findings.append(
            Finding(f"{longer} targets are longer than their source: usual for translations only.")
        )
    return findings


def _pairs(nlp: Language, examples: Sequence[Example], attr: str) -> List[Pair]:
    targets = ((e.reference, e.reference._.get(attr)) for e in examples)
    return [
        ([token.text for token in doc], [token.text for token in nlp.make_doc(target)])
        for doc, target in targets
        if target
    ]


def _sources_of_words(pairs: List[Pair], vocabulary_size: int) -> List[Finding]:
    """Where the words of targets can come from: the vocabulary, or the source by copying."""
    counts = Counter(word for _, target in pairs for word in target)
    known = {word for word, _ in counts.most_common(vocabulary_size)}
    words = [(word, set(source)) for source, target in pairs for word in target]
    rare = [word not in known for word, _ in words]
    copyable = [word in source for word, source in words]
    lost = sum(r and not c for r, c in zip(rare, copyable)) / len(words)
    findings = [
        Finding(f"{sum(copyable) / len(words):.0%} of the target words stand in their source."),
        Finding(f"{sum(rare) / len(words):.1%} are outside the vocabulary of {vocabulary_size}."),
    ]
    if lost > 0.02:
        findings.append(
            problem(f"{lost:.1%} are neither: they cannot be written. Raise vocabulary_size.")
        )
    return findings

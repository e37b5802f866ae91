"""What holds for annotated entities."""

from __future__ import annotations

from collections import Counter
from typing import List, Sequence

from spacy.training import Example

from .findings import Corpora, Finding, label_findings, lengths_in_words, problem

LONG = 10


def check_entities(corpora: Corpora) -> List[Finding]:
    """Labels, lengths, and entities that training cannot use."""
    train, dev = (_labels(examples) for examples in corpora)
    findings = label_findings(train, dev, "entities")
    lengths = [len(ent) for example in corpora.train for ent in example.reference.ents]
    findings.append(Finding(f"Words in an entity: {lengths_in_words(lengths)}."))
    if very_long := sum(length > LONG for length in lengths):
        findings.append(
            problem(f"{very_long} entities have more than {LONG} words: are they entities?")
        )
    for name, examples in corpora._asdict().items():
        findings += _unusable(name, examples)
    return findings


def _labels(examples: Sequence[Example]) -> Counter:
    return Counter(ent.label_ for example in examples for ent in example.reference.ents)


def _unusable(name: str, examples: Sequence[Example]) -> List[Finding]:
    findings = []
    if missing := sum(not example.reference.has_annotation("ENT_IOB") for example in examples):
        findings.append(
            Finding(f"{name}: {missing} texts are not annotated for entities; they are skipped.")
        )
    ents = [(example, ent) for example in examples for ent in example.reference.ents]
    off = [ent for example, ent in ents if not example.get_aligned_spans_y2x([ent])]
    if off:
        findings.append(
            problem(
                f"{name}: {len(off)} entities do not begin and end with tokens, such as "
                f"{off[0].text!r}; they are not learnt. Correct their offsets or the tokenizer."
            )
        )
    if spaced := [ent for _, ent in ents if ent.text != ent.text.strip()]:
        findings.append(
            problem(
                f"{name}: {len(spaced)} entities begin or end with whitespace, such as "
                f"{spaced[0].text!r}. Correct their offsets."
            )
        )
    return findings

"""What holds for annotated entities."""

from __future__ import annotations

from collections import Counter
from typing import Iterator, List, Sequence, Tuple

from spacy.tokens import Span
from spacy.training import Example

from .findings import Corpora, Finding, label_findings, lengths_in_words, problem

LONG = 10
Annotated = Tuple[Example, List[Span]]


def check_entities(corpora: Corpora, spans_key: str = "") -> List[Finding]:
    """Labels, lengths, and entities that training cannot use.

    spans_key: the group of `doc.spans` that holds them; `doc.ents` does if empty.
    """
    annotated = Corpora(*(_annotated(examples, spans_key) for examples in corpora))
    train, dev = (Counter(ent.label_ for _, ents in part for ent in ents) for part in annotated)
    findings = label_findings(train, dev, "entities")
    lengths = [len(ent) for _, ents in annotated.train for ent in ents]
    findings.append(Finding(f"Words in an entity: {lengths_in_words(lengths)}."))
    if very_long := sum(length > LONG for length in lengths):
        findings.append(
            problem(f"{very_long} entities have more than {LONG} words: are they entities?")
        )
    for name, part in annotated._asdict().items():
        missing = len(getattr(corpora, name)) - len(part)
        if missing:
            findings.append(
                Finding(f"{name}: {missing} texts are not annotated for entities; skipped.")
            )
        findings += _unusable(name, part)
    return findings


def _annotated(examples: Sequence[Example], spans_key: str) -> List[Annotated]:
    """The examples that say anything about entities, with these."""
    if spans_key:
        pairs = ((e, e.reference.spans.get(spans_key)) for e in examples)
        return [(example, list(spans)) for example, spans in pairs if spans is not None]
    return [(e, list(e.reference.ents)) for e in examples if e.reference.has_annotation("ENT_IOB")]


def _unusable(name: str, annotated: Sequence[Annotated]) -> List[Finding]:
    findings = []
    ents = [(example, ent) for example, entities in annotated for ent in entities]
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
    if double := [ent for _, entities in annotated for ent in _overlapping(entities)]:
        findings.append(
            problem(
                f"{name}: {len(double)} entities overlap the one before, such as "
                f"{double[0].text!r}: a word has one tag. Give each layer of entities a component "
                "and a spans_key of its own."
            )
        )
    return findings


def _overlapping(entities: Sequence[Span]) -> Iterator[Span]:
    ordered = sorted(entities, key=lambda ent: (ent.start, ent.end))
    return (after for before, after in zip(ordered, ordered[1:]) if after.start < before.end)

"""What holds for annotated categories."""

from __future__ import annotations

from collections import Counter
from typing import List, Sequence

from spacy.training import Example

from .findings import Corpora, Finding, label_findings, problem


def check_categories(corpora: Corpora, exclusive: bool) -> List[Finding]:
    """exclusive: whether every text should have exactly one label."""
    train, dev = (_labels(examples) for examples in corpora)
    findings = label_findings(train, dev, "texts")
    for name, examples in corpora._asdict().items():
        annotated = [example.reference for example in examples if example.reference.cats]
        if missing := len(examples) - len(annotated):
            findings.append(Finding(f"{name}: {missing} texts are not annotated for categories."))
        positive = [sum(value >= 0.5 for value in doc.cats.values()) for doc in annotated]
        if exclusive and (wrong := sum(number != 1 for number in positive)):
            findings.append(
                problem(
                    f"{name}: {wrong} texts have no label or several, but this component gives "
                    "exactly one. Correct them, or use rnn_textcat_multilabel."
                )
            )
    return findings


def _labels(examples: Sequence[Example]) -> Counter:
    """How many texts have each label; labels that only occur as negative count zero."""
    counts: Counter = Counter()
    for example in examples:
        counts.update({label: int(v >= 0.5) for label, v in example.reference.cats.items()})
    return counts

"""What a check has to say."""

from __future__ import annotations

from typing import Iterable, List, NamedTuple, Sequence

import numpy as np
from spacy.training import Example

# Below this a label is seldom learnt.
FEW = 20


class Corpora(NamedTuple):
    """The examples of both corpora, read once."""

    train: Sequence[Example]
    dev: Sequence[Example]


class Finding(NamedTuple):
    """A sentence, and whether something should be done about it."""

    text: str
    is_problem: bool = False


def problem(text: str) -> Finding:
    return Finding(text, True)


def lengths_in_words(numbers: Iterable[int]) -> str:
    """Percentiles of lengths, as a phrase."""
    found = list(numbers)
    median, most, longest = np.percentile(found, [50, 95, 100]).astype(int) if found else (0, 0, 0)
    return f"median {median}, 95 % up to {most}, longest {longest}"


def listed(names: Iterable[str], limit: int = 10) -> str:
    """Names with commas, and how many more there are."""
    found = sorted(names)
    more = f" and {len(found) - limit} more" if len(found) > limit else ""
    return ", ".join(found[:limit]) + more


def label_findings(train: dict, dev: dict, unit: str) -> List[Finding]:
    """What the numbers of a label's occurrences in both corpora mean."""
    counts = ", ".join(f"{name} {n}" for name, n in sorted(train.items(), key=lambda x: -x[1])[:30])
    findings = [Finding(f"{len(train)} labels by {unit} in training: {counts or 'none'}.")]
    if len(train) < 2 and unit == "texts":
        findings.append(problem("A classifier needs at least two labels: check the annotations."))
    if not train:
        findings.append(problem("Nothing can be learnt: the training data have no annotation."))
    if rare := [name for name, n in train.items() if n < FEW]:
        findings.append(
            problem(f"Seen fewer than {FEW} times: {listed(rare)}. Annotate more, or merge labels.")
        )
    if unseen := set(dev) - set(train):
        findings.append(
            problem(f"Only in the dev corpus, so never predicted: {listed(unseen)}. Split anew.")
        )
    if untested := set(train) - set(dev):
        findings.append(
            problem(f"Not in the dev corpus, so never measured: {listed(untested)}. Split anew.")
        )
    return findings

"""ROUGE and BLEU of written texts against gold ones, and what these texts are like."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional, Sequence

from spacy.tokens import Doc
from spacy.training import Example

from .grounding import grounded_words
from .origins import copied_share
from .statistics import text_statistics
from .target_text import gold_target

METRICS = ("rouge", "bleu", "grounded", "statistics")
STATISTICS = ("length_ratio", "repetition", "unknown", "novel")
ROUGES = ("rouge1", "rouge2", "rougeL")


class Scored(NamedTuple):
    """A written text and the gold ones that are all as good."""

    written: str
    gold: Sequence[str]


def make_summary_scorer(metrics: List[str] = ["rouge"]) -> Callable:  # noqa: B006
    """A scorer for `rnn_summarizer`. Examples without a gold target are left out.

    metrics: "rouge" for rouge1, rouge2 and rougel (F, stemmed; needs spacy-rnn[rouge]), "bleu" for
        bleu and chrf as sacreBLEU computes them, divided by 100 (needs spacy-rnn[bleu]),
        "grounded" for the share of the written content words that stand in the source,
        "statistics" for length_ratio, repetition (of bigrams), unknown and novel, and where
        origins_attr is set copied: shares of the written words.
    RAISES: ValueError for another metric.
    """
    unknown = sorted(set(metrics) - set(METRICS))
    if unknown or not metrics:
        raise ValueError(f"scorer.metrics must be among {', '.join(METRICS)}, got {metrics}")

    return partial(score_targets, metrics=metrics)


def score_targets(
    examples: Iterable[Example],
    *,
    metrics: Sequence[str],
    attr: str = "summary",
    origins_attr: str = "",
    **cfg: Any,
) -> Dict[str, Optional[float]]:
    """RETURNS: scores, None where no example has a gold target. All but length_ratio lie in 0 to 1.

    origins_attr: where the docs say which words were copied. cfg: what else spaCy passes.
    """
    examples = [eg for eg in examples if gold_target(eg.reference, attr)]
    pairs = [_pair(eg, attr) for eg in examples]
    scores: Dict[str, Optional[float]] = {}
    if "rouge" in metrics:
        scores.update(_rouge(pairs))
    if "bleu" in metrics:
        scores.update(_bleu(pairs))
    if "grounded" in metrics:
        scores["grounded"] = _grounded(examples, attr)
    if "statistics" in metrics:
        scores.update(_statistics(pairs, [eg.predicted for eg in examples], origins_attr))
    return scores


def _pair(example: Example, attr: str) -> Scored:
    gold = example.reference.user_data.get("references") or [gold_target(example.reference, attr)]
    return Scored(example.predicted._.get(attr) or "", gold)


def _grounded(examples: Iterable[Example], attr: str) -> Optional[float]:
    """Over all content words together."""
    counts = [grounded_words(eg.predicted._.get(attr) or "", eg.predicted) for eg in examples]
    total = sum(total for _, total in counts)
    if not counts:
        return None
    return sum(known for known, _ in counts) / total if total else 0.0


def _statistics(
    pairs: Sequence[Scored], docs: Sequence[Doc], origins_attr: str
) -> Dict[str, Optional[float]]:
    if not pairs:
        return dict.fromkeys([*STATISTICS, *(["copied"] if origins_attr else [])])
    written, gold = zip(*pairs)
    found = text_statistics(written, gold, [doc.text for doc in docs])
    return {**found, "copied": copied_share(docs, origins_attr)} if origins_attr else found


def _rouge(pairs: Sequence[Scored]) -> Dict[str, Optional[float]]:
    """The best over each text's gold targets, averaged over texts (Lin 2004)."""
    try:
        from rouge_score.rouge_scorer import RougeScorer
    except ImportError as error:
        raise ImportError(
            "Scoring with ROUGE needs a package: pip install 'spacy-rnn[rouge]', or set "
            'scorer.metrics = ["bleu"].'
        ) from error
    scorer = RougeScorer(ROUGES, use_stemmer=True)
    sums = dict.fromkeys(ROUGES, 0.0)
    for pair in pairs:
        each = [scorer.score(gold, pair.written) for gold in pair.gold]
        for name in ROUGES:
            sums[name] += max(score[name].fmeasure for score in each)
    return {name.lower(): sums[name] / len(pairs) if pairs else None for name in ROUGES}


def _bleu(pairs: Sequence[Scored]) -> Dict[str, Optional[float]]:
    """Against the first gold target of each text."""
    try:
        import sacrebleu
    except ImportError as error:
        raise ImportError(
            "Scoring with BLEU needs a package: pip install 'spacy-rnn[bleu]', or set "
            'scorer.metrics = ["rouge"].'
        ) from error
    if not pairs:
        return {"bleu": None, "chrf": None}
    written, gold = [pair.written for pair in pairs], [[pair.gold[0] for pair in pairs]]
    return {
        "bleu": sacrebleu.corpus_bleu(written, gold).score / 100,
        "chrf": sacrebleu.corpus_chrf(written, gold).score / 100,
    }

"""Test scores, computed the same way for every system. All are percentages."""

from typing import Dict, Iterable, List, Optional, Sequence, Tuple

import numpy
from rouge_score.rouge_scorer import RougeScorer
from sklearn.metrics import f1_score
from spacy.scorer import get_ner_prf
from spacy.tokens import Doc
from spacy.training import Example

from spacy_rnn.pipeline.confidence_scores import Judged, expected_calibration_error
from spacy_rnn.pipeline.summarizer.statistics import text_statistics

Scores = Dict[str, float]
ROUGES = ("rouge1", "rouge2", "rougeL")
AVERAGES = ("micro", "macro")
THRESHOLDS = tuple(step / 50 for step in range(1, 50))
# How sure of an entity one may want to be.
CONFIDENCES = (0.4, 0.6, 0.8)
# How often truths are drawn to learn what chance alone does.
DRAWS = 200


def ner(examples: List[Example], train: Iterable[Doc]) -> Scores:
    """Precision, recall, F of exact spans; recall of entities that `train` has not."""
    found = get_ner_prf(examples)
    known = {ent.text.lower() for doc in train for ent in doc.ents}
    gold = hits = 0
    for example in examples:
        predicted = {(ent.start, ent.end, ent.label_) for ent in example.predicted.ents}
        unseen = [ent for ent in example.reference.ents if ent.text.lower() not in known]
        gold += len(unseen)
        hits += sum((ent.start, ent.end, ent.label_) in predicted for ent in unseen)
    scores = {name: 100 * found[name] for name in ("ents_p", "ents_r", "ents_f")}
    return {**scores, "ents_r_unseen": 100 * hits / max(1, gold)}


def surer(examples: Iterable[Example]) -> Scores:
    """Precision and recall of the entities that are at least as probable as each of CONFIDENCES; no
    precision if there are none."""
    chances, correct, gold = _verdicts(examples)
    scores = {}
    for level in CONFIDENCES:
        sure = correct[chances >= level]
        if len(sure):
            scores[f"ents_p_at_{level}"] = 100 * sure.sum() / len(sure)
        scores[f"ents_r_at_{level}"] = 100 * sure.sum() / max(1, gold)
    return scores


def calibrated_error(examples: Iterable[Example]) -> float:
    """The calibration error that entities would show if each of their probabilities were right."""
    return 100 * error_by_chance(_verdicts(examples)[0])


def _verdicts(examples: Iterable[Example]) -> Tuple[numpy.ndarray, numpy.ndarray, int]:
    """RETURNS: the probability of each entity found, whether it is right, how many there are."""
    found, right = [], []
    gold = 0
    for example in examples:
        truth = {(ent.start, ent.end, ent.label_) for ent in example.reference.ents}
        gold += len(truth)
        found += [ent._.confidence for ent in example.predicted.ents]
        right += [(e.start, e.end, e.label_) in truth for e in example.predicted.ents]
    return numpy.array(found), numpy.array(right, dtype=bool), gold


def error_by_chance(chances: numpy.ndarray) -> float:
    """The mean calibration error where each span is right as often as its probability says.

    chances: (spans,). Seeded.
    """
    random = numpy.random.default_rng(0)
    drawn = (Judged(chances, random.random(len(chances)) < chances, 0) for _ in range(DRAWS))
    return float(numpy.mean([expected_calibration_error(judged) for judged in drawn]))


def cats_matrix(docs: Iterable[Doc], labels: Sequence[str]) -> numpy.ndarray:
    """RETURNS: (docs, labels), the value of each label."""
    return numpy.array([[doc.cats.get(label, 0.0) for label in labels] for doc in docs])


def exclusive(gold: numpy.ndarray, scores: numpy.ndarray, labels: Sequence[str]) -> Scores:
    """Accuracy and macro F. With a class `oos`, also accuracy in scope and recall out of scope.

    gold, scores: (docs, labels)
    """
    truth, guess = gold.argmax(axis=1), scores.argmax(axis=1)
    macro = f1_score(truth, guess, average="macro", labels=range(len(labels)), zero_division=0)
    result = {"accuracy": 100 * (truth == guess).mean(), "macro_f": 100 * macro}
    if "oos" in labels:
        out = truth == labels.index("oos")
        result["accuracy_in_scope"] = 100 * (truth == guess)[~out].mean()
        result["recall_out_of_scope"] = 100 * (truth == guess)[out].mean()
    return result


def best_thresholds(gold: numpy.ndarray, scores: numpy.ndarray) -> Dict[str, float]:
    """RETURNS: for micro and for macro F, the one threshold for all labels where it is highest."""
    return {
        average: max(THRESHOLDS, key=lambda at: _f_score(gold, scores, at, average))
        for average in AVERAGES
    }


def multilabel(
    gold: numpy.ndarray, scores: numpy.ndarray, thresholds: Dict[str, float], own: float = 0.5
) -> Scores:
    """Micro and macro F, with the system's own threshold, and each with the one chosen for it on
    dev data.

    Rare labels seldom pass 0.5 in any model: without the second pair the comparison would be one
    of calibration. The macro average, where they count like common ones, wants a lower threshold
    than the micro average.
    """
    usual = {f"{average}_f": _f_score(gold, scores, own, average) for average in AVERAGES}
    tuned = {
        f"{average}_f_tuned": _f_score(gold, scores, at, average)
        for average, at in thresholds.items()
    }
    return {**usual, **tuned}


def _f_score(gold: numpy.ndarray, scores: numpy.ndarray, threshold: float, average: str) -> float:
    return 100 * f1_score(gold, scores >= threshold, average=average, zero_division=0)


def summaries(
    predictions: Iterable[str],
    references: Sequence[Sequence[str]],
    sources: Optional[Iterable[str]] = None,
) -> Scores:
    """ROUGE with stemming, the best over each text's references, averaged over the texts; and what
    the texts are like."""
    predictions = list(predictions)
    scorer = RougeScorer(ROUGES, use_stemmer=True)
    rows = []
    for prediction, targets in zip(predictions, references, strict=True):
        each = [scorer.score(target, prediction) for target in targets]
        rows.append([max(score[name].fmeasure for score in each) for name in ROUGES])
    rouge = dict(zip(ROUGES, numpy.mean(rows, axis=0)))
    return {
        **{name.lower(): 100 * float(value) for name, value in rouge.items()},
        **_percentages(text_statistics(predictions, references, sources)),
    }


def translations(
    predictions: List[str], references: List[str], sources: Optional[Iterable[str]] = None
) -> Scores:
    """BLEU and chrF as sacreBLEU computes them, and what the texts are like."""
    import sacrebleu

    options = [[reference] for reference in references]
    return {
        "bleu": sacrebleu.corpus_bleu(predictions, [references]).score,
        "chrf": sacrebleu.corpus_chrf(predictions, [references]).score,
        **_percentages(text_statistics(predictions, options, sources)),
    }


def _percentages(shares: Scores) -> Scores:
    return {name: 100 * share for name, share in shares.items()}

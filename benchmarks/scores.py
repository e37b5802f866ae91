"""Test scores, computed the same way for every system. All are percentages."""

from typing import Dict, Iterable, List, Optional, Sequence

import numpy
from rouge_score.rouge_scorer import RougeScorer
from sklearn.metrics import f1_score
from spacy.scorer import get_ner_prf
from spacy.tokens import Doc
from spacy.training import Example

from spacy_rnn.pipeline.summarizer.statistics import text_statistics

Scores = Dict[str, float]
ROUGES = ("rouge1", "rouge2", "rougeL")


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


def best_threshold(gold: numpy.ndarray, scores: numpy.ndarray) -> float:
    """RETURNS: the one threshold for all labels with the highest macro F on dev data."""
    grid = [step / 50 for step in range(1, 50)]
    return max(grid, key=lambda t: f1_score(gold, scores >= t, average="macro", zero_division=0))


def multilabel(gold: numpy.ndarray, scores: numpy.ndarray, threshold: float) -> Scores:
    """Micro and macro F, with the usual threshold 0.5 and with one chosen on dev data.

    Rare labels seldom pass 0.5 in any model: without the second pair the comparison would be one
    of calibration.
    """
    result = {}
    for suffix, at in (("", 0.5), ("_tuned", threshold)):
        for average in ("micro", "macro"):
            value = f1_score(gold, scores >= at, average=average, zero_division=0)
            result[f"{average}_f{suffix}"] = 100 * value
    return result


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

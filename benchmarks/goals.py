"""What our own figures must reach, and whether they do."""

from collections import defaultdict
from statistics import fmean
from typing import Dict, List, Optional, Tuple

OURS = "spacy-rnn"
# The same config with word vectors of the project's own: to be better than without them.
WITH_VECTORS = "spacy-rnn-vectors"
# The config for an hour or two of training.
LARGE = "spacy-rnn-large"
# Goes on from a summarizer of other texts: to be better than without it.
TRANSFER = "spacy-rnn-transfer"
WITH_MORE = (WITH_VECTORS, TRANSFER)
ALL_OURS = (OURS, WITH_VECTORS, LARGE, TRANSFER)
# (task, corpus, metric): the points above the best peer that are wanted.
ABOVE_PEERS: Dict[Tuple[str, str, str], float] = {
    ("ner", "bc5cdr", "ents_f"): 3.0,
    ("ner", "ncbi_disease", "ents_f"): 3.0,
    ("ner", "broad_twitter", "ents_f"): 3.0,
    ("ner", "wnut17", "ents_f"): 4.0,
    ("textcat", "banking77", "accuracy"): 0.0,
    ("textcat", "banking77_10", "accuracy"): 0.0,
    ("textcat", "clinc150", "accuracy_in_scope"): 0.0,
    ("textcat", "clinc150", "recall_out_of_scope"): 0.0,
    ("textcat_multilabel", "goemotions", "macro_f_tuned"): 0.0,
    ("textcat_multilabel", "arxiv", "micro_f_tuned"): 0.0,
    ("textcat_multilabel", "arxiv", "macro_f_tuned"): 0.0,
    ("summarize", "scitldr", "rouge1"): 0.0,
}
# Where only one peer counts: little data shall not make us worse than the plain bag of words, nor
# than the lead. (An oracle has seen the summaries.)
ONLY_PEER: Dict[Tuple[str, str], str] = {
    ("textcat", "banking77_10"): "spacy-bow",
    ("summarize", "scitldr"): "first-sentence",
}
# (system, task, corpus, metric): what must be reached whatever the peers do, at 900 CPU seconds, by
# the large config at 10,800. BLEU 18 is wanted at 900 and 30 at 10,800: 900 turned out to do.
ABSOLUTE: Dict[Tuple[str, str, str, str], float] = {
    (OURS, "summarize", "arxiv", "rouge1"): 39.5,
    (OURS, "summarize", "arxiv", "rouge2"): 20.5,
    (OURS, "summarize", "arxiv", "rougel"): 35.5,
    (OURS, "translate", "tatoeba", "bleu"): 30.0,
    (LARGE, "summarize", "arxiv", "rouge1"): 43.0,
    (LARGE, "summarize", "arxiv", "rouge2"): 23.0,
    (LARGE, "summarize", "arxiv", "rougel"): 39.0,
}
# (task, corpus, metric): errors, which must not be larger.
AT_MOST: Dict[Tuple[str, str, str], float] = {
    ("ner", "bc5cdr", "ents_ece"): 5.0,
    ("ner", "wnut17", "ents_ece"): 5.0,
}
# (task, metric): the peer whose own figure must not be exceeded.
AT_MOST_OF: Dict[Tuple[str, str], str] = {("ner", "train_cpu"): "spacy-cnn"}


def judge(rows: List[dict]) -> List[dict]:
    """Fill in `target`, `met` and `peer` of our rows. A peer counts if its budget was no larger.

    Means over the seeds are compared: all rows of a run that differ in the seed alone bear the
    same verdict.
    """
    return [{**row, **_verdict(row, rows)} for row in rows]


def _verdict(row: dict, rows: List[dict]) -> dict:
    target, peer = _target(row, rows)
    lead = 0.0 if target is None else _means(rows, row)[row["system"], row["budget"]] - target
    if _is_cost(row):
        lead = -lead
    return {
        "target": target,
        "met": None if target is None else lead >= 0.0,
        "peer": peer,
    }


def _target(row: dict, rows: List[dict]) -> Tuple[Optional[float], Optional[str]]:
    if row["system"] not in ALL_OURS:
        return None, None
    metric = (row["task"], row["corpus"], row["metric"])
    limit = ABSOLUTE.get((row["system"], *metric), AT_MOST.get(metric))
    if limit is not None:
        return limit, None
    cheap = AT_MOST_OF.get((row["task"], row["metric"]))
    if cheap and row["system"] == OURS:
        cost = _means(rows, row).get((cheap, row["budget"]))
        return cost, None if cost is None else cheap
    if metric not in ABOVE_PEERS:
        return None, None
    above = 0.0 if row["system"] in WITH_MORE else ABOVE_PEERS[metric]
    peers = [
        (mean, system)
        for (system, budget), mean in _means(rows, row).items()
        if _is_peer(system, row) and budget <= row["budget"]
    ]
    if not peers:
        return None, None
    best, system = max(peers)
    return round(best + above, 2), system


def _is_cost(row: dict) -> bool:
    limited = (row["task"], row["corpus"], row["metric"]) in AT_MOST
    return limited or (row["task"], row["metric"]) in AT_MOST_OF


def _means(rows: List[dict], like: dict) -> Dict[Tuple[str, float], float]:
    """Of a corpus and metric: the mean over the seeds of each system and budget."""
    runs = defaultdict(list)
    for row in rows:
        if all(row[name] == like[name] for name in ("task", "corpus", "metric")):
            runs[row["system"], row["budget"]].append(row["value"])
    return {run: round(fmean(values), 2) for run, values in runs.items()}


def _is_peer(other: str, row: dict) -> bool:
    if row["system"] in WITH_MORE:
        return other == OURS
    only = ONLY_PEER.get((row["task"], row["corpus"]), other)
    return other == only and other not in ALL_OURS

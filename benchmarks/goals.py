"""What our own figures must reach, and whether they do."""

from typing import Dict, List, Optional, Tuple

OURS = "spacy-rnn"
# The same config with word vectors of the project's own: to be better than without them.
WITH_VECTORS = "spacy-rnn-vectors"
# (task, corpus): the metric that counts, and the points above the best peer that are wanted.
ABOVE_PEERS: Dict[Tuple[str, str], Tuple[str, float]] = {
    ("ner", "bc5cdr"): ("ents_f", 3.0),
    ("ner", "ncbi_disease"): ("ents_f", 3.0),
    ("ner", "broad_twitter"): ("ents_f", 3.0),
    ("ner", "wnut17"): ("ents_f", 4.0),
    ("textcat", "banking77"): ("accuracy", 0.0),
    ("textcat", "banking77_10"): ("accuracy", 0.0),
    ("textcat", "clinc150"): ("accuracy_in_scope", 0.0),
    ("textcat_multilabel", "goemotions"): ("macro_f_tuned", 0.0),
    ("textcat_multilabel", "arxiv"): ("macro_f_tuned", 0.0),
}
# Where only one peer counts: little data shall not make us worse than the plain bag of words.
ONLY_PEER: Dict[Tuple[str, str], str] = {("textcat", "banking77_10"): "spacy-bow"}
# (task, corpus, metric): what must be reached whatever the peers do, at 900 CPU seconds.
ABSOLUTE: Dict[Tuple[str, str, str], float] = {
    ("summarize", "arxiv", "rouge1"): 39.5,
    ("summarize", "arxiv", "rouge2"): 20.5,
    ("summarize", "arxiv", "rougel"): 35.5,
    ("translate", "tatoeba", "bleu"): 18.0,
}
# The same for errors: what must not be passed.
AT_MOST: Dict[Tuple[str, str, str], float] = {
    ("ner", "bc5cdr", "ents_ece"): 5.0,
    ("ner", "wnut17", "ents_ece"): 5.0,
}


def judge(rows: List[dict]) -> List[dict]:
    """Fill in `target`, `met` and `peer` of our rows. A peer counts if its budget was no larger."""
    return [{**row, **_verdict(row, rows)} for row in rows]


def _verdict(row: dict, rows: List[dict]) -> dict:
    target, peer = _target(row, rows)
    lead = 0.0 if target is None else row["value"] - target
    if (row["task"], row["corpus"], row["metric"]) in AT_MOST:
        lead = -lead
    return {
        "target": target,
        "met": None if target is None else lead >= 0.0,
        "peer": peer,
    }


def _target(row: dict, rows: List[dict]) -> Tuple[Optional[float], Optional[str]]:
    key = (row["task"], row["corpus"])
    if row["system"] not in (OURS, WITH_VECTORS):
        return None, None
    for limits in (ABSOLUTE, AT_MOST):
        if (*key, row["metric"]) in limits:
            return limits[(*key, row["metric"])], None
    if ABOVE_PEERS.get(key, (None,))[0] != row["metric"]:
        return None, None
    above = 0.0 if row["system"] == WITH_VECTORS else ABOVE_PEERS[key][1]
    peers = [
        other
        for other in rows
        if _is_peer(other["system"], row["system"])
        and other["system"] == ONLY_PEER.get(key, other["system"])
        and all(other[name] == row[name] for name in ("task", "corpus", "metric", "seed"))
        and other["budget"] <= row["budget"]
    ]
    if not peers:
        return None, None
    best = max(peers, key=lambda other: other["value"])
    return round(best["value"] + above, 2), best["system"]


def _is_peer(other: str, system: str) -> bool:
    return other == OURS if system == WITH_VECTORS else other not in (OURS, WITH_VECTORS)

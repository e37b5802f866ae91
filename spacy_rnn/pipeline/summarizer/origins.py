"""Where each word of a written text comes from, small enough to travel with a Doc."""

from __future__ import annotations

import zlib
from typing import Any, Dict, Iterable, List, NamedTuple

import numpy as np
from spacy.tokens import Doc

from .target_text import Summary


class Origins(NamedTuple):
    """The words of one written text, n of them, about a source of which S tokens were read.

    probabilities: (n,). copied: (n,) the share of copying in each probability.
    rows: (n,) the source token behind each word, -1 for none.
    attention: (n, S) where the decoder looked; each row sums to 1.
    """

    words: List[str]
    probabilities: np.ndarray
    copied: np.ndarray
    rows: np.ndarray
    attention: np.ndarray


def pack_origins(summary: Summary) -> Dict[str, Any]:
    """Half-precision bytes that `Doc.to_bytes` and `DocBin` can store."""
    probabilities = np.exp(summary.log_probs)
    return {
        "words": list(summary.words),
        "probabilities": probabilities.astype("<f2").tobytes(),
        "copied": np.asarray(summary.copied, dtype="<f2").tobytes(),
        "rows": np.asarray(summary.rows, dtype="<i4").tobytes(),
        # Compressed: most of it is nearly zero.
        "attention": zlib.compress(summary.attention.astype("<f2").tobytes()),
    }


def read_origins(doc: Doc, attr: str) -> Origins:
    """Unpack `doc._.<attr>`, to three decimals. RAISES: ValueError where nothing was stored."""
    packed = doc._.get(attr) if doc.has_extension(attr) else None
    if packed is None:
        raise ValueError(
            f"doc._.{attr} is empty: set origins_attr = {attr!r} in the config of the "
            "rnn_summarizer, and run the pipeline on the doc."
        )
    count = len(packed["words"])
    attention = np.frombuffer(zlib.decompress(packed["attention"]), dtype="<f2").astype("float32")
    return Origins(
        list(packed["words"]),
        np.frombuffer(packed["probabilities"], dtype="<f2").astype("float32"),
        np.frombuffer(packed["copied"], dtype="<f2").astype("float32"),
        np.frombuffer(packed["rows"], dtype="<i4").astype("int64"),
        attention.reshape(count, -1) if count else attention.reshape(0, 0),
    )


def copied_share(docs: Iterable[Doc], attr: str) -> float:
    """RETURNS: of all words written about the docs, the share that comes from the source more than
    from the vocabulary."""
    written = [read_origins(doc, attr).copied for doc in docs if doc._.get(attr)]
    words = sum(map(len, written))
    return sum(int((copied > 0.5).sum()) for copied in written) / words if words else 0.0

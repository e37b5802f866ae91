"""Taggers over any `tok2vec`: each token's vector, then a conditional random field."""

from __future__ import annotations

from itertools import groupby
from typing import Callable, List, Optional, Tuple

from spacy.tokens import Doc
from thinc.api import Model
from thinc.layers.chain import forward as forward_chain
from thinc.layers.chain import init as init_chain
from thinc.types import Floats2d

from ..layers.crf import CRFHead, join, resize
from ..layers.long_texts import reads_in_chunks, vectors_in_chunks
from ..nn.crf import CRFScores


def CRFTagger(
    tok2vec: Model[List[Doc], List[Floats2d]], nO: Optional[int] = None
) -> Model[List[Doc], CRFScores]:
    """A linear-chain CRF (Lample et al. 2016 when `tok2vec` is a BiLSTM).

    tok2vec: one vector per token; `spacy.Tok2VecListener.v1` shares an encoder.
    nO: number of tags. The component sets it from its labels.
    RAISES: ValueError naming the setting.
    """
    if nO is not None and nO < 1:
        raise ValueError(f"model.nO must be at least 1, or left to the component, got {nO}")
    width = tok2vec.get_dim("nO") if tok2vec.has_dim("nO") else None
    head = CRFHead(nO, width)
    model: Model[List[Doc], CRFScores] = Model(
        f"{tok2vec.name}>>{head.name}",
        forward,
        init=init_chain,
        layers=[tok2vec, head],
        dims={"nO": nO},
    )
    model.set_ref("tok2vec", tok2vec)
    model.set_ref("output_layer", head)
    model.attrs["resize_output"] = resize_output
    return model


def forward(
    model: Model[List[Doc], CRFScores], docs: List[Doc], is_train: bool
) -> Tuple[CRFScores, Callable]:
    """Score the tags of docs. Very long ones are read in chunks, with the same result."""
    tok2vec, head = model.layers
    long = [not is_train and reads_in_chunks(tok2vec, doc) for doc in docs]
    if not any(long):
        return forward_chain(model, docs, is_train)
    parts = []
    for is_long, group in groupby(zip(docs, long), key=lambda item: item[1]):
        batch = [doc for doc, _ in group]
        if is_long:
            parts += [head.predict([v]) for doc in batch for v in vectors_in_chunks(tok2vec, doc)]
        else:
            parts.append(head.predict(tok2vec.predict(batch)))
    return join(parts, [len(doc) for doc in docs]), lambda d_scores: docs


def resize_output(model: Model[List[Doc], CRFScores], nO: int) -> None:
    """Set the number of tags, keeping what was learned for the first ones."""
    resize(model.get_ref("output_layer"), nO)
    model.set_dim("nO", nO, force=True)

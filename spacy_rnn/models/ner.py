"""Taggers over any `tok2vec`: each token's vector, then a conditional random field."""

from __future__ import annotations

from typing import List, Optional

from spacy.tokens import Doc
from thinc.api import Model, chain
from thinc.types import Floats2d

from ..layers.crf import CRFHead, resize
from ..nn.crf import CRFScores


def CRFTagger(
    tok2vec: Model[List[Doc], List[Floats2d]], nO: Optional[int] = None
) -> Model[List[Doc], CRFScores]:
    """A linear-chain CRF (Lample et al. 2016 when `tok2vec` is a BiLSTM).

    tok2vec: one vector per token; `spacy.Tok2VecListener.v1` shares an encoder.
    nO: number of tags. The component sets it from its labels.
    """
    width = tok2vec.get_dim("nO") if tok2vec.has_dim("nO") else None
    head = CRFHead(nO, width)
    model = chain(tok2vec, head)
    model.set_ref("tok2vec", tok2vec)
    model.set_ref("output_layer", head)
    model.attrs["resize_output"] = resize_output
    return model


def resize_output(model: Model[List[Doc], CRFScores], nO: int) -> None:
    """Set the number of tags, keeping what was learned for the first ones."""
    resize(model.get_ref("output_layer"), nO)
    model.set_dim("nO", nO, force=True)

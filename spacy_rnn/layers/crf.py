"""The head of a sequence tagger: vectors in, the scores of a conditional random field out."""

from __future__ import annotations

from typing import Callable, List, Optional, Sequence, Tuple

import torch
from thinc.api import Model
from thinc.types import Floats2d

from ..nn.crf import CRF, CRFScores
from ..nn.ragged import Ragged
from .torch_bridge import (
    build_module,
    call,
    gradient_of,
    is_built,
    module_of,
    send_back,
    to_list,
    to_ragged,
    torch_model,
)


def CRFHead(nO: Optional[int] = None, nI: Optional[int] = None) -> Model[List[Floats2d], CRFScores]:
    """Linear emissions and pair scores: sequences of (T_i, nI) -> scores of nO tags.

    nO: number of tags, if it is known; otherwise `resize` must set it before initialization.
    nI: input width, taken from the data if not given.
    """
    return torch_model("crf", forward, CRF, init=init, dims={"nO": nO, "nI": nI})


def init(model: Model, X: Optional[List[Floats2d]] = None, Y: Optional[CRFScores] = None) -> Model:
    if X:
        model.set_dim("nI", X[0].shape[1])
    build_module(model, input_width=model.get_dim("nI"), tags=model.get_dim("nO"))
    return model


def resize(model: Model, tags: int) -> None:
    """Set the number of tags. Weights there are stay with the first tags; new tags start fresh."""
    model.set_dim("nO", tags, force=True)
    if is_built(model):
        old = module_of(model)
        build_module(model, input_width=model.get_dim("nI"), tags=tags).copy_rows(old)


def join(parts: Sequence[CRFScores], lengths: Sequence[int]) -> CRFScores:
    """The same rows, one part after the other, as sequences of other lengths (n,)."""
    emissions = torch.cat([part.emissions for part in parts])
    return parts[0]._replace(emissions=emissions, lengths=torch.tensor(lengths))


def forward(
    model: Model, Xs: List[Floats2d], is_train: bool
) -> Tuple[CRFScores, Callable[[CRFScores], List[Floats2d]]]:
    """Score sequences of (T_i, nI). backprop takes the gradient of every score."""
    rows = to_ragged(model, Xs or [model.ops.alloc2f(0, model.get_dim("nI"))], is_train)
    scores = call(model, Ragged(rows.data, rows.lengths[: len(Xs)]), is_train=is_train)

    def backprop(d_scores: CRFScores) -> List[Floats2d]:
        send_back(scores[:4], d_scores[:4])
        return to_list(gradient_of(rows.data), rows.lengths)

    return scores, backprop

"""A linear classifier over n-grams for Thinc: bags of row numbers in, classes out."""

from __future__ import annotations

from functools import partial
from typing import Callable, List, NamedTuple, Optional, Tuple

import numpy as np
from thinc.api import Model
from thinc.types import Floats2d

from ..nn.bag_of_ngrams import BagOfNgrams
from .classifier import probabilities
from .torch_bridge import (
    build_module,
    call,
    is_built,
    module_of,
    ragged_rows,
    send_back,
    to_array,
    to_tensor,
    torch_model,
)


class Bag(NamedTuple):
    """The different n-grams of a text.

    rows: (n,) int64, of the table that they are hashed into. weights: (n,) float32.
    """

    rows: np.ndarray
    weights: np.ndarray


def BagOfNgramsHead(
    rows: int, exclusive: bool, gives_logits: bool, nO: Optional[int] = None
) -> Model[List[Bag], Floats2d]:
    """nO classes of each text, from its n-grams.

    backprop takes the gradient of the loss by the logits, as `ClassifierHead`'s does.

    rows: of the table.
    exclusive: softmax over the classes; otherwise a sigmoid for each.
    gives_logits: leave both out.
    """
    return torch_model(
        "bag_of_ngrams",
        forward,
        partial(BagOfNgrams, rows=rows),
        init=init,
        dims={"nO": nO},
        attrs={"exclusive": exclusive, "gives_logits": gives_logits},
    )


def init(model: Model, X: Optional[List[Bag]] = None, Y: Optional[Floats2d] = None) -> Model:
    if Y is not None:
        model.set_dim("nO", Y.shape[1], force=True)
    build_module(model, classes=model.get_dim("nO"))
    return model


def forward(
    model: Model, Xs: List[Bag], is_train: bool
) -> Tuple[Floats2d, Callable[[Floats2d], List[Bag]]]:
    """RETURNS: (n, nO)."""
    if not Xs:
        return model.ops.alloc2f(0, model.get_dim("nO")), lambda d_scores: []
    rows, weights = (np.concatenate(parts) for parts in zip(*Xs))
    bags = ragged_rows(model, rows, [len(X.rows) for X in Xs])
    lengths = bags.lengths.to(bags.data.device)
    weights = to_tensor(model.ops.asarray1f(weights))
    logits = call(model, bags.data, is_train=is_train, lengths=lengths, weights=weights)

    def backprop(d_logits: Floats2d) -> List[Bag]:
        send_back([logits], [to_tensor(model.ops.asarray2f(d_logits))])
        return Xs

    scores = to_array(logits)
    if not model.attrs["gives_logits"]:
        scores = probabilities(model, scores, model.attrs["exclusive"])
    return scores, backprop


def resize(model: Model, classes: int) -> None:
    """Grow to `classes` classes in all, keeping what was learned of the present ones."""
    model.set_dim("nO", classes, force=True)
    if is_built(model):
        old = module_of(model)
        build_module(model, classes=classes).copy_classes(old)

"""A linear classifier over n-grams for Thinc: lists of row numbers in, classes out."""

from __future__ import annotations

from functools import partial
from typing import Callable, List, Optional, Tuple

from thinc.api import Model
from thinc.types import Floats2d, Ints1d

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


def BagOfNgramsHead(
    rows: int, exclusive: bool, gives_logits: bool, nO: Optional[int] = None
) -> Model[List[Ints1d], Floats2d]:
    """nO classes of each text, from the row numbers of its n-grams.

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


def init(model: Model, X: Optional[List[Ints1d]] = None, Y: Optional[Floats2d] = None) -> Model:
    if Y is not None:
        model.set_dim("nO", Y.shape[1], force=True)
    build_module(model, classes=model.get_dim("nO"))
    return model


def forward(
    model: Model, Xs: List[Ints1d], is_train: bool
) -> Tuple[Floats2d, Callable[[Floats2d], List[Ints1d]]]:
    """RETURNS: (n, nO)."""
    if not Xs:
        return model.ops.alloc2f(0, model.get_dim("nO")), lambda d_scores: []
    xp = model.ops.xp
    bags = ragged_rows(model, xp.concatenate(Xs), [len(X) for X in Xs])
    lengths = bags.lengths.to(bags.data.device)
    logits = call(model, bags.data, is_train=is_train, lengths=lengths)

    def backprop(d_logits: Floats2d) -> List[Ints1d]:
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

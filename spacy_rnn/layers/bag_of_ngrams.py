"""A linear classifier over n-grams for Thinc: bags of hashed n-grams in, classes out."""

from __future__ import annotations

from typing import Callable, NamedTuple, Optional, Tuple

import numpy as np
from thinc.api import Model
from thinc.types import Floats2d

from ..nn.bag_of_ngrams import BagOfNgrams
from .bucket_rows import BucketRows
from .classifier import probabilities
from .torch_bridge import (
    build_module,
    call,
    is_built,
    module_of,
    note_sizes,
    ragged_rows,
    send_back,
    to_array,
    to_tensor,
    torch_model,
)


class Bags(NamedTuple):
    """The different n-grams of each text, text by text.

    buckets: (t,) int64, what they are hashed into. weights: (t,) float32.
    lengths: (n,) int64, how many each text has.
    """

    buckets: np.ndarray
    weights: np.ndarray
    lengths: np.ndarray


def BagOfNgramsHead(
    buckets: int, exclusive: bool, gives_logits: bool, nO: Optional[int] = None
) -> Model[Bags, Floats2d]:
    """nO classes of each text, from its n-grams.

    backprop takes the gradient of the loss by the logits, as `ClassifierHead`'s does.

    buckets: of the n-grams. One gets weights when training first meets it, and counts nothing till
        then.
    exclusive: softmax over the classes; otherwise a sigmoid for each.
    gives_logits: leave both out.
    """
    return torch_model(
        "bag_of_ngrams",
        forward,
        BagOfNgrams,
        init=init,
        dims={"nO": nO},
        attrs={
            "exclusive": exclusive,
            "gives_logits": gives_logits,
            "rows": BucketRows(buckets),
        },
    )


def init(model: Model, X: Optional[Bags] = None, Y: Optional[Floats2d] = None) -> Model:
    if Y is not None:
        model.set_dim("nO", Y.shape[1], force=True)
    model.attrs["rows"] = BucketRows(model.attrs["rows"].buckets)
    build_module(model, classes=model.get_dim("nO"), blocks=1)
    return model


def forward(model: Model, X: Bags, is_train: bool) -> Tuple[Floats2d, Callable[[Floats2d], Bags]]:
    """RETURNS: (n, nO)."""
    if not len(X.lengths):
        return model.ops.alloc2f(0, model.get_dim("nO")), lambda d_scores: X
    rows = learn(model, X.buckets) if is_train else model.attrs["rows"].find(X.buckets)
    bags = ragged_rows(model, rows, X.lengths)
    lengths = bags.lengths.to(bags.data.device)
    weights = to_tensor(model.ops.asarray1f(X.weights))
    logits = call(model, bags.data, is_train=is_train, lengths=lengths, weights=weights)

    def backprop(d_logits: Floats2d) -> Bags:
        send_back([logits], [to_tensor(model.ops.asarray2f(d_logits))])
        return X

    scores = to_array(logits)
    if not model.attrs["gives_logits"]:
        scores = probabilities(model, scores, model.attrs["exclusive"])
    return scores, backprop


def learn(model: Model, buckets: np.ndarray) -> np.ndarray:
    """Give rows to new buckets. RETURNS: (n,) int64, the row of each."""
    table, known = model.attrs["rows"], len(model.attrs["rows"])
    rows = table.learn(buckets)
    if len(table) > known:
        note_sizes(model, blocks=module_of(model).ngrams.grow(len(table)))
    return rows


def resize(model: Model, classes: int) -> None:
    """Grow to `classes` classes in all, keeping what was learned of the present ones."""
    model.set_dim("nO", classes, force=True)
    if is_built(model):
        old = module_of(model)
        build_module(model, classes=classes, blocks=old.ngrams.blocks).copy_classes(old)

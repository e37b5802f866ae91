"""Two classifiers of the same classes, each with its own supervision, voting with their logits."""

from __future__ import annotations

from typing import Callable, List, Optional, Tuple

from thinc.api import Model
from thinc.types import Floats2d

# A probability this close to its target leaves no gradient to share out.
SATURATED = 1e-6
# Keeps the logit of a probability of 0 or 1 finite.
SMALLEST = 1e-7


def Ensemble(first: Model, second: Model, exclusive: bool) -> Model:
    """The normalised geometric mean of two models' probabilities.

    Each part is trained as if it were alone: neither can lean on the other, nor leave the other
    without a gradient, as happens where only the sum is supervised.

    first, second: models of (n, classes) probabilities whose backprop takes (p - y), up to a
        positive factor for each value.
    exclusive: whether the classes of a text sum to one.
    """
    return Model(
        "ensemble",
        forward,
        init=init,
        layers=[first, second],
        dims={"nO": None},
        attrs={"exclusive": exclusive},
    )


def init(model: Model, X: Optional[List] = None, Y: Optional[Floats2d] = None) -> Model:
    for part in model.layers:
        part.initialize(X=X, Y=Y)
    if Y is not None:
        model.set_dim("nO", Y.shape[1], force=True)
    return model


def forward(model: Model, X: List, is_train: bool) -> Tuple[Floats2d, Callable[[Floats2d], List]]:
    """RETURNS: (n, classes) probabilities."""
    parts, backprops = zip(*(part(X, is_train) for part in model.layers))
    joint = _vote(model, parts)

    def backprop(d_joint: Floats2d) -> List:
        target = (d_joint < 0).astype("f")
        error = joint - target
        saturated = abs(error) < SATURATED
        weight = model.ops.xp.where(saturated, 0.0, d_joint / (error + saturated))
        for part, step in zip(parts, backprops):
            step(((part - target) * weight).astype("f"))
        return X

    return joint, backprop


def _vote(model: Model, parts: Tuple[Floats2d, ...]) -> Floats2d:
    xp = model.ops.xp
    clipped = [xp.clip(part, SMALLEST, 1.0 - SMALLEST) for part in parts]
    if model.attrs["exclusive"]:
        return model.ops.softmax(sum(xp.log(p) for p in clipped) / len(clipped))
    return model.ops.sigmoid(sum(xp.log(p) - xp.log1p(-p) for p in clipped) / len(clipped))

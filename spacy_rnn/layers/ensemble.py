"""Two classifiers of the same classes, each with its own supervision, voting with their logits."""

from __future__ import annotations

from typing import Callable, List, Optional, Tuple, Union

from thinc.api import Model
from thinc.types import Floats2d

from .classifier import SMALLEST, probabilities

# What tells a gradient by the logits: an array, or a function of any probabilities.
Supervision = Union[Floats2d, Callable[[Floats2d], Floats2d]]


def Ensemble(classifier: Model, linear: Model, exclusive: bool) -> Model:
    """The normalised geometric mean of two models' probabilities.

    Each part is trained as if it were alone: neither can lean on the other, nor leave the other
    without a gradient, as happens where only the sum is supervised.

    classifier: (n, classes) probabilities, with a backprop that takes the gradient of the logits.
    linear: (n, classes) logits.
    exclusive: whether the classes of a text sum to one.

    attrs["share"] is the first one's share of the vote, between 0 and 1.
    """
    return Model(
        "ensemble",
        forward,
        init=init,
        layers=[classifier, linear],
        dims={"nO": None},
        attrs={"exclusive": exclusive, "supervises_parts": True, "share": 0.5},
    )


def init(model: Model, X: Optional[List] = None, Y: Optional[Floats2d] = None) -> Model:
    classifier, linear = model.layers
    classifier.initialize(X=X, Y=Y)
    # spaCy's n-grams cannot be counted in a sample of which every text is empty.
    linear.initialize(X=_filled(X or []) or None, Y=Y)
    if Y is not None:
        model.set_dim("nO", Y.shape[1], force=True)
    return model


def forward(
    model: Model, X: List, is_train: bool
) -> Tuple[Floats2d, Callable[[Supervision], List]]:
    """RETURNS: (n, classes) probabilities. backprop takes the loss's gradient by the logits as a
    function of probabilities, which it asks about each part; or p - y as spaCy's components send
    it, from which it reads the truth y, unknown where p - y is 0.
    """
    first, backprop_first = model.layers[0](X, is_train)
    logits, backprop_linear = _read_filled(model.layers[1], X, is_train, first.shape[1])
    backprops = (backprop_first, backprop_linear)
    parts = (first, probabilities(model, logits, model.attrs["exclusive"]))
    joint = vote(model, parts, model.attrs["share"])

    def backprop(supervision: Supervision) -> List:
        judge = supervision if callable(supervision) else _cross_entropy(joint, supervision)
        for part, step in zip(parts, backprops):
            step(judge(part).astype("f"))
        return X

    return joint, backprop


def _cross_entropy(joint: Floats2d, d_joint: Floats2d) -> Callable[[Floats2d], Floats2d]:
    truths, known = joint - d_joint, d_joint != 0
    return lambda part: (part - truths) * known


def _filled(X: List) -> List:
    return [text for text in X if len(text)]


def _read_filled(
    linear: Model, X: List, is_train: bool, classes: int
) -> Tuple[Floats2d, Callable[[Floats2d], None]]:
    """Logits of all texts, 0 for those without tokens: spaCy's n-grams cannot read them."""
    rows = [i for i, text in enumerate(X) if len(text)]
    logits = linear.ops.alloc2f(len(X), classes)
    if not rows:
        return logits, lambda d_logits: None
    logits[rows], backprop = linear(_filled(X), is_train)
    return logits, lambda d_logits: backprop(linear.ops.as_contig(d_logits[rows]))


def ballots(model: Model, X: List) -> Tuple[Floats2d, Floats2d]:
    """What each of the two says by itself: probabilities (n, classes) both."""
    classifier, linear = model.layers
    first = classifier.predict(X)
    logits, _ = _read_filled(linear, X, False, first.shape[1])
    return first, probabilities(model, logits, model.attrs["exclusive"])


def vote(model: Model, parts: Tuple[Floats2d, Floats2d], share: float) -> Floats2d:
    """The probabilities (n, classes) of both together. share: of the first one."""
    xp = model.ops.xp
    first, second = (xp.clip(part, SMALLEST, 1.0 - SMALLEST) for part in parts)
    logits = share * xp.log(first) + (1.0 - share) * xp.log(second)
    if model.attrs["exclusive"]:
        return model.ops.softmax(logits)
    return model.ops.sigmoid(logits - share * xp.log1p(-first) - (1.0 - share) * xp.log1p(-second))

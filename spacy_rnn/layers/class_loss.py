"""The loss of classes on the arrays of a component."""

from __future__ import annotations

from typing import List, Tuple

from thinc.api import Model
from thinc.types import Floats2d

from ..nn.class_loss import ClassLoss
from .torch_bridge import to_array, to_tensor


def class_loss(
    model: Model,
    probabilities: Floats2d,
    truths: Floats2d,
    *,
    exclusive: bool,
    weights: List[float],
    focal_gamma: float,
    label_smoothing: float,
) -> Tuple[Floats2d, Floats2d]:
    """RETURNS: loss and gradient by the logits, both (n, classes), as `ClassLoss` defines them."""
    ops = model.ops
    loss = ClassLoss(exclusive, to_tensor(ops.asarray1f(weights)), focal_gamma, label_smoothing)
    losses, gradient = loss(
        to_tensor(ops.asarray2f(probabilities)), to_tensor(ops.asarray2f(truths))
    )
    return to_array(losses), to_array(gradient)

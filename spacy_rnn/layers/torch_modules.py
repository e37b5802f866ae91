"""The torch modules inside Thinc models, for those who watch or change them from outside."""

from __future__ import annotations

from typing import Iterator, List

from thinc.api import Model
from thinc.shims import PyTorchShim
from torch import nn

from .torch_shim import LastStep, TorchShim


def modules_in(model: Model) -> Iterator[nn.Module]:
    """Every torch module in a model that has weights, those of other packages too."""
    for node in model.walk():
        for shim in node.shims:
            if isinstance(shim, (TorchShim, PyTorchShim)) and shim._model is not None:
                yield shim._model


def last_steps(model: Model) -> List[LastStep]:
    """The last update of every torch module in the model that an optimizer of Thinc's has moved."""
    shims = (shim for node in model.walk() for shim in node.shims)
    return [s.last_step for s in shims if isinstance(s, TorchShim) and s.last_step is not None]


def check_weights(model: Model) -> None:
    """RAISES: NonFiniteError naming a weight of ours in the model that is NaN or infinite."""
    for node in model.walk():
        for shim in node.shims:
            if isinstance(shim, TorchShim) and shim._model is not None:
                shim.check_weights()

"""The gradients that wait for the next step of the optimizer, kept to come back to them."""

from __future__ import annotations

from typing import Dict, List, Tuple

from thinc.api import Model
from thinc.types import FloatsXd
from torch import Tensor

from .torch_modules import modules_in


class PendingGradients:
    """What some models' gradients are now. Where there are none, as after a step, it costs nothing.

    models: with the layers of Thinc and the torch modules below them.
    """

    def __init__(self, models: List[Model]) -> None:
        self._models = models
        self._torch: Dict[int, Tensor] = {}
        self._thinc: Dict[Tuple[int, str], FloatsXd] = {}
        for model in models:
            for module in modules_in(model):
                for weight in module.parameters():
                    if weight.grad is not None:
                        self._torch[id(weight)] = weight.grad.clone()
            for node in model.walk():
                for name in node.grad_names:
                    self._thinc[node.id, name] = node.get_grad(name).copy()

    def restore(self) -> None:
        """Forget what has been added since. What was kept is handed over, not copied again."""
        for model in self._models:
            for module in modules_in(model):
                for weight in module.parameters():
                    kept = self._torch.get(id(weight))
                    if kept is not None and kept.is_sparse:
                        # The table may have grown since.
                        kept.sparse_resize_(weight.shape, kept.sparse_dim(), kept.dense_dim())
                    weight.grad = kept
            for node in model.walk():
                for name in node.grad_names:
                    kept = self._thinc.get((node.id, name))
                    gradient = node.get_grad(name)
                    gradient[...] = 0 if kept is None else kept

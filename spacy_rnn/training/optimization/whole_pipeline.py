"""An optimizer that looks at all weights of a pipeline together before it moves any."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Tuple

import numpy
from spacy.util import logger
from thinc.api import Ops, Optimizer
from thinc.optimizers import FloatOrSeq
from thinc.types import FloatsXd
from thinc.util import get_array_module

from ...errors import NonFiniteError
from ...layers import one_pass_adam
from ...layers.device_memory import reserve_step

Key = Tuple[int, str]
NOT_DECAYED = ("E", "b", "G")  # Thinc's names of embeddings, biases and gains
EMBEDDING_NAMES = ("embed", "blocks.")  # in the names of torch's; blocks of a growing table
ON_NAN = ("stop", "skip")


class Waiting(NamedTuple):
    """A weight whose gradient has been handed in; both arrays are changed in place."""

    weights: FloatsXd
    gradient: FloatsXd
    lr_scale: float


class WholePipelineOptimizer(Optimizer):
    """Collects every component's gradients, and makes one step of all when the loop ends a step.

    spaCy's loop calls `step_schedules` after the components have handed in their gradients: there
    the norm over all of them is known, they are clipped or refused together, and the weights move.

    grad_norm: the norm of the last step's gradients, before clipping.
    skipped: steps left out because of NaN.
    names: what to call each weight in errors, if somebody knows.
    """

    whole_pipeline = True

    def __init__(
        self,
        learn_rate: FloatOrSeq,
        *,
        max_norm: float,
        weight_decay: float,
        on_nan: str,
        **of_thinc: Any,
    ) -> None:
        if max_norm < 0:
            raise ValueError(f"optimizer.max_norm must be at least 0 (0: no limit), got {max_norm}")
        if weight_decay < 0:
            raise ValueError(f"optimizer.weight_decay must be at least 0, got {weight_decay}")
        if on_nan not in ON_NAN:
            raise ValueError(f"optimizer.on_nan must be one of {', '.join(ON_NAN)}, got {on_nan!r}")
        super().__init__(learn_rate, grad_clip=0.0, L2=0.0, **of_thinc)
        self.max_norm = max_norm
        self.weight_decay = weight_decay
        self.on_nan = on_nan
        self.grad_norm = 0.0
        self.skipped = 0
        self.names: Dict[Key, str] = {}
        self._waiting: Dict[Key, Waiting] = {}

    def __call__(
        self, key: Key, weights: FloatsXd, gradient: FloatsXd, *, lr_scale: float = 1.0
    ) -> Tuple[FloatsXd, FloatsXd]:
        """Note a gradient. RAISES: RuntimeError if the step before was never made."""
        if key in self._waiting:
            raise RuntimeError(
                "This optimizer moves the weights when `optimizer.step_schedules()` is called: "
                "call it once after every nlp.update(..., sgd=optimizer)."
            )
        self._waiting[key] = Waiting(weights, gradient, lr_scale)
        return weights, gradient

    def step_schedules(self) -> None:
        """Move all weights by the gradients handed in, then draw the next learning rate.

        RAISES: NonFiniteError naming the weights, if a gradient is NaN and on_nan is "stop";
            MemoryError if there is no room for the step. No weight has moved then.
        """
        waiting, self._waiting = self._waiting, {}
        if waiting:
            reserve_step(self, {key: weight.weights for key, weight in waiting.items()})
            self.grad_norm = _norm([weight.gradient for weight in waiting.values()])
            if numpy.isfinite(self.grad_norm):
                self._step(waiting)
            else:
                self._refuse(waiting)
        super().step_schedules()

    def _step(self, waiting: Dict[Key, Waiting]) -> None:
        clip = self.max_norm / self.grad_norm if 0 < self.max_norm < self.grad_norm else 1.0
        for key, (weights, gradient, lr_scale) in waiting.items():
            gradient *= clip
            self.L2 = self.weight_decay if _is_decayed(key, weights) else 0.0
            updated, _ = super().__call__(key, weights, gradient, lr_scale=lr_scale)
            if updated is not weights:
                weights[...] = updated
            gradient[...] = 0

    def _adam(
        self,
        ops: Ops,
        weights: FloatsXd,
        gradient: FloatsXd,
        lr_scale: float,
        key: Key,
        nr_upd: int,
    ) -> Tuple[FloatsXd, FloatsXd]:
        if not isinstance(weights, numpy.ndarray) or not weights.flags.c_contiguous:
            return super()._adam(ops, weights, gradient, lr_scale, key, nr_upd)
        one_pass_adam.move_array(self, key, weights, gradient, lr_scale * self.learn_rate)
        return weights, gradient

    def _refuse(self, waiting: Dict[Key, Waiting]) -> None:
        bad = [key for key, w in waiting.items() if not numpy.isfinite(_norm([w.gradient]))]
        names = ", ".join(self.names.get(key, key[1]) for key in bad) or "all weights together"
        for weight in waiting.values():
            weight.gradient[...] = 0
        if self.on_nan == "stop":
            raise NonFiniteError(
                f"The gradient of {names} is NaN or infinite. Lower [training.optimizer] "
                'learn_rate or max_norm, or set on_nan = "skip" to leave such steps out.'
            )
        self.skipped += 1
        logger.warning("A step is left out: the gradient of %s is NaN or infinite.", names)


def _norm(gradients: List[FloatsXd]) -> float:
    # Summed where the gradients are: one wait for the device, not one for each weight.
    squares = [get_array_module(g).vdot(g, g) for g in gradients]
    return float(sum(squares)) ** 0.5


def _is_decayed(key: Key, weights: FloatsXd) -> bool:
    """Biases and gains only shift and scale; an embedding row belongs to one, often rare, word."""
    name = key[1]
    of_embedding = any(part in name for part in EMBEDDING_NAMES)
    return weights.ndim > 1 and name not in NOT_DECAYED and not of_embedding

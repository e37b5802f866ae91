"""Adam, RAdam and RMSprop with clipping, weight decay and a NaN guard over the whole pipeline."""

from __future__ import annotations

from typing import Any, Tuple

from thinc.api import Ops
from thinc.optimizers import FloatOrSeq
from thinc.types import FloatsXd

from .whole_pipeline import Key, WholePipelineOptimizer


def Adam(
    learn_rate: FloatOrSeq = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
    max_norm: float = 1.0,
    on_nan: str = "stop",
    use_averages: bool = True,
) -> WholePipelineOptimizer:
    """Adam (Kingma & Ba 2015) with decoupled weight decay (Loshchilov & Hutter 2019).

    learn_rate: a number or a schedule.
    beta1, beta2: how slowly the means of the gradient and of its square forget.
    eps: keeps the division from exploding.
    weight_decay: share of each weight taken away per step, times the learning rate. Biases,
        gains of normalisation and embeddings are left alone.
    max_norm: the norm of all gradients of the pipeline together is clipped to this; 0: never.
    on_nan: "stop" the training at a NaN gradient, or "skip" that step with a warning.
    use_averages: evaluate and save running averages of the weights instead of the last ones.
    """
    return WholePipelineOptimizer(
        learn_rate,
        beta1=beta1,
        beta2=beta2,
        eps=eps,
        weight_decay=weight_decay,
        max_norm=max_norm,
        on_nan=on_nan,
        use_averages=use_averages,
    )


def RAdam(
    learn_rate: FloatOrSeq = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
    max_norm: float = 1.0,
    on_nan: str = "stop",
    use_averages: bool = True,
) -> WholePipelineOptimizer:
    """Rectified Adam (Liu et al. 2020): needs no warm-up. The settings are those of `Adam`."""
    return WholePipelineOptimizer(
        learn_rate,
        beta1=beta1,
        beta2=beta2,
        eps=eps,
        weight_decay=weight_decay,
        max_norm=max_norm,
        on_nan=on_nan,
        use_averages=use_averages,
        use_radam=True,
    )


def RMSprop(
    learn_rate: FloatOrSeq = 0.001,
    decay: float = 0.99,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
    max_norm: float = 1.0,
    on_nan: str = "stop",
    use_averages: bool = True,
) -> WholePipelineOptimizer:
    """Gradients divided by the running root of their mean square (Hinton 2012).

    The other settings are those of `Adam`.

    decay: how slowly the mean of the square forgets.
    """
    return RMSpropOptimizer(
        learn_rate,
        beta1=1.0,
        beta2=decay,
        eps=eps,
        weight_decay=weight_decay,
        max_norm=max_norm,
        on_nan=on_nan,
        use_averages=use_averages,
    )


class RMSpropOptimizer(WholePipelineOptimizer):
    """Takes the place of Adam's rule in Thinc's optimizer; `mom2` holds the mean square."""

    def _adam(
        self,
        ops: Ops,
        weights: FloatsXd,
        gradient: FloatsXd,
        lr_scale: float,
        key: Key,
        nr_upd: int,
    ) -> Tuple[FloatsXd, FloatsXd]:
        if key not in self.mom2:
            self.mom2[key] = ops.alloc(weights.shape, dtype="float32")
        square: Any = self.mom2[key]
        square *= self.b2
        square += (1.0 - self.b2) * gradient * gradient
        weights -= lr_scale * self.learn_rate * gradient / (ops.xp.sqrt(square) + self.eps)
        return weights, gradient

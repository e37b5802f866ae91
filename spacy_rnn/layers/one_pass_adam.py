"""Thinc's Adam in one pass over the memory of a weight.

Thinc reads and writes a weight and its moments several times for a step, which on a CPU takes eight
times as long as torch's fused kernel: with large vocabularies more than half of a training step.
"""

from __future__ import annotations

from typing import Dict, Tuple

import numpy as np
import torch
from thinc.api import NumpyOps, Optimizer
from thinc.types import FloatsXd
from torch import Tensor
from torch.optim.adam import adam

Key = Tuple[int, str]


def follows_adam(optimizer: object, weight: Tensor) -> bool:
    """Whether `step` does what `optimizer(key, weight, gradient)` would do."""
    # Subclasses, such as those that wait for the whole pipeline, have ways of their own.
    known = type(optimizer) is Optimizer and not optimizer.use_radam
    fits = weight.device.type == "cpu" and weight.dtype == torch.float32
    return known and optimizer.b1 > 0.0 and optimizer.b2 > 0.0 and fits and weight.is_contiguous()


def step(optimizer: Optimizer, key: Key, weight: Tensor, gradient: Tensor) -> None:
    """Move a weight in place by a gradient that is clipped already. See `follows_adam`."""
    optimizer.nr_update[key] += 1
    coupled = 0.0 if optimizer.L2_is_weight_decay else optimizer.L2
    move(optimizer, key, weight, gradient.contiguous(), optimizer.learn_rate, coupled)
    if optimizer.L2 and optimizer.L2_is_weight_decay:
        weight.mul_(1.0 - optimizer.learn_rate * optimizer.L2)
    if optimizer.averages is not None:
        if key not in optimizer.averages:
            optimizer.averages[key] = np.zeros(weight.shape, dtype="float32")
        count = optimizer.nr_update[key]
        NumpyOps().update_averages(optimizer.averages[key], weight.numpy(), count)


def move_array(
    optimizer: Optimizer, key: Key, weights: np.ndarray, gradient: np.ndarray, rate: float
) -> None:
    """The same for arrays of float32, `weights` contiguous."""
    gradient = np.ascontiguousarray(gradient)
    move(optimizer, key, torch.from_numpy(weights), torch.from_numpy(gradient), rate)


def move(
    optimizer: Optimizer, key: Key, weight: Tensor, gradient: Tensor, rate: float, coupled_l2=0.0
) -> None:
    """Adam's rule, with the moments where Thinc keeps them (Kingma and Ba 2015).

    optimizer: its `nr_update[key]` counts this step already.
    coupled_l2: added to the gradient, times the weight.
    """
    count = optimizer.nr_update[key]
    adam(
        [weight],
        [gradient],
        [_moment(optimizer.mom1, key, weight)],
        [_moment(optimizer.mom2, key, weight)],
        [],
        [torch.tensor(float(count - 1))],
        fused=True,
        amsgrad=False,
        beta1=optimizer.b1,
        beta2=optimizer.b2,
        lr=rate,
        weight_decay=coupled_l2,
        # Thinc adds eps before it corrects the second moment, torch after.
        eps=optimizer.eps / (1.0 - optimizer.b2**count) ** 0.5,
        maximize=False,
    )


def _moment(moments: Dict[Key, FloatsXd], key: Key, weight: Tensor) -> Tensor:
    if key not in moments:
        moments[key] = np.zeros(weight.numel(), dtype="float32")
    return torch.from_numpy(moments[key]).view_as(weight)

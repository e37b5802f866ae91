"""Cross entropy of classes, weighted, smoothed and focal (Lin et al. 2017)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

import torch
from torch import Tensor

# Keeps the logarithm of a probability of 0 finite.
SMALLEST = 1e-7


@dataclass(frozen=True)
class ClassLoss:
    """The loss of probabilities (n, classes), and its gradient by the logits behind them.

    exclusive: softmax over the classes; otherwise a sigmoid for each.
    weights: (classes,), what a text of the class counts; without `exclusive`, what a text that has
        the class counts against one that has it not.
    focal_gamma: 0 for cross entropy; more makes what is already right count less.
    label_smoothing: the share of the truth that is spread evenly over the classes.
    """

    exclusive: bool
    weights: Tensor
    focal_gamma: float = 0.0
    label_smoothing: float = 0.0

    def __call__(self, probabilities: Tensor, truths: Tensor) -> Tuple[Tensor, Tensor]:
        """RETURNS: loss and gradient by the logits, both (n, classes)."""
        p = probabilities.clamp(SMALLEST, 1.0 - SMALLEST)
        evenly = 1.0 / truths.shape[1] if self.exclusive else 0.5
        y = truths * (1.0 - self.label_smoothing) + self.label_smoothing * evenly
        judge = self._softmax if self.exclusive else self._sigmoid
        return judge(p, y)

    def _softmax(self, p: Tensor, y: Tensor) -> Tuple[Tensor, Tensor]:
        focus = (1.0 - p) ** self.focal_gamma
        loss = -self.weights * y * focus * torch.log(p)
        by_log_p = self.weights * y * (self._pull(p) * p / (1.0 - p) - focus)
        return loss, by_log_p - p * by_log_p.sum(dim=1, keepdim=True)

    def _sigmoid(self, p: Tensor, y: Tensor) -> Tuple[Tensor, Tensor]:
        q, gamma = 1.0 - p, self.focal_gamma
        has, has_not = self.weights * y, 1.0 - y
        loss = -has * q**gamma * torch.log(p) - has_not * p**gamma * torch.log(q)
        gradient = has * (self._pull(p) * p - q ** (gamma + 1.0))
        return loss, gradient - has_not * (self._pull(q) * q - p ** (gamma + 1.0))

    def _pull(self, p: Tensor) -> Tensor:
        """What the focus adds to the gradient by the logit, over p: gamma (1-p)^gamma log p."""
        return self.focal_gamma * (1.0 - p) ** self.focal_gamma * torch.log(p)

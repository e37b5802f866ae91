"""How common each class is: the part of a classifier that has to be learned first."""

from __future__ import annotations

import torch
from torch import Tensor, nn

# A weight moves by about the learning rate in a step of Adam. At 0.002 the -5 of a rare class
# would take thousands of steps, in which all other weights learn to say "rare" in its place.
PACE = 50.0


class ClassBias(nn.Module):
    """Adds a bias to logits, which learns at a pace of its own."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(classes))

    def forward(self, logits: Tensor) -> Tensor:
        """(n, classes) -> (n, classes)."""
        return logits + PACE * self.weight

    def copy_classes(self, other: "ClassBias") -> None:
        """Take over the biases of the classes that `other` has."""
        with torch.no_grad():
            self.weight[: len(other.weight)] = other.weight

"""Classes of a whole sequence: pooling, then a linear layer."""

from __future__ import annotations

from typing import Iterable, NamedTuple, Sequence

import torch
from torch import Tensor, nn

from .class_bias import ClassBias
from .pooling import Pooling
from .pooling_in_parts import pool_in_parts
from .ragged import Ragged


class ClassScores(NamedTuple):
    """logits: (n, classes), before softmax or sigmoid.
    attention: (total, heads), what each row weighs in its sequence.
    """

    logits: Tensor
    attention: Tensor


class SequenceClassifier(nn.Module):
    """Logits of classes for each sequence of a ragged batch.

    input_width: of the sequences' rows.
    kinds, heads: of the `Pooling`.
    """

    def __init__(self, input_width: int, classes: int, kinds: Sequence[str], heads: int) -> None:
        super().__init__()
        self.pooling = Pooling(input_width, kinds, heads)
        self.output = nn.Linear(self.pooling.output_width, classes, bias=False)
        nn.init.zeros_(self.output.weight)
        self.bias = ClassBias(classes)

    def forward(self, sequences: Ragged, dropout: float = 0.0) -> ClassScores:
        """Score (sum(lengths), input_width). dropout: rate on the pooled vectors."""
        pooled = self.pooling(sequences)
        vectors = nn.functional.dropout(pooled.vectors, dropout, training=dropout > 0.0)
        return ClassScores(self.bias(self.output(vectors)), pooled.attention)

    def read_parts(self, parts: Iterable[Tensor]) -> Tensor:
        """Score one sequence that comes in parts (rows, input_width). RETURNS: (1, classes)."""
        return self.bias(self.output(pool_in_parts(self.pooling, parts).unsqueeze(0)))

    def attend_parts(self, parts: Iterable[Tensor]) -> Tensor:
        """What each row of such a sequence weighs in it. RETURNS: (rows in all, heads)."""
        return torch.cat([self.pooling.scores(rows) for rows in parts]).softmax(dim=0)

    def copy_classes(self, other: "SequenceClassifier") -> None:
        """Take over the pooling, and the weights of the classes that `other` has."""
        self.pooling.load_state_dict(other.pooling.state_dict())
        with torch.no_grad():
            self.output.weight[: other.output.out_features] = other.output.weight
        self.bias.copy_classes(other.bias)

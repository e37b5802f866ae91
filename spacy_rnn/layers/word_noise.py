"""The noise that word vectors are trained with: whole tokens and locked features dropped."""

from __future__ import annotations

from typing import Callable, List, Tuple

import torch
from thinc.api import Model
from thinc.types import Floats2d

from ..nn.embedding import word_dropout
from ..nn.ragged import Ragged, locked_dropout
from .torch_bridge import dropout_rate, gradient_of, send_back, to_array, to_tensor

Rows = Tuple[Floats2d, List[int]]


def WordNoise(word_rate: float, dropout: float) -> Model[Rows, Floats2d]:
    """Drop whole rows at `word_rate`, and the same features throughout a sequence at `dropout`.

    Rows (sum(lengths), width) and their lengths -> (sum(lengths), width); in training only.
    """
    return Model("word_noise", forward, attrs={"word_dropout": word_rate, "dropout_rate": dropout})


def forward(
    model: Model, rows: Rows, is_train: bool
) -> Tuple[Floats2d, Callable[[Floats2d], Rows]]:
    vectors, lengths = rows
    if not is_train:
        return vectors, lambda d_vectors: (d_vectors, lengths)
    words = Ragged(to_tensor(vectors, requires_grad=True), torch.tensor(lengths))
    noisy = word_dropout(words, model.attrs["word_dropout"])
    noisy = locked_dropout(noisy, dropout_rate(model, is_train))

    def backprop(d_vectors: Floats2d) -> Rows:
        send_back([noisy.data], [to_tensor(d_vectors)])
        return to_array(gradient_of(words.data)), lengths

    return to_array(noisy.data), backprop

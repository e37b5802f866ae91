"""The head of a text classifier: lists of vectors in, probabilities of classes out."""

from __future__ import annotations

from functools import partial
from typing import Callable, Iterable, List, Optional, Tuple

import numpy as np
import torch
from thinc.api import Model
from thinc.types import Floats2d

from ..nn.classifier import ClassScores, SequenceClassifier
from .torch_bridge import (
    build_module,
    call,
    dropout_rate,
    gradient_of,
    is_built,
    module_of,
    numpy_of,
    send_back,
    to_array,
    to_list,
    to_ragged,
    to_tensor,
    torch_model,
)
from .torch_modules import check_weights

# Keeps the logit of a probability of 0 or 1 finite.
SMALLEST = 1e-7


def ClassifierHead(
    kinds: List[str], heads: int, exclusive: bool, nO: Optional[int] = None
) -> Model[List[Floats2d], Floats2d]:
    """Probabilities of nO classes for each sequence.

    backprop takes the gradient of the loss by the logits, which is p - y for cross entropy:
    the convention of Thinc's softmax and of spaCy's text classifiers.

    kinds: poolings, as `spacy_rnn.nn.pooling.POOLINGS` names them.
    heads: attention heads.
    exclusive: softmax over the classes; otherwise a sigmoid for each.
    """
    build = partial(SequenceClassifier, kinds=tuple(kinds), heads=heads)
    return torch_model(
        "classifier",
        forward,
        build,
        init=init,
        dims={"nO": nO, "nI": None},
        attrs={
            "dropout_rate": 0.0,
            "exclusive": exclusive,
            "attention_heads": heads if "attention" in kinds else 0,
        },
    )


def init(model: Model, X: Optional[List[Floats2d]] = None, Y: Optional[Floats2d] = None) -> Model:
    if X:
        model.set_dim("nI", X[0].shape[1])
    if Y is not None:
        model.set_dim("nO", Y.shape[1], force=True)
    build_module(model, input_width=model.get_dim("nI"), classes=model.get_dim("nO"))
    return model


def forward(
    model: Model, Xs: List[Floats2d], is_train: bool
) -> Tuple[Floats2d, Callable[[Floats2d], List[Floats2d]]]:
    """Classify sequences of (T_i, nI). RETURNS: (n, nO)."""
    if not Xs:
        return model.ops.alloc2f(0, model.get_dim("nO")), lambda d_probabilities: []
    sequences = to_ragged(model, Xs, requires_grad=is_train)
    dropout = dropout_rate(model, is_train)
    logits = call(model, sequences, is_train=is_train, dropout=dropout).logits

    def backprop(d_logits: Floats2d) -> List[Floats2d]:
        send_back([logits], [to_tensor(model.ops.asarray2f(d_logits))])
        return to_list(gradient_of(sequences.data), sequences.lengths)

    return probabilities(model, to_array(logits), model.attrs["exclusive"]), backprop


@torch.no_grad()
def classify_in_parts(model: Model, parts: Iterable[Floats2d]) -> Floats2d:
    """Classify one sequence that comes in parts (rows, nI), with the same result. RETURNS: (1, nO).

    RAISES: NonFiniteError naming a weight.
    """
    check_weights(model)
    logits = module_of(model).read_parts(to_tensor(rows) for rows in parts)
    return probabilities(model, to_array(logits), model.attrs["exclusive"])


def probabilities(model: Model, logits: Floats2d, exclusive: bool) -> Floats2d:
    """(n, classes) logits -> probabilities by softmax or sigmoid."""
    return model.ops.softmax(logits) if exclusive else model.ops.sigmoid(logits)


def temper(
    model: Model, probabilities_at_1: Floats2d, temperature: float, exclusive: bool
) -> Floats2d:
    """(n, classes) probabilities as if their logits had been divided by the temperature."""
    xp = model.ops.xp
    p = xp.clip(probabilities_at_1, SMALLEST, 1.0 - SMALLEST)
    logits = xp.log(p) if exclusive else xp.log(p) - xp.log1p(-p)
    return probabilities(model, logits / temperature, exclusive)


def attention_weights(model: Model, Xs: List[Floats2d]) -> List[np.ndarray]:
    """What each token weighs in its document: one (T_i, heads) per sequence, columns sum to 1."""
    sequences = to_ragged(model, Xs, requires_grad=False)
    scores: ClassScores = call(model, sequences, is_train=False)
    return np.split(numpy_of(scores.attention), torch.cumsum(sequences.lengths, 0)[:-1].numpy())


@torch.no_grad()
def attention_in_parts(model: Model, parts: Iterable[Floats2d]) -> np.ndarray:
    """The same for one sequence that comes in parts (rows, nI): (rows in all, heads)."""
    return numpy_of(module_of(model).attend_parts(to_tensor(rows) for rows in parts))


def resize(model: Model, classes: int) -> None:
    """Grow to `classes` classes in all, keeping what was learned of the present ones."""
    model.set_dim("nO", classes, force=True)
    if is_built(model):
        old = module_of(model)
        new = build_module(model, input_width=model.get_dim("nI"), classes=classes)
        new.copy_classes(old)

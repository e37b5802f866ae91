"""Tables of vectors for strings that are learned as training meets them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Callable, List, Optional, Tuple

import numpy as np
from thinc.api import Model
from thinc.types import Floats2d

from ..nn.embedding import GrowingEmbedding
from .lexicon import UNKNOWN, Lexicon
from .torch_bridge import (
    build_module,
    call,
    module_of,
    note_sizes,
    send_back,
    to_array,
    to_tensor,
    torch_model,
)

# A table never grows beyond this; what it does not hold then is unknown.
MAX_ROWS = 1 << 18
SCALE_OF_ROWS = 0.3


@dataclass(frozen=True)
class Strings:
    """What the items of a batch (tokens, or characters) are called.

    values: (n,) strings.
    index: (t,) int64, the string of each item.
    places: (t,) uint64, a number for each item and what stands around it; never 0.
    """

    values: List[str]
    index: np.ndarray
    places: np.ndarray


def FeatureTable(
    width: Optional[int], unk_rate: float, scale: float = SCALE_OF_ROWS
) -> Model[Strings, Floats2d]:
    """One vector per known string; a row for each item.

    A string gets its row when training first meets it. A singleton is replaced with the unknown
    at `unk_rate`, item by item, which is how the unknown vector is learned.

    width: of a vector; None if it is to be set before initialization.
    scale: standard deviation of new vectors.
    """
    return torch_model(
        "feature_table",
        forward,
        partial(GrowingEmbedding, scale=scale),
        init=init,
        dims={"nO": width},
        attrs={"lexicon": Lexicon(), "unk_rate": unk_rate},
    )


def init(model: Model, X: Optional[Strings] = None, Y: Optional[Floats2d] = None) -> Model:
    model.attrs["lexicon"] = Lexicon()
    table = build_module(model, width=model.get_dim("nO"), blocks=1)
    if X is not None:
        learn(model, table, X)
    return model


def forward(
    model: Model, strings: Strings, is_train: bool
) -> Tuple[Floats2d, Callable[[Floats2d], Strings]]:
    """(t,) tokens -> (t, nO)."""
    if is_train:
        rows = learn(model, module_of(model), strings)
    else:
        rows = model.attrs["lexicon"].find(strings.values)[strings.index]
    vectors = call(model, to_tensor(model.ops.asarray(rows)), is_train=is_train)

    def backprop(d_vectors: Floats2d) -> Strings:
        send_back([vectors], [to_tensor(d_vectors)])
        return strings

    return to_array(vectors), backprop


def learn(model: Model, table: GrowingEmbedding, strings: Strings) -> np.ndarray:
    """Give rows to new strings, and replace some singletons at the rate `attrs["unk_rate"]`.

    table: the table inside the model's module that has a row for each string of the lexicon.
    RETURNS: (t,) int64, the row of each token.
    """
    lexicon = model.attrs["lexicon"]
    known = len(lexicon)
    rows = lexicon.learn(strings.values, strings.index, strings.places, MAX_ROWS)
    if len(lexicon) > known:
        note_sizes(model, blocks=table.grow(len(lexicon)))
    replaced = np.random.random(len(rows)) < model.attrs["unk_rate"]
    return np.where(replaced & lexicon.singletons()[rows], UNKNOWN, rows)

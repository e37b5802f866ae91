"""Recurrent encoders for the `encode` slot of `spacy.Tok2Vec.v2`, and wherever else lists of
vectors are read in order: `Model[List[Floats2d], List[Floats2d]]`."""

from __future__ import annotations

from functools import partial
from typing import Callable, List, Optional, Tuple, Union

from pydantic import StrictBool, StrictStr
from thinc.api import Model
from thinc.types import Floats2d

from ..nn.recurrent import RecurrentEncoder
from ..nn.stack import Cell
from .precision import FORMATS
from .torch_bridge import (
    build_module,
    call,
    dropout_rate,
    gradient_of,
    send_back,
    to_list,
    to_ragged,
    to_tensor,
    torch_model,
)

CELLS = ("lstm", "gru", "elman")
NONLINEARITIES = ("tanh", "relu")
# Far above what trains in practice: a config that asks for more is a mistake or an attack.
MAX_WIDTH = 16384
MAX_DEPTH = 64


def BiLSTMEncoder(
    width: int,
    depth: int = 1,
    hidden_width: Optional[int] = None,
    residual: bool = False,
    layer_norm: bool = False,
    dropout: float = 0.0,
    mixed_precision: Union[StrictBool, StrictStr] = False,
    backprop_tokens: int = 0,
) -> Model[List[Floats2d], List[Floats2d]]:
    """A bidirectional LSTM. The settings are those of `RNNEncoder`."""
    return RNNEncoder(
        "lstm",
        width,
        depth,
        hidden_width,
        residual=residual,
        layer_norm=layer_norm,
        dropout=dropout,
        mixed_precision=mixed_precision,
        backprop_tokens=backprop_tokens,
    )


def BiGRUEncoder(
    width: int,
    depth: int = 1,
    hidden_width: Optional[int] = None,
    residual: bool = False,
    layer_norm: bool = False,
    dropout: float = 0.0,
    mixed_precision: Union[StrictBool, StrictStr] = False,
    backprop_tokens: int = 0,
) -> Model[List[Floats2d], List[Floats2d]]:
    """A bidirectional GRU. The settings are those of `RNNEncoder`."""
    return RNNEncoder(
        "gru",
        width,
        depth,
        hidden_width,
        residual=residual,
        layer_norm=layer_norm,
        dropout=dropout,
        mixed_precision=mixed_precision,
        backprop_tokens=backprop_tokens,
    )


def RNNEncoder(
    cell: str,
    width: int,
    depth: int = 1,
    hidden_width: Optional[int] = None,
    bidirectional: bool = True,
    nonlinearity: str = "tanh",
    residual: bool = False,
    layer_norm: bool = False,
    dropout: float = 0.0,
    mixed_precision: Union[StrictBool, StrictStr] = False,
    backprop_tokens: int = 0,
) -> Model[List[Floats2d], List[Floats2d]]:
    """Stacked recurrent layers over each sequence of a batch.

    cell: "lstm", "gru" or "elman".
    width: output width. The input width is taken from the data at initialization.
    depth: number of layers.
    hidden_width: width of a layer, all directions together; `width` if not given.
    bidirectional: read each sequence from both ends; widths must then be even.
    nonlinearity: "tanh" or "relu", of the Elman cell.
    residual: add a layer's input to its output where the widths agree.
    layer_norm: normalise the output of every layer.
    dropout: rate of locked dropout after each layer. `[training] dropout` and
        `set_dropout_rate` take its place, as they do for Thinc's layers.
    mixed_precision: "bf16" or "fp16": compute in it on a GPU; true is "bf16". On a CPU with
        AVX512-BF16 "bf16" makes inference faster; training stays in float32, as does "fp16".
    backprop_tokens: above 0, training reads texts that are longer than this in chunks of so many
        tokens: the state is carried over, the gradient is cut, and memory stays bounded.
    RAISES: ValueError naming the setting.
    """
    hidden = width if hidden_width is None else hidden_width
    _check_choice("encode.cell", cell, CELLS)
    _check_choice("encode.nonlinearity", nonlinearity, NONLINEARITIES)
    precision = "bf16" if mixed_precision is True else mixed_precision or None
    if precision is not None:
        _check_choice("encode.mixed_precision", precision, tuple(FORMATS))
    _check_width("encode.width", width, bidirectional and hidden_width is None)
    _check_width("encode.hidden_width", hidden, bidirectional)
    if not 1 <= depth <= MAX_DEPTH:
        raise ValueError(f"encode.depth must be between 1 and {MAX_DEPTH}, got {depth}")
    if not 0.0 <= dropout < 1.0:
        raise ValueError(f"encode.dropout must be at least 0 and below 1, got {dropout}")
    if backprop_tokens < 0:
        raise ValueError(f"encode.backprop_tokens must be 0 or more, got {backprop_tokens}")
    build = partial(
        RecurrentEncoder,
        width=width,
        hidden_width=hidden,
        depth=depth,
        cell=Cell(cell, bidirectional, nonlinearity),
        residual=residual,
        layer_norm=layer_norm,
        backprop_tokens=backprop_tokens,
    )
    return torch_model(
        f"{cell}_encoder",
        forward,
        build,
        init=init,
        mixed_precision=precision,
        dims={"nI": None, "nO": width},
        attrs={"dropout_rate": dropout},
    )


def _check_choice(setting: str, value: str, choices: Tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"{setting} must be one of {', '.join(choices)}, got {value!r}")


def _check_width(setting: str, value: int, must_be_even: bool) -> None:
    if not 1 <= value <= MAX_WIDTH:
        raise ValueError(f"{setting} must be between 1 and {MAX_WIDTH}, got {value}")
    if must_be_even and value % 2:
        raise ValueError(f"{setting} must be even (half for each direction), got {value}")


def init(
    model: Model, X: Optional[List[Floats2d]] = None, Y: Optional[List[Floats2d]] = None
) -> Model:
    if X:
        model.set_dim("nI", X[0].shape[1])
    elif not model.has_dim("nI"):
        model.set_dim("nI", model.get_dim("nO"))
    build_module(model, input_width=model.get_dim("nI"))
    return model


def forward(
    model: Model, Xs: List[Floats2d], is_train: bool
) -> Tuple[List[Floats2d], Callable[[List[Floats2d]], List[Floats2d]]]:
    """Encode sequences of (T_i, nI). RETURNS: sequences of (T_i, nO) in the same order."""
    if not Xs:
        return [], lambda dYs: []
    sequences = to_ragged(model, Xs, requires_grad=is_train)
    dropout = dropout_rate(model, is_train)
    encoded = call(model, sequences, is_train=is_train, dropout=dropout)

    def backprop(dYs: List[Floats2d]) -> List[Floats2d]:
        send_back([encoded.data], [to_tensor(model.ops.xp.concatenate(dYs))])
        return to_list(gradient_of(sequences.data), sequences.lengths)

    return to_list(encoded.data, sequences.lengths), backprop

"""A decoder over lists of vectors, `Model[List[Floats2d], List[Decodable]]`."""

from __future__ import annotations

from functools import partial
from typing import Callable, List, Optional, Tuple

from thinc.api import Model
from thinc.types import Floats2d

from ..nn.decoder import Decoder, DecoderSettings
from .decodable import Decodable
from .torch_bridge import (
    build_module,
    dropout_rate,
    module_of,
    to_ragged,
    torch_model,
)

NAME = "seq2seq"


def Seq2SeqHead(
    settings: DecoderSettings, dropout: float
) -> Model[List[Floats2d], List[Decodable]]:
    """A head that lists of vectors are decoded with. Its dimension nO is the number of words."""
    return torch_model(
        NAME,
        forward,
        partial(Decoder, settings),
        init=init,
        dims={"nI": None, "nO": None},
        attrs={"dropout_rate": dropout},
    )


def decoders(model: Model) -> List[Model]:
    """RETURNS: all heads that there are in a model."""
    return [node for node in model.walk() if node.name == NAME]


def init(model: Model, X: Optional[List[Floats2d]] = None, Y: None = None) -> Model:
    if X:
        model.set_dim("nI", X[0].shape[1])
    build_module(model, vocabulary=model.get_dim("nO"), memory_width=model.get_dim("nI"))
    return model


def forward(
    model: Model, Xs: List[Floats2d], is_train: bool
) -> Tuple[List[Decodable], Callable[[List[List[Floats2d]]], List[Floats2d]]]:
    """RETURNS: sources of (T_i, nI) with their decoder, alone in a list; what `teach` returns goes
    back as it is."""
    decoder = module_of(model)
    dropout = dropout_rate(model, is_train)
    if not Xs:
        Xs = [model.ops.alloc2f(0, model.get_dim("nI"))]
    sources = to_ragged(model, Xs, requires_grad=is_train)
    return [Decodable(sources, decoder, dropout)], lambda gradients: gradients[0]

"""How recurrent weights begin, as a setting of the config."""

from __future__ import annotations

from typing import Callable, Dict

import torch
from spacy.language import Language
from thinc.api import Model
from torch import Tensor, nn

from ...layers.torch_modules import modules_in

SCHEMES: Dict[str, Callable[[Tensor], Tensor]] = {
    "orthogonal": nn.init.orthogonal_,
    "xavier_uniform": nn.init.xavier_uniform_,
    "xavier_normal": nn.init.xavier_normal_,
    "kaiming_uniform": lambda weight: nn.init.kaiming_uniform_(weight, nonlinearity="relu"),
}


def initialize_recurrent(
    recurrent: str = "orthogonal", input: str = "xavier_uniform", forget_bias: float = 1.0
) -> Callable[[Language], Language]:
    """For `[initialize.after_init]`: draw the weights of recurrent layers anew.

    The defaults are what the encoders of this package begin with anyway. Layers of other packages
    get them as well, such as `spacy.TorchBiLSTMEncoder.v1`.

    recurrent: weights from the state to each gate: "orthogonal" (Saxe et al. 2014),
        "xavier_uniform", "xavier_normal" (Glorot & Bengio 2010) or "kaiming_uniform" (He et al.
        2015).
    input: weights from the input, the same choices.
    forget_bias: of an LSTM's forget gate (Jozefowicz et al. 2015); other biases are 0.
    RAISES: ValueError naming the setting.
    """
    for setting, scheme in (("recurrent", recurrent), ("input", input)):
        if scheme not in SCHEMES:
            raise ValueError(
                f"after_init.{setting} must be one of {', '.join(SCHEMES)}, got {scheme!r}"
            )

    def after_init(nlp: Language) -> Language:
        for _, pipe in nlp.pipeline:
            model = getattr(pipe, "model", None)
            for module in modules_in(model) if isinstance(model, Model) else ():
                for layer in module.modules():
                    if isinstance(layer, nn.RNNBase):
                        _initialize(layer, SCHEMES[recurrent], SCHEMES[input], forget_bias)
        return nlp

    return after_init


def _initialize(
    layer: nn.RNNBase, recurrent: Callable, input: Callable, forget_bias: float
) -> None:
    units = layer.hidden_size
    with torch.no_grad():
        for name, weight in layer.named_parameters():
            if name.startswith("weight"):
                scheme = recurrent if name.startswith("weight_hh") else input
                # Each gate is a matrix of its own.
                for gate in weight.split(units):
                    scheme(gate)
            else:
                weight.zero_()
                # torch adds two biases; one of them holds the value.
                if isinstance(layer, nn.LSTM) and name.startswith("bias_ih"):
                    weight[units : 2 * units] = forget_bias

"""How recurrent weights begin."""

import numpy as np
import pytest
import spacy
import torch
from spacy.util import registry

from spacy_rnn.layers.torch_modules import modules_in
from spacy_rnn.training.callbacks.initialization import initialize_recurrent

ENCODERS = (
    "spacy-rnn.BiLSTMEncoder.v1",
    "spacy-rnn.BiGRUEncoder.v1",
    "spacy.TorchBiLSTMEncoder.v1",
)


def layers(architecture, **settings):
    """The recurrent layers of a pipeline that was initialized with these settings."""
    nlp = spacy.blank("en")
    embed = {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": 16,
        "attrs": ["NORM"],
        "rows": [50],
        "include_static_vectors": False,
    }
    encode = {"@architectures": architecture, "width": 16, "depth": 1}
    if architecture.startswith("spacy."):
        encode["dropout"] = 0.0
    model = {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode}
    nlp.add_pipe("tok2vec", config={"model": model})
    callback = {"@callbacks": "spacy-rnn.initialize_recurrent.v1", **settings}
    nlp.config["initialize"]["after_init"] = callback
    nlp.initialize()
    (encoder,) = modules_in(nlp.get_pipe("tok2vec").model)
    return [layer for layer in encoder.modules() if isinstance(layer, torch.nn.RNNBase)]


@pytest.mark.parametrize("architecture", ENCODERS)
def test_recurrent_weights_are_orthogonal_gate_by_gate(architecture):
    (layer,) = layers(architecture)
    for gate in layer.weight_hh_l0.detach().split(layer.hidden_size):
        assert np.allclose(gate @ gate.T, np.eye(layer.hidden_size), atol=1e-5)


@pytest.mark.parametrize("architecture", [ENCODERS[0], ENCODERS[2]])
def test_the_forget_gate_begins_open_as_far_as_told(architecture):
    (layer,) = layers(architecture, forget_bias=2.0)
    units = layer.hidden_size
    for name in ("bias_ih_l0", "bias_ih_l0_reverse"):
        bias = getattr(layer, name).detach()
        assert bias[units : 2 * units].eq(2.0).all()
        assert bias[:units].eq(0.0).all() and bias[2 * units :].eq(0.0).all()
    assert layer.bias_hh_l0.eq(0.0).all()


def test_input_weights_have_the_spread_of_their_scheme():
    (layer,) = layers(ENCODERS[0], input="xavier_normal")
    units, width = layer.hidden_size, layer.input_size
    spread = layer.weight_ih_l0.detach().std().item()
    assert spread == pytest.approx((2 / (units + width)) ** 0.5, rel=0.15)


def test_a_seed_repeats_the_draw():
    weights = []
    for _ in range(2):
        torch.manual_seed(3)
        weights.append(layers(ENCODERS[0])[0].weight_hh_l0.detach())
    assert torch.equal(*weights)


@pytest.mark.parametrize("setting", ["recurrent", "input"])
def test_a_wrong_scheme_is_named(setting):
    with pytest.raises(ValueError, match=f"after_init.{setting} must be one of orthogonal"):
        initialize_recurrent(**{setting: "random"})
    assert registry.get("callbacks", "spacy-rnn.initialize_recurrent.v1") is initialize_recurrent

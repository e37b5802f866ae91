"""Every encoder gives a text the same vectors in any batch, in training as in prediction."""

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.util import registry

from spacy_rnn.layers.torch_modules import modules_in
from tests.properties.texts import BATCHES, TEXTS

WIDTH = 16
EMBED = {
    "@architectures": "spacy-rnn.WordEmbed.v1",
    "attrs": ["WORD", "SHAPE"],
    "widths": [12, 4],
    "unk_rate": 0.0,
    "word_dropout": 0.0,
}
ENCODERS = {
    "lstm": {"@architectures": "spacy-rnn.BiLSTMEncoder.v1", "depth": 2},
    "gru": {"@architectures": "spacy-rnn.BiGRUEncoder.v1"},
    "elman": {"@architectures": "spacy-rnn.RNNEncoder.v1", "cell": "elman"},
    "one way": {
        "@architectures": "spacy-rnn.RNNEncoder.v1",
        "cell": "lstm",
        "bidirectional": False,
        "layer_norm": True,
        "residual": True,
    },
}
CHARACTERS = {
    name: {"@architectures": f"spacy-rnn.{name}.v1", "width": 8, "char_width": 8, "unk_rate": 0.0}
    for name in ("CharCNN", "CharLSTM")
}
NLP = spacy.blank("en")
DOCS = [NLP.make_doc(text[:300]) for text in TEXTS]


def tok2vec(encode, chars=None):
    embed = {**EMBED, "chars": chars} if chars else EMBED
    config = {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": embed,
        "encode": {**encode, "width": WIDTH},
    }
    spacy.util.fix_random_seed(0)
    model = registry.resolve({"model": config})["model"]
    model.initialize(X=DOCS)
    return model


CASES = {
    **{name: lambda name=name: tok2vec(ENCODERS[name]) for name in ENCODERS},
    **{name: lambda name=name: tok2vec(ENCODERS["gru"], CHARACTERS[name]) for name in CHARACTERS},
}


@pytest.fixture(scope="module", params=CASES)
def model(request):
    return CASES[request.param]()


@pytest.fixture(scope="module")
def right(model):
    return [model.predict([doc])[0] for doc in DOCS]


@given(chosen=BATCHES, is_train=st.booleans())
def test_any_batch(model, right, chosen, is_train):
    read, _ = model([DOCS[i] for i in chosen], is_train)
    for i, vectors in zip(chosen, read):
        np.testing.assert_allclose(vectors, right[i], rtol=0, atol=1e-5)


def gradients(model, docs):
    """Of all weights, after docs whose outputs have gradients that depend on the doc alone."""
    read, backprop = model.begin_update(docs)
    backprop([np.sin(np.arange(v.size, dtype="float32")).reshape(v.shape) for v in read])
    weights = [weight for module in modules_in(model) for weight in module.parameters()]
    found = [weight.grad.clone().double() for weight in weights if weight.grad is not None]
    for weight in weights:
        weight.grad = None
    return found


@settings(max_examples=settings.default.max_examples // 3)
@given(chosen=BATCHES)
def test_the_gradient_of_a_batch_is_the_sum_over_its_texts(model, chosen):
    docs = [DOCS[i] for i in chosen if len(DOCS[i])]
    if not docs:
        return
    together = gradients(model, docs)
    parts = zip(*(gradients(model, [doc]) for doc in docs))
    for whole, singles in zip(together, parts):
        error = (whole - sum(singles)).norm() / whole.norm().clamp_min(1e-6)
        assert error < 1e-5

"""Every way in which weights change, or what words are looked up in: nothing old may be read."""

import numpy as np
import pytest
import spacy
from spacy.vectors import Vectors
from thinc.api import Adam, Maxout, chain

from spacy_rnn.layers.characters import CharCNN
from spacy_rnn.layers.torch_bridge import weights_version
from spacy_rnn.layers.word_cache import WordCache
from spacy_rnn.models.embed import WordEmbed

TEXTS = ["The cat sat on the mat", "A dog"]


def made(seed=0):
    nlp = spacy.blank("en")
    nlp.vocab.vectors = Vectors(shape=(4, 3))
    nlp.vocab.vectors.add(nlp.vocab.strings.add("cat"), vector=np.ones(3, dtype="f"))
    np.random.seed(seed)
    model = WordEmbed(
        ["WORD"], [8], CharCNN(6), include_static_vectors=True, unk_rate=0.0, word_dropout=0.0
    )
    docs = [nlp.make_doc(text) for text in TEXTS]
    model.initialize(X=docs)
    return model, docs


def learn(model, docs, optimizer):
    vectors, backprop = model.begin_update(docs)
    backprop([np.ones_like(v) for v in vectors])
    model.finish_update(optimizer)


def update(model, docs, path):
    learn(model, docs, Adam(0.1))


def load_bytes(model, docs, path):
    model.from_bytes(made(1)[0].to_bytes())


def load_file(model, docs, path):
    made(1)[0].to_disk(path)
    model.from_disk(path)


def initialize(model, docs, path):
    np.random.seed(5)
    model.initialize(X=docs)


def exchange_a_layer(model, docs, path):
    model.layers[0] = made(1)[0].layers[0]


def add_a_vector(model, docs, path):
    vocab = docs[0].vocab
    vocab.vectors.add(vocab.strings.add("dog"), vector=np.full(3, 2.0, dtype="f"))


def load_vectors(model, docs, path):
    other = Vectors(shape=(4, 3))
    other.add(docs[0].vocab.strings["cat"], vector=np.full(3, 7.0, dtype="f"))
    docs[0].vocab.vectors.from_bytes(other.to_bytes())


CHANGES = [
    update,
    load_bytes,
    load_file,
    initialize,
    exchange_a_layer,
    add_a_vector,
    load_vectors,
]


def predict_without(model, docs):
    """What the model says if nothing is kept."""
    kept, model.attrs["cache"] = model.attrs["cache"], WordCache(0)
    rows = np.concatenate(model.predict(docs))
    model.attrs["cache"] = kept
    return rows


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_nothing_old_is_read(change, tmp_path):
    model, docs = made()
    before = np.concatenate(model.predict(docs))
    change(model, docs, tmp_path / "model")
    after = np.concatenate(model.predict(docs))
    assert np.array_equal(after, predict_without(model, docs))
    assert not np.array_equal(after, before)


def test_averages_are_read_while_they_are_in_place_and_not_longer():
    model, docs = made()
    optimizer = Adam(0.1, use_averages=True)
    for _ in range(3):
        learn(model, docs, optimizer)
    before = np.concatenate(model.predict(docs))
    with model.use_params(optimizer.averages):
        averaged = np.concatenate(model.predict(docs))
        assert np.array_equal(averaged, predict_without(model, docs))
    assert not np.array_equal(averaged, before)
    assert np.array_equal(np.concatenate(model.predict(docs)), before)


def test_a_move_to_another_device_makes_another_version():
    model, docs = made()
    before = weights_version(model)
    model.to_cpu()
    assert weights_version(model) != before


def test_weights_that_nobody_counts_have_no_version():
    model, docs = made()
    foreign = chain(model, Maxout(4, model.get_dim("nO")))
    assert weights_version(model) is not None
    assert weights_version(foreign) is None

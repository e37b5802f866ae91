"""Very long texts, read chunk by chunk, against the same texts read at once."""

import numpy as np
import pytest
import spacy
import torch
from spacy.tokens import Doc

from spacy_rnn import native
from spacy_rnn.layers import long_texts
from spacy_rnn.models.ner import CRFTagger
from tests.memory import counts_memory, growth_of_the_peak

WORDS = [f"word{i}" for i in range(100)]


def doc_of(vocab, length, seed=0):
    chosen = np.random.default_rng(seed).integers(len(WORDS), size=length)
    return Doc(vocab, words=[WORDS[i] for i in chosen])


def tagger(nlp, depth=2, width=16, cell="lstm"):
    spacy.util.fix_random_seed(0)
    config = {
        "@architectures": "spacy-rnn.CRFTagger.v1",
        "tok2vec": {
            "@architectures": "spacy.Tok2Vec.v2",
            "embed": {
                "@architectures": "spacy-rnn.WordEmbed.v1",
                "attrs": ["WORD", "NORM"],
                "widths": [width, width],
            },
            "encode": {
                "@architectures": "spacy-rnn.RNNEncoder.v1",
                "cell": cell,
                "width": width,
                "depth": depth,
            },
        },
    }
    model = spacy.registry.resolve({"model": config})["model"]
    model.attrs["resize_output"](model, 5)
    model.initialize(X=[doc_of(nlp.vocab, 300)])
    return model


@pytest.fixture()
def short_chunks(monkeypatch):
    monkeypatch.setattr(long_texts, "TOKENS_OF_A_LONG_TEXT", 50)
    monkeypatch.setattr(long_texts, "TOKENS_OF_A_CHUNK", 16)


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_scores_are_those_of_the_text_at_once(depth, cell, short_chunks, monkeypatch):
    nlp = spacy.blank("en")
    model = tagger(nlp, depth, cell=cell)
    docs = [doc_of(nlp.vocab, length, seed=length) for length in (7, 100, 0, 50, 160, 51)]
    asked = []
    in_chunks = long_texts.vectors_in_chunks
    monkeypatch.setattr(
        "spacy_rnn.models.ner.vectors_in_chunks",
        lambda tok2vec, doc: asked.append(len(doc)) or in_chunks(tok2vec, doc),
    )
    parted = model.predict(docs)
    assert asked == [100, 160, 51]
    monkeypatch.setattr(long_texts, "TOKENS_OF_A_LONG_TEXT", 10_000)
    whole = model.predict(docs)
    assert parted.lengths.tolist() == whole.lengths.tolist() == [7, 100, 0, 50, 160, 51]
    assert torch.allclose(parted.emissions, whole.emissions, atol=1e-5)


def test_training_is_not_parted(short_chunks):
    nlp = spacy.blank("en")
    scores, backprop = tagger(nlp).begin_update([doc_of(nlp.vocab, 100)])
    assert scores.emissions.requires_grad


def test_encoders_that_look_at_neighbours_are_not_parted(short_chunks):
    nlp = spacy.blank("en")
    cnn = {
        "@architectures": "spacy.HashEmbedCNN.v2",
        "width": 8,
        "depth": 1,
        "embed_size": 50,
        "window_size": 1,
        "maxout_pieces": 2,
        "subword_features": False,
        "pretrained_vectors": None,
    }
    model = CRFTagger(spacy.registry.resolve({"m": cnn})["m"], nO=3)
    docs = [doc_of(nlp.vocab, 100)]
    model.initialize(X=docs)
    assert len(model.predict(docs).emissions) == 100


@counts_memory
def test_a_huge_text_is_read_in_bounded_memory(monkeypatch):
    nlp = spacy.blank("en")
    model, doc = tagger(nlp, depth=2, width=128), doc_of(nlp.vocab, 60_000)
    monkeypatch.setattr(long_texts, "TOKENS_OF_A_CHUNK", 2048)
    monkeypatch.setattr(long_texts, "TOKENS_OF_A_LONG_TEXT", 2048)
    # The compiled kernels need little more for a whole text.
    with native.using(None):
        model.predict([doc[:2000].as_doc()])
        parted = growth_of_the_peak(lambda: model.predict([doc]))
        monkeypatch.setattr(long_texts, "TOKENS_OF_A_LONG_TEXT", 100_000)
        whole = growth_of_the_peak(lambda: model.predict([doc]))
    # 60,000 tokens of 128 numbers are 31 MB, here two to three times, there eight times.
    assert parted < 0.7 * whole, (whole, parted)

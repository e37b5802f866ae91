"""Very long texts are classified chunk by chunk as they are at once, in bounded memory."""

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from spacy_rnn import native
from spacy_rnn.errors import NonFiniteError
from spacy_rnn.layers import long_texts, text_groups
from spacy_rnn.layers.torch_modules import modules_in
from spacy_rnn.pipeline.textcat.attention import attend
from tests.memory import counts_memory, growth_of_the_peak

LENGTHS = (7, 100, 0, 50, 160, 51)


def classifier(width=16, exclusive=True):
    spacy.util.fix_random_seed(0)
    config = {
        "@architectures": "spacy-rnn.TextCatRNN.v1",
        "exclusive_classes": exclusive,
        "pooling": ["attention", "mean", "max", "last"],
        "tok2vec": {
            "@architectures": "spacy.Tok2Vec.v2",
            "embed": {
                "@architectures": "spacy-rnn.WordEmbed.v1",
                "attrs": ["WORD"],
                "widths": [width],
            },
            "encode": {"@architectures": "spacy-rnn.BiLSTMEncoder.v1", "width": width, "depth": 2},
        },
    }
    model = spacy.registry.resolve({"model": config})["model"]
    model.initialize(X=[doc_of(300)], Y=np.zeros((1, 3), dtype="float32"))
    for module in modules_in(model.get_ref("classifier")):
        module.output.weight.data.normal_()
    return model


def doc_of(length):
    return Doc(spacy.blank("en").vocab, words=[f"word{(i * i) % 97}" for i in range(length)])


@pytest.mark.parametrize("exclusive", [True, False])
def test_the_classes_are_those_of_the_text_at_once(exclusive, monkeypatch):
    model, docs = classifier(exclusive=exclusive), [doc_of(length) for length in LENGTHS]
    whole = model.predict(docs)
    monkeypatch.setattr(long_texts, "TOKENS_OF_A_LONG_TEXT", 50)
    monkeypatch.setattr(long_texts, "TOKENS_OF_A_CHUNK", 16)
    np.testing.assert_allclose(model.predict(docs), whole, atol=1e-5)
    assert model.begin_update(docs)[0].shape == (6, 3)
    for module in modules_in(model.get_ref("classifier")):
        module.output.weight.data[0] = float("nan")
    model.get_ref("classifier").shims[0].version += 1
    with pytest.raises(NonFiniteError, match="output.weight"):
        model.predict(docs[1:2])


@counts_memory
def test_a_huge_text_is_read_in_bounded_memory(monkeypatch):
    model, doc = classifier(width=128), doc_of(60_000)
    monkeypatch.setattr(long_texts, "TOKENS_OF_A_CHUNK", 2048)
    # The compiled kernels need no more for a whole text.
    with native.using(None):
        model.predict([doc_of(2000)])
        whole = growth_of_the_peak(lambda: model.predict([doc]))
        monkeypatch.setattr(long_texts, "TOKENS_OF_A_LONG_TEXT", 2048)
        parted = growth_of_the_peak(lambda: model.predict([doc]))
    # 60,000 tokens of 128 numbers are 31 MB, here two to three times, there seven times.
    assert parted < 0.7 * whole, (whole, parted)


def test_many_texts_are_read_group_by_group_as_they_are_at_once(monkeypatch):
    model, docs = classifier(), [doc_of(length) for length in LENGTHS]
    whole, looks = model.predict(docs), attend(model, docs)
    monkeypatch.setattr(text_groups, "TOKENS_AT_ONCE", 110)
    groups = list(text_groups.groups_of_texts(docs, lambda doc: len(doc) == 50))
    assert [([len(doc) for doc in group], is_long) for group, is_long in groups] == [
        ([7, 100, 0], False),
        ([50], True),
        ([160], False),
        ([51], False),
    ]
    monkeypatch.setattr(long_texts, "TOKENS_OF_A_LONG_TEXT", 90)
    monkeypatch.setattr(long_texts, "TOKENS_OF_A_CHUNK", 16)
    np.testing.assert_allclose(model.predict(docs), whole, atol=1e-5)
    for parted, look in zip(attend(model, docs), looks, strict=True):
        np.testing.assert_allclose(parted, look, atol=1e-5)
    assert model.predict([]).shape == (0, 3) and attend(model, []) == []


@counts_memory
def test_a_batch_of_long_texts_is_read_in_bounded_memory(monkeypatch):
    model, docs = classifier(width=128), [doc_of(10_000)] * 6
    model.predict(docs[:1])
    whole = growth_of_the_peak(lambda: model.predict(docs))
    monkeypatch.setattr(text_groups, "TOKENS_AT_ONCE", 10_000)
    grouped = growth_of_the_peak(lambda: model.predict(docs))
    assert grouped < 0.7 * whole, (whole, grouped)

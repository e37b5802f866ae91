"""Word embeddings: known and unknown words, what is kept, and what may not be stale."""

import pickle

import numpy as np
import pytest
import spacy
from spacy.vectors import Vectors
from thinc.api import Adam

from spacy_rnn.layers.characters import CharCNN, CharLSTM
from spacy_rnn.models.embed import WordEmbed

TEXTS = ["The cat sat on the mat", "The dog sat on 21 mats", "", "A cat"]


@pytest.fixture(scope="module")
def nlp():
    return spacy.blank("en")


def docs_of(nlp, texts=TEXTS):
    return [nlp.make_doc(text) for text in texts]


def made(nlp, texts=TEXTS, **settings):
    settings = {"unk_rate": 0.0, "word_dropout": 0.0, **settings}
    model = WordEmbed(["WORD", "SUFFIX"], [8, 4], **settings)
    model.initialize(X=docs_of(nlp, texts))
    return model


def test_shapes(nlp):
    model = made(nlp)
    assert model.get_dim("nO") == 12
    assert [vectors.shape for vectors in model.predict(docs_of(nlp))] == [
        (6, 12),
        (6, 12),
        (0, 12),
        (2, 12),
    ]


@pytest.mark.parametrize("chars", [None, CharCNN, CharLSTM])
def test_a_word_has_the_same_vector_wherever_it_stands(nlp, chars):
    model = made(nlp, chars=chars and chars())
    first, second, _, third = model.predict(docs_of(nlp))
    assert np.allclose(first[0], second[0], atol=1e-6) and np.allclose(
        first[1], third[1], atol=1e-6
    )
    alone = model.predict(docs_of(nlp, ["A cat"]))[0]
    assert np.allclose(alone, third, atol=1e-5)
    for doc, vectors in zip(docs_of(nlp), (first, second)):
        assert np.allclose(model.predict([doc])[0], vectors, atol=1e-5)


def test_case_and_digits_are_folded(nlp):
    model = made(nlp, ["price 21 The"])
    word = [vectors[0, :8] for vectors in model.predict(docs_of(nlp, ["21", "47", "the", "THE"]))]
    assert np.array_equal(word[0], word[1]) and np.array_equal(word[2], word[3])


def test_words_are_told_apart_by_how_often_their_text_has_them(nlp):
    texts = ["The net reads the net", "a net", "rain rain rain", "x " * 12]
    model = WordEmbed(["WORD", "COUNT"], [8, 4], unk_rate=0.0, word_dropout=0.0)
    model.initialize(X=docs_of(nlp, texts))
    twice, once, thrice, often = model.predict(docs_of(nlp, texts))
    assert np.array_equal(twice[1, :8], once[1, :8])
    assert not np.array_equal(twice[1, 8:], once[1, 8:])
    # Whatever its case: "The" stands there twice as well.
    assert np.array_equal(twice[0, 8:], twice[1, 8:]) and np.array_equal(twice[3], twice[0])
    assert np.array_equal(once[0, 8:], twice[2, 8:])
    assert not np.array_equal(thrice[0, 8:], twice[0, 8:])
    # So often that it makes no difference any more.
    more = model.predict(docs_of(nlp, ["x " * 40]))[0]
    assert np.allclose(more[0], often[0], atol=1e-6)
    for doc, vectors in zip(docs_of(nlp, texts), (twice, once, thrice, often)):
        assert np.allclose(model.predict([doc])[0], vectors, atol=1e-6)
        part = doc[:1]
        assert np.allclose(model.predict([part])[0][0, :8], vectors[0, :8], atol=1e-6)


def test_counts_are_learned(nlp):
    model = WordEmbed(["COUNT", "NORM"], [4, 4], unk_rate=0.0, word_dropout=0.0)
    docs = docs_of(nlp, ["net net", "net"])
    model.initialize(X=docs)
    before = [vectors.copy() for vectors in model.predict(docs)]
    _, backprop = model.begin_update(docs)
    gradient = [np.zeros((2, 8), dtype="f"), np.zeros((1, 8), dtype="f")]
    gradient[0][:, :4] = 1.0
    backprop(gradient)
    model.finish_update(Adam(0.1))
    after = model.predict(docs)
    assert not np.allclose(after[0][:, :4], before[0][:, :4])
    assert np.allclose(after[1], before[1]) and np.allclose(after[0][:, 4:], before[0][:, 4:])


def test_unknown_words_share_one_vector(nlp):
    one, two, known = (v[0, :8] for v in made(nlp).predict(docs_of(nlp, ["zebra", "yak", "cat"])))
    assert np.array_equal(one, two) and not np.array_equal(one, known)


def test_training_gives_new_words_rows(nlp):
    model = made(nlp)
    docs = docs_of(nlp, ["zebra yak"])
    vectors, _ = model.begin_update(docs)
    assert not np.array_equal(vectors[0][0, :8], vectors[0][1, :8])
    assert np.allclose(model.predict(docs)[0], vectors[0], atol=1e-6)


def test_singletons_are_read_as_unknown_at_the_rate(nlp):
    words = [f"word{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(400)]
    model = made(nlp, [" ".join(words)], unk_rate=0.5)
    unknown = model.predict(docs_of(nlp, ["zebra"]))[0][0, :8]
    vectors = model.begin_update(docs_of(nlp, [" ".join(words)]))[0][0][:, :8]
    share = np.mean([np.array_equal(vector, unknown) for vector in vectors])
    assert 0.4 < share < 0.6


def test_what_was_learned_shows_at_once(nlp):
    model, optimizer = made(nlp), Adam(0.1)
    docs = docs_of(nlp)
    before = model.predict(docs)[0].copy()
    vectors, backprop = model.begin_update(docs)
    backprop([np.ones_like(v) for v in vectors])
    model.finish_update(optimizer)
    after = model.predict(docs)[0]
    assert np.abs(after - before).max() > 0.01
    with model.use_params(optimizer.averages):
        averaged = model.predict(docs)[0].copy()
    fresh = WordEmbed(["WORD", "SUFFIX"], [8, 4]).from_bytes(model.to_bytes())
    assert np.array_equal(model.predict(docs)[0], fresh.predict(docs)[0])
    assert averaged.shape == after.shape


def test_loading_other_weights_drops_what_was_cached(nlp):
    model, other = made(nlp), made(nlp)
    docs = docs_of(nlp)
    model.predict(docs)
    model.from_bytes(other.to_bytes())
    assert np.array_equal(model.predict(docs)[0], other.predict(docs)[0])


@pytest.mark.parametrize("chars", [None, CharCNN, CharLSTM])
def test_vectors_survive_bytes_pickle_and_copy(nlp, chars):
    model, docs = made(nlp, chars=chars and chars()), docs_of(nlp, [*TEXTS, "zebra"])
    expected = model.predict(docs)
    fresh = WordEmbed(["WORD", "SUFFIX"], [8, 4], chars=chars and chars())
    for other in (
        fresh.from_bytes(model.to_bytes()),
        pickle.loads(pickle.dumps(model)),
        model.copy(),
    ):
        for vectors, wanted in zip(other.predict(docs), expected):
            assert np.array_equal(vectors, wanted)


def test_static_vectors_stand_beside_the_learned_ones():
    nlp = spacy.blank("en")
    nlp.vocab.vectors = Vectors(data=np.eye(3, dtype="f"), keys=["cat", "dog", "mat"])
    model = made(nlp, include_static_vectors=True)
    assert model.get_dim("nO") == 15
    cat, shouted, zebra = (v[0, 12:] for v in model.predict(docs_of(nlp, ["cat", "CAT", "zebra"])))
    assert cat.any() and np.array_equal(cat, shouted) and not zebra.any()


def test_a_cased_static_vector_comes_before_that_of_the_lower_case():
    nlp = spacy.blank("en")
    nlp.vocab.vectors = Vectors(data=np.eye(2, dtype="f"), keys=["us", "US"])
    model = made(nlp, include_static_vectors=True)
    (rows,) = model.predict(docs_of(nlp, ["us US Us"]))
    assert rows[:, 12:].argmax(axis=1).tolist() == [0, 1, 0]


def test_static_vectors_that_are_not_there_are_named(nlp):
    with pytest.raises(ValueError, match="include_static_vectors"):
        made(spacy.blank("en"), include_static_vectors=True)


@pytest.mark.parametrize("chars", [CharCNN, CharLSTM])
@pytest.mark.parametrize("text", ["🤖\u200d🤖", "x" * 10_000, "\ud800"])
def test_odd_words_pass_through(nlp, chars, text):
    model = made(nlp, chars=chars())
    try:
        doc = nlp.make_doc(text)
    except UnicodeEncodeError:
        pytest.skip("spaCy's tokenizer refuses lone surrogates itself")
    assert np.isfinite(model.predict([doc])[0]).all()


@pytest.mark.parametrize(
    "attrs,widths,settings,named",
    [
        (["WORD"], [8, 4], {}, "embed.widths"),
        (["LEMMA"], [8], {}, "embed.attrs"),
        ([], [], {}, "embed.attrs"),
        (["WORD"], [0], {}, "embed.widths"),
        (["WORD"], [8], {"unk_rate": 2.0}, "embed.unk_rate"),
        (["WORD"], [8], {"word_dropout": 1.0}, "embed.word_dropout"),
        (["WORD"], [8], {"tune_static_vectors": True}, "embed.tune_static_vectors"),
    ],
)
def test_impossible_settings_are_named(attrs, widths, settings, named):
    with pytest.raises(ValueError, match=named):
        WordEmbed(attrs, widths, **settings)

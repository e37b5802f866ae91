import numpy as np
import pytest
import spacy
from spacy.training import Example

from spacy_rnn.models.bag_of_ngrams import BagOfNgrams

TEXTS = {
    "good film": {"YES": 1.0, "NO": 0.0},
    "not good at all": {"YES": 0.0, "NO": 1.0},
    "Good": {"YES": 1.0, "NO": 0.0},
    "": {"YES": 0.0, "NO": 1.0},
}


def trained(factory="textcat", **settings):
    """A pipeline of spaCy's own component with a bag of n-grams."""
    nlp = spacy.blank("en")
    model = {
        "@architectures": "spacy-rnn.BagOfNgrams.v1",
        "exclusive_classes": factory == "textcat",
        **settings,
    }
    nlp.add_pipe(factory, config={"model": model})
    examples = [Example.from_dict(nlp.make_doc(t), {"cats": c}) for t, c in TEXTS.items()]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(60):
        nlp.update(examples, sgd=optimizer)
    return nlp


@pytest.mark.parametrize("factory", ["textcat", "textcat_multilabel"])
def test_spacys_own_components_learn_with_it(factory):
    nlp = trained(factory)
    for text, cats in list(TEXTS.items())[:3]:
        assert max(nlp(text).cats, key=nlp(text).cats.get) == max(cats, key=cats.get)


def test_it_predicts_the_same_after_a_round_trip(tmp_path):
    nlp = trained(length=64)
    nlp.to_disk(tmp_path)
    again = spacy.load(tmp_path)
    for text in TEXTS:
        assert again(text).cats == nlp(text).cats


def test_case_does_not_matter_and_order_does_only_within_ngrams():
    model = trained().get_pipe("textcat").model
    make = spacy.blank("en").make_doc
    one, same, other = model.predict([make(t) for t in ("good film", "FILM Good", "Good FILM")])
    assert np.abs(one - other).max() < 1e-6
    unigrams = trained(ngram_size=1).get_pipe("textcat").model
    assert (
        np.abs(np.diff(unigrams.predict([make("good film"), make("film good")]), axis=0)).max()
        < 1e-6
    )
    assert not np.allclose(one, same)


def test_a_word_said_twice_counts_more_but_not_twice_as_much():
    ngrams = BagOfNgrams(True, ngram_size=1).layers[0]
    bags = ngrams.predict([spacy.blank("en").make_doc("so so so so good")])
    assert sorted(bags.weights / bags.weights.min()) == pytest.approx([1.0, 2.0])


def test_a_text_weighs_the_same_whatever_its_length_and_words_more_than_pairs():
    ngrams = BagOfNgrams(True, ngram_size=3, length=10_000).layers[0]
    make = spacy.blank("en").make_doc
    texts = ["not good", "", "a b c a b d " * 50]
    bags = ngrams.predict([make(text) for text in texts])
    # Two words and a pair; four words, five pairs and six triples, each counted once.
    assert bags.lengths.tolist() == [3, 0, 15] and len(bags.buckets) == 18
    short, long = bags.weights[:3], bags.weights[3:]
    assert np.linalg.norm(short) == pytest.approx(np.linalg.norm(long))
    pair, word, same = sorted(short)
    assert word == same > pair > 0.0


def test_only_ngrams_of_the_training_take_memory_and_others_count_nothing():
    nlp = trained(length=1 << 20)
    head = nlp.get_pipe("textcat").model.get_ref("output_layer")
    # good, film, not, at, all; and four pairs.
    assert len(head.attrs["rows"]) == 1 + 9
    assert len(nlp.to_bytes()) < 1 << 18
    none, new = nlp.get_pipe("textcat").model.predict([nlp.make_doc(t) for t in ("", "never met")])
    np.testing.assert_array_equal(none, new)


def test_neighbours_in_a_batch_change_nothing():
    model = trained().get_pipe("textcat").model
    docs = [spacy.blank("en").make_doc(text) for text in TEXTS]
    together = model.predict(docs)
    for doc, row in zip(docs, together):
        np.testing.assert_allclose(model.predict([doc])[0], row, atol=1e-6)
    assert model.predict([]).shape == (0, 2)


def test_a_label_added_later_keeps_what_was_learned():
    nlp = trained("textcat_multilabel")
    before = nlp("good film").cats
    nlp.get_pipe("textcat_multilabel").add_label("MAYBE")
    after = nlp("good film").cats
    assert {label: after[label] for label in before} == pytest.approx(before)
    assert "MAYBE" in after


@pytest.mark.parametrize("setting, value", [("ngram_size", 0), ("ngram_size", 6), ("length", 0)])
def test_a_setting_out_of_range_is_named(setting, value):
    with pytest.raises(ValueError, match=f"model.{setting} must be"):
        BagOfNgrams(True, **{setting: value})

"""What a user may say about the search: how many texts, which words not, which words first."""

import pytest

from spacy_rnn.pipeline.summarizer.word_constraints import WordConstraints
from tests.pipeline.summarizer.pipelines import PAIRS, blank, pair


@pytest.fixture
def pipe(summarizer):
    return summarizer.get_pipe("summarizer")


@pytest.fixture
def constrained(pipe, monkeypatch):
    def constrain(**words):
        monkeypatch.setattr(pipe, "constraints", WordConstraints(**words))

    return constrain


def test_the_n_best_texts_come_in_order_with_their_log_probabilities(summarizer, pipe):
    docs = [summarizer.make_doc(text) for text in (PAIRS[0][0], "", PAIRS[5][0])]
    first, empty, third = pipe.n_best(docs, 4)
    assert [each.text for each in empty] == [""]
    for found, text in ((first, PAIRS[0][0]), (third, PAIRS[5][0])):
        assert len({each.text for each in found}) == len(found) == 4
        assert all(len(each.log_probs) == len(each.words) for each in found)
        assert found[0].text == summarizer(text)._.summary
        assert all(each.log_prob < sum(each.log_probs) for each in found)
        means = [each.log_prob / (len(each.words) + 1) for each in found]
        assert means == sorted(means, reverse=True)
    assert docs[0]._.summary is None


def test_a_forbidden_word_is_neither_generated_nor_copied(summarizer, constrained):
    text, _ = pair("Zoe", "Quince", 4711)
    assert "Zoe" in summarizer(text)._.summary and "boat" in summarizer(text)._.summary
    constrained(forbidden=["Zoe", "Boat"])
    words = summarizer(text)._.summary.lower().split()
    assert words and "zoe" not in words and "boat" not in words


def test_every_text_begins_with_the_first_words(summarizer, constrained):
    constrained(first=["boat", "for"])
    for doc in summarizer.pipe([PAIRS[0][0], PAIRS[9][0]]):
        assert doc._.summary.lower().startswith("boat for ")


def test_subwords_can_spell_a_first_word(spelling, monkeypatch):
    pipe = spelling.get_pipe("summarizer")
    monkeypatch.setattr(pipe, "constraints", WordConstraints(first=["sail"]))
    assert spelling(PAIRS[0][0])._.summary.startswith("Sail")


def test_what_cannot_be_done_is_named(summarizer, constrained):
    constrained(first=["submarine"])
    with pytest.raises(ValueError, match="first_words.*submarine"):
        summarizer(PAIRS[0][0])
    with pytest.raises(ValueError, match="at least 1"):
        summarizer.get_pipe("summarizer").n_best([], 0)
    with pytest.raises(ValueError, match="forbidden_words"):
        blank(target_units="subwords", forbidden_words=["boat"])


def test_the_settings_reach_the_search():
    pipe = blank(forbidden_words=["boat"], first_words=["Ada"]).get_pipe("summarizer")
    assert pipe.constraints == WordConstraints(["boat"], ["Ada"])

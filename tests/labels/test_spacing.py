"""Where spaces go, learned from texts in several languages."""

import pytest
import spacy

from spacy_rnn.labels.spacing import Spacing

TITLES = [
    "Zorro: a fast-learning parser (and tagger)",
    "On the co-training of a parser: what it's worth",
    "A survey of graphs, trees and fast walks",
    "Zorro: faster than you can't imagine",
    "The parser of a graph (a survey)",
    "A fast tagger for a parser",
    "We cannot learn: you cannot either",
    "The walks of a tagger",
    "Why not learn what not all can learn and can walk",
]
CHINESE = ["我们提出一种方法", "一种新的方法", "新的摘要方法", "我们的摘要"]
ENGLISH, CHARACTERS = spacy.blank("en"), spacy.blank("zh")


def learned(nlp, texts):
    tokens = [[(token.text, bool(token.whitespace_)) for token in nlp(text)] for text in texts]
    return Spacing.learn(tokens)


def joined(spacing, nlp, text):
    """The text from its tokens, none of them copied."""
    forms = [token.text for token in nlp(text)]
    return spacing.join(forms, [-1] * len(forms), [])


@pytest.fixture(scope="module")
def english():
    return learned(ENGLISH, TITLES)


@pytest.mark.parametrize("text", TITLES)
def test_texts_come_back(english, text):
    assert joined(english, ENGLISH, text) == text


@pytest.mark.parametrize(
    "text",
    [
        # Seen before a colon and after a hyphen only.
        "A Zorro parser",
        "What training is",
        "learning (Zorro)",
        # Seen after a bracket only, or never.
        "A parser and what",
        "unseen: words, (all) un-learned",
    ],
)
def test_words_do_not_join_because_their_neighbours_do(english, text):
    assert joined(english, ENGLISH, text) == text


def test_only_what_joins_is_kept(english):
    assert english.before == {":", ",", ")", "-", "'s", "n't"}
    assert english.after == {"(", "-"}


def test_an_exception_is_one_of_a_pair(english):
    assert english.pairs == {"can not": True}


@pytest.mark.parametrize("text", [*CHINESE, "摘要的一种"])
def test_a_language_without_spaces_gets_none(text):
    assert joined(learned(CHARACTERS, CHINESE), CHARACTERS, text) == text


def test_neighbours_in_the_source_stay_as_they_were():
    spacing = Spacing([], [], {})
    assert spacing.join(["a", "b", "c"], [4, 5, 2], [True] * 4 + [False, True]) == "ab c"


def test_nothing_to_learn_from():
    assert Spacing.learn([]).join(["a", "b"], [-1, -1], []) == "a b"

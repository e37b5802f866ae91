import numpy as np
import pytest
import spacy
from spacy.tokens import Doc, Span
from spacy.training import Example

from spacy_rnn.labels.tag_scheme import TagScheme
from spacy_rnn.pipeline.ner.entity_layers import InEnts, InSpans
from spacy_rnn.pipeline.ner.gold import allowed_tags, incorrect_paths

SCHEME = TagScheme("biluo", ("LOC", "PER"))
WORDS = ["Anna", "saw", "New", "York", "."]


@pytest.fixture
def vocab():
    return spacy.blank("en").vocab


def example(vocab, reference, words=WORDS):
    return Example(Doc(vocab, words=words), reference)


def names(allowed):
    """The allowed tags of each token, None where all are."""
    rows = [[SCHEME.tags[i] for i in np.flatnonzero(row)] for row in allowed]
    return [None if len(row) == len(SCHEME.tags) else "|".join(row) for row in rows]


def test_full_annotation_leaves_one_tag_each(vocab):
    reference = Doc(vocab, words=WORDS, ents=["B-PER", "O", "B-LOC", "I-LOC", "O"])
    allowed = allowed_tags(example(vocab, reference), InEnts(), SCHEME)
    assert names(allowed) == ["U-PER", "O", "B-LOC", "L-LOC", "O"]


def test_missing_tokens_are_open_and_not_outside(vocab):
    reference = Doc(vocab, words=WORDS)
    reference.set_ents([Span(reference, 2, 4, "LOC")], default="missing")
    allowed = allowed_tags(example(vocab, reference), InEnts(), SCHEME)
    assert names(allowed) == [None, None, "B-LOC", "L-LOC", None]


def test_a_doc_without_annotation_is_open(vocab):
    allowed = allowed_tags(example(vocab, Doc(vocab, words=WORDS)), InEnts(), SCHEME)
    assert names(allowed) == [None] * 5


def test_a_misaligned_entity_is_open_and_warned_of(vocab):
    reference = Doc(vocab, words=WORDS, spaces=[True, True, True, False, False])
    reference.set_ents([Span(reference, 0, 1, "PER"), Span(reference, 2, 4, "LOC")])
    words, spaces = ["An", "na", "saw", "New", "York."], [False, True, True, True, False]
    predicted = Doc(vocab, words=words, spaces=spaces)
    with pytest.warns(UserWarning, match="'New York'.*left out of training"):
        allowed = allowed_tags(Example(predicted, reference), InEnts(), SCHEME)
    assert names(allowed) == ["B-PER", "L-PER", "O", None, None]


def test_an_entity_edged_with_whitespace_is_open_and_warned_of(vocab):
    reference = Doc(vocab, words=["Anna", "\n", "ran"], ents=["B-PER", "I-PER", "O"])
    with pytest.warns(UserWarning, match="whitespace"):
        allowed = allowed_tags(example(vocab, reference, ["Anna", "\n", "ran"]), InEnts(), SCHEME)
    assert names(allowed) == [None, None, "O"]


def test_spans_of_a_group_are_read_and_may_not_overlap(vocab):
    reference = Doc(vocab, words=WORDS)
    layer = InSpans("mine")
    assert names(allowed_tags(example(vocab, reference), layer, SCHEME)) == [None] * 5
    reference.spans["mine"] = [Span(reference, 2, 4, "LOC")]
    allowed = allowed_tags(example(vocab, reference), layer, SCHEME)
    assert names(allowed) == ["O", "O", "B-LOC", "L-LOC", "O"]
    reference.spans["mine"] = [Span(reference, 2, 4, "LOC"), Span(reference, 3, 5, "PER")]
    with pytest.raises(ValueError, match="'New York' and 'York .'.*overlap"):
        allowed_tags(example(vocab, reference), layer, SCHEME)


def test_incorrect_spans_become_excluded_paths(vocab):
    reference = Doc(vocab, words=WORDS)
    reference.spans["wrong"] = [Span(reference, 2, 4, "PER"), Span(reference, 0, 1, "GHOST")]
    cases = list(incorrect_paths([example(vocab, reference)], "wrong", InEnts(), SCHEME))
    assert [case.sequence for case in cases] == [0]
    assert names(cases[0].paths) == [None, None, "B-PER", "L-PER", None]


def test_a_span_that_is_right_and_wrong_is_an_error(vocab):
    reference = Doc(vocab, words=WORDS, ents=["B-PER", "O", "O", "O", "O"])
    reference.spans["wrong"] = [Span(reference, 0, 1, "PER")]
    with pytest.raises(ValueError, match="E868"):
        list(incorrect_paths([example(vocab, reference)], "wrong", InEnts(), SCHEME))

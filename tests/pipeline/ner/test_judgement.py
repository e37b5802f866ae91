import spacy
from spacy.tokens import Doc, Span
from spacy.training import Example

from spacy_rnn.pipeline.ner.entity_layers import InEnts
from spacy_rnn.pipeline.ner.judgement import judge


def test_spans_on_unknown_tokens_are_not_judged():
    vocab = spacy.blank("en").vocab
    words = ["a", "b", "c", "d"]
    reference = Doc(vocab, words=words)
    reference.set_ents([Span(reference, 0, 1, "X")], missing=[reference[2:4]])
    example = Example(Doc(vocab, words=words), reference)
    found = [((0, 1, "X"), 0.9), ((1, 2, "X"), 0.5), ((1, 3, "X"), 0.7), ((3, 4, "X"), 0.8)]
    result = judge([example], [found], InEnts())
    assert result.probabilities.tolist() == [0.9, 0.5]
    assert result.correct.tolist() == [True, False] and result.present == 1

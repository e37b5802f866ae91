"""Texts of ten thousand tokens and the text classifiers."""

import spacy
from spacy.tokens import Doc
from spacy.training import Example

from tests.memory import counts_memory, growth_of_the_peak
from tests.pipeline.textcat.test_component import rnn

FILLER = ["and", "then", "something", "else", "went", "on"]


def text(nlp, label, length):
    """The class of a text stands in its first word."""
    words = [label.lower()] + [FILLER[i % len(FILLER)] for i in range(length - 1)]
    cats = {"RED": 0.0, "BLUE": 0.0, label: 1.0}
    return Example.from_dict(Doc(nlp.vocab, words=words), {"cats": cats})


def made(tokens, gold):
    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("en")
    model = rnn()
    model["tok2vec"]["encode"]["backprop_tokens"] = tokens
    nlp.add_pipe("rnn_textcat", config={"model": model})
    optimizer = nlp.initialize(lambda: gold(nlp))
    optimizer.learn_rate = 0.01
    return nlp, optimizer


def test_long_texts_are_learned_in_chunks_and_saved_with_the_setting(tmp_path):
    def gold(nlp):
        return [text(nlp, label, length) for label in ("RED", "BLUE") for length in (3, 40, 70)]

    nlp, optimizer = made(16, gold)
    for _ in range(40):
        nlp.update(gold(nlp), sgd=optimizer, drop=0.1)
    nlp.to_disk(tmp_path)
    for pipeline in (nlp, spacy.load(tmp_path)):
        assert pipeline.evaluate(gold(pipeline))["cats_accuracy"] == 1.0
        encoder = pipeline.get_pipe("rnn_textcat").model.get_ref("tok2vec").layers[1]
        assert encoder.shims[0].module.backprop_tokens == 16


@counts_memory
def test_ten_thousand_tokens_are_learned_and_read_in_bounded_memory():
    nlp, optimizer = made(500, lambda nlp: [text(nlp, "RED", 9), text(nlp, "BLUE", 9)])

    def learn_and_read(length):
        gold = [text(nlp, "RED", length)]
        nlp.update(gold, sgd=optimizer)
        nlp(gold[0].predicted)

    learn_and_read(1000)
    # One array of 10,000 x 32 floats is 1.3 MB.
    assert growth_of_the_peak(lambda: learn_and_read(10_000)) < 40

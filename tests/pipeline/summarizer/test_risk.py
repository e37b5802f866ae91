"""Learning from what the texts of one's own lack."""

from dataclasses import replace

import numpy as np
import pytest
from thinc.api import set_dropout_rate

from spacy_rnn.decoding.overlap import overlap
from tests.pipeline.summarizer.pipelines import MODEL, PAIRS, blank, examples, train, trained


def shared(nlp):
    """The mean overlap of written texts with gold ones."""
    written = nlp.pipe([text for text, _ in PAIRS])
    pairs = [(doc._.summary.split(), gold.split()) for doc, (_, gold) in zip(written, PAIRS)]
    return sum(overlap(*pair) for pair in pairs) / len(pairs)


def test_texts_share_more_with_gold_ones_after_it():
    nlp = trained(rounds=3, label_smoothing=0.0)
    pipe, before = nlp.get_pipe("summarizer"), shared(nlp)
    loss = pipe.loss
    pipe.loss = type(loss)(risk=1000.0, sharpness=loss.sharpness)
    train(nlp, examples(nlp, PAIRS), 3)
    assert before < 0.95 and shared(nlp) > before + 0.02


def gradients(pipe, data, parts):
    """RETURNS: the gradients of all weights after learning a batch in parts, and the loss."""
    found, total = {}, 0.0
    whole = pipe.count_gold(data)
    for part in parts:
        chosen = [data[i] for i in part]
        total += pipe.learn(chosen, pipe.count_gold(chosen) / whole)
    for i, node in enumerate(pipe.model.walk()):
        for shim in node.shims:
            for name, weight in shim._model.named_parameters():
                if weight.grad is not None:
                    found[i, name] = weight.grad.to_dense().numpy().copy()
                    weight.grad = None
    return found, total


CONSTRAINTS = [{}, {"forbidden_words": ["boat"]}, {"first_words": ["euros"]}]


@pytest.mark.parametrize("settings", CONSTRAINTS)
def test_parts_of_a_batch_add_up(settings):
    # Without noise, as parts would draw another one.
    embed = {**MODEL["tok2vec"]["embed"], "unk_rate": 0.0, "word_dropout": 0.0}
    model = {**MODEL, "tok2vec": {**MODEL["tok2vec"], "embed": embed}}
    # Trained a little: where all words are as likely, rounding decides between candidates.
    nlp = trained(3, model=model, risk_candidates=3, **settings)
    data = examples(nlp, [*PAIRS[:5], ("", "Nothing."), ("It rained.", None)])
    pipe = nlp.get_pipe("summarizer")
    pipe.loss = replace(pipe.loss, risk=20.0)
    set_dropout_rate(pipe.model, 0.0)
    whole, loss = gradients(pipe, data, [range(7)])
    parts, same = gradients(pipe, data, [[0, 1], [2, 5, 6], [3, 4]])
    assert same == pytest.approx(loss, rel=1e-4)
    assert whole and whole.keys() == parts.keys()
    for name, gradient in whole.items():
        np.testing.assert_allclose(parts[name], gradient, atol=1e-3, err_msg=str(name))


def test_a_batch_without_targets_teaches_nothing():
    nlp = blank(risk_loss=20.0)
    nlp.initialize(lambda: examples(nlp, PAIRS[:4]))
    for data in (("It rained.", None), ("", "Nothing.")):
        assert nlp.update(examples(nlp, [data]))["summarizer"] == 0.0


def test_nothing_is_searched_for_without_a_weight(monkeypatch):
    from spacy_rnn.layers import teaching

    monkeypatch.setattr(teaching, "find_candidates", None)
    nlp = blank()
    data = examples(nlp, PAIRS[:4])
    nlp.initialize(lambda: data)
    assert nlp.update(data)["summarizer"] > 0.0

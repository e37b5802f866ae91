"""Learning from what the texts of one's own lack."""

from dataclasses import replace

import numpy as np
import pytest
from thinc.api import set_dropout_rate

from spacy_rnn.decoding.beam import Beam
from spacy_rnn.decoding.overlap import overlap
from spacy_rnn.layers import teaching
from spacy_rnn.layers.risk import find_candidates
from spacy_rnn.layers.writing import write
from spacy_rnn.nn.ragged import Ragged
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


def quiet():
    """Without noise, as parts of a batch would draw another one."""
    embed = {**MODEL["tok2vec"]["embed"], "unk_rate": 0.0, "word_dropout": 0.0}
    return {**MODEL, "tok2vec": {**MODEL["tok2vec"], "embed": embed}}


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
    # Trained a little: where all words are as likely, rounding decides between candidates.
    nlp = trained(3, model=quiet(), risk_candidates=3, **settings)
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


@pytest.mark.parametrize("units", [{}, {"target_units": "subwords", "vocabulary_size": 120}])
@pytest.mark.parametrize("members", [1, 2])
def test_the_loss_is_that_of_gold_targets_and_the_errors_of_the_texts_of_n_best(units, members):
    """Of each member alone, with what the public search finds."""
    model = quiet()
    if members > 1:
        model = {"@architectures": "spacy-rnn.Seq2SeqEnsemble.v1", "member": model}
    settings = {"risk_candidates": 3, "risk_sharpness": 4.0, "beam_width": 3, "consensus": 2.0}
    nlp = trained(3, model=model, **settings, **units)
    data = examples(nlp, PAIRS[:5])
    pipe = nlp.get_pipe("summarizer")
    set_dropout_rate(pipe.model, 0.0)
    plain = pipe.learn(data, 1.0)
    pipe.loss = replace(pipe.loss, risk=7.0)
    with_risk = pipe.learn(data, 1.0)
    expected = 0.0
    for member in pipe.model.layers if members > 1 else [pipe.model]:
        whole, pipe.model = pipe.model, member
        decodables = pipe.model.predict([example.predicted for example in data])
        for i, example in enumerate(data):
            source = pipe._source_ids(example.predicted)
            gold = pipe._target_ids(example, source)
            one = [each._replace(sources=alone(each.sources, i)) for each in decodables]
            found = write(one, [source.ids], replace(pipe.search, beam=Beam(3, 3), consensus=0.0))
            scores = np.array([sum(each.log_probs) / (len(each.words) + 1) for each in found[0]])
            chances = np.exp(4.0 * scores) / np.exp(4.0 * scores).sum()
            errors = [1.0 - overlap(gold[:-1], each.words) for each in found[0]]
            expected += 7.0 * len(gold) * float(chances @ errors) / members
        pipe.model = whole
    assert expected > 1.0
    assert with_risk - plain == pytest.approx(expected, rel=1e-3)


def alone(sources, i):
    return Ragged(sources.to_list()[i], sources.lengths[i : i + 1])


def test_what_must_not_be_written_is_no_candidate(monkeypatch):
    found = []

    def spy(*args):
        found.append(find_candidates(*args))
        return found[-1]

    monkeypatch.setattr(teaching, "find_candidates", spy)
    nlp = trained(3, forbidden_words=["Zebra", "boat"], risk_candidates=4)
    pipe = nlp.get_pipe("summarizer")
    pipe.loss = replace(pipe.loss, risk=1.0)
    data = examples(nlp, [("Zebra " * 12 + "boat.", "Zebra buys boat for 100 euros.")])
    nlp.update(data)
    source = pipe._source_ids(data[0].predicted)
    texts = [pipe.vocabulary.words_of(ids[:-1], source) for ids in found[0].targets[0]]
    assert len(texts) == 4
    for text in texts:
        assert not {"zebra", "boat"} & {each.word.lower() for each in text}


def test_a_batch_without_targets_teaches_nothing():
    nlp = blank(risk_loss=20.0)
    nlp.initialize(lambda: examples(nlp, PAIRS[:4]))
    for data in (("It rained.", None), ("", "Nothing.")):
        assert nlp.update(examples(nlp, [data]))["summarizer"] == 0.0


def test_nothing_is_searched_for_without_a_weight(monkeypatch):
    monkeypatch.setattr(teaching, "find_candidates", None)
    nlp = blank()
    data = examples(nlp, PAIRS[:4])
    nlp.initialize(lambda: data)
    assert nlp.update(data)["summarizer"] > 0.0

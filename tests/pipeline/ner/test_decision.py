"""The threshold of entities, against running the component with each."""

import copy

import numpy as np
import pytest
import spacy
from spacy.tokens import DocBin

from spacy_rnn.pipeline.confidence_scores import Judged
from spacy_rnn.pipeline.ner.decision import threshold_of_spans
from spacy_rnn.pipeline.threshold import CANDIDATES
from spacy_rnn.training.callbacks.calibration import calibrate_ner
from tests.pipeline.ner.pipelines import examples, train, trained, untrained


@pytest.fixture(scope="module")
def unsure():
    """A model stopped early enough to be in doubt."""
    return trained(steps=7, spans_key="ents")


def test_no_other_threshold_has_a_higher_score(unsure):
    nlp = copy.deepcopy(unsure)
    ner = nlp.get_pipe("ner")
    ner.calibrate(examples(nlp), threshold_for="ents_f")
    chosen = ner.cfg["threshold"]

    def score(at):
        ner.cfg["threshold"] = at
        return nlp.evaluate(examples(nlp))["ents_f"]

    scores = [score(float(at)) for at in CANDIDATES[::7]]
    assert score(chosen) >= max(scores) > min(scores)


def test_of_true_probabilities_it_is_half_of_the_score():
    random = np.random.default_rng(0)
    chances = random.beta(0.3, 0.7, size=50_000)
    correct = random.random(chances.shape) < chances
    # As many entities again were never found.
    present = 2 * int(correct.sum())
    at = threshold_of_spans(Judged(chances, correct, present), 0.9)
    found = chances >= at
    score = 2.0 * correct[found].sum() / (found.sum() + present)
    assert at == pytest.approx(score / 2, abs=0.03)


def test_without_entities_it_stays_as_it_is(unsure):
    nothing = Judged(np.array([0.9, 0.3]), np.array([False, False]), 0)
    assert threshold_of_spans(nothing, 0.7) == 0.7
    nlp = copy.deepcopy(unsure)
    nlp.get_pipe("ner").cfg["threshold"] = 0.7
    nlp.get_pipe("ner").calibrate([], threshold_for="ents_f")
    assert nlp.get_pipe("ner").cfg["threshold"] == 0.7


def test_the_callback_chooses_it_and_it_is_saved(unsure, tmp_path):
    nlp = copy.deepcopy(unsure)
    DocBin(docs=[example.y for example in examples(nlp)]).to_disk(tmp_path / "dev.spacy")
    before = nlp.get_pipe("ner").cfg["threshold"]
    calibrate_ner("ner", tmp_path / "dev.spacy")(nlp)
    assert nlp.get_pipe("ner").cfg["threshold"] == before
    calibrate_ner("ner", tmp_path / "dev.spacy", threshold_for="ents_f")(nlp)
    chosen = nlp.get_pipe("ner").cfg["threshold"]
    assert chosen != before
    nlp.to_disk(tmp_path / "model")
    assert spacy.load(tmp_path / "model").get_pipe("ner").cfg["threshold"] == chosen


def test_entities_in_a_group_have_a_score_of_their_own(unsure):
    nlp = untrained(annotates="spans", spans_key="names")
    grouped = examples(nlp)
    for example in grouped:
        example.y.spans["names"] = list(example.y.ents)
    nlp.initialize(lambda: grouped)
    train(nlp, grouped, steps=7)
    ner = nlp.get_pipe("ner")
    with pytest.raises(ValueError, match="threshold_for must be 'spans_names_f' or null"):
        ner.calibrate(grouped, threshold_for="ents_f")
    ner.calibrate(grouped, threshold_for="spans_names_f")
    assert ner.cfg["threshold"] > 0.0


def test_a_threshold_for_another_score_is_refused(unsure):
    with pytest.raises(ValueError, match="threshold_for must be 'ents_f' or null, got 'ents_p'"):
        unsure.get_pipe("ner").calibrate([], threshold_for="ents_p")

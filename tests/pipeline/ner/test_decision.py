"""The threshold of entities, against running the component with each."""

import copy

import numpy as np
import pytest
import spacy
import torch
from spacy.tokens import DocBin
from spacy.training import Example

from spacy_rnn.labels.tag_scheme import tag_scheme
from spacy_rnn.nn.crf import CRFScores
from spacy_rnn.pipeline.confidence_scores import Judged
from spacy_rnn.pipeline.ner.calibration import Calibration, HeldOut, judge_spans
from spacy_rnn.pipeline.ner.decision import threshold_of_spans
from spacy_rnn.pipeline.ner.entity_layers import InEnts
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


@pytest.mark.parametrize("present", [0, 5])
def test_where_nothing_found_is_right_it_stays_as_it_is(unsure, present):
    nothing = Judged(np.array([0.9, 0.3]), np.array([False, False]), present)
    assert threshold_of_spans(nothing, 0.7) == 0.7
    nlp = copy.deepcopy(unsure)
    nlp.get_pipe("ner").cfg["threshold"] = 0.7
    nlp.get_pipe("ner").calibrate([], threshold_for="ents_f")
    assert nlp.get_pipe("ner").cfg["threshold"] == 0.7


def test_training_on_goes_back_to_the_one_that_was_set(unsure):
    nlp = copy.deepcopy(unsure)
    ner = nlp.get_pipe("ner")
    given = ner.cfg["threshold"]
    for _ in range(2):
        ner.calibrate(examples(nlp), threshold_for="ents_f")
        chosen = ner.cfg["threshold"]
        assert chosen != given
    nlp.update(examples(nlp), sgd=nlp.create_optimizer())
    assert ner.cfg["threshold"] == given
    ner.calibrate(examples(nlp), threshold_for="ents_f")
    ner.calibrate(examples(nlp))
    assert ner.cfg["threshold"] == given
    # Unless somebody knows better.
    ner.calibrate(examples(nlp), threshold_for="ents_f")
    ner.cfg["threshold"] = 0.99
    nlp.update(examples(nlp), sgd=nlp.create_optimizer())
    assert ner.cfg["threshold"] == 0.99


def test_whitespace_at_the_end_of_a_span_does_not_make_it_wrong():
    nlp = spacy.blank("en")
    doc = nlp.make_doc("Anna \n went")
    assert [token.is_space for token in doc] == [False, True, False]
    scheme = tag_scheme("bio", ("PER",))
    emissions, flat = 5.0 * torch.tensor([[0, 1, 0], [0, 0, 1], [1, 0, 0]]), torch.zeros(3)
    scores = CRFScores(emissions, flat, torch.zeros(3, 3), flat, torch.tensor([3]))
    example = Example.from_dict(doc, {"entities": [(0, 4, "PER")]})
    batch = HeldOut([example], scores.constrain_paths(*scheme.legal))
    judged = judge_spans([batch], Calibration(), InEnts(), scheme)
    assert judged.correct.tolist() == [True] and judged.probabilities[0] > 0.5


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


def test_entities_in_a_group_have_a_score_of_their_own():
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

"""The loss of a summarizer by the step of training."""

import re
from pathlib import Path

import pytest
import spacy
from spacy.util import registry
from thinc.api import Config

from tests.pipeline.summarizer.pipelines import MODEL, blank, examples

CONFIGS = Path(__file__).parents[3] / "configs"
GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "summarization.md"


@pytest.fixture
def callback():
    """What the guide shows."""
    *_, block = re.findall(r"```ini\n(.*?)```", GUIDE.read_text("utf8"), re.DOTALL)
    head = '[training]\n[training.before_update]\n@callbacks = "spacy-rnn.one_after_another.v1"\n'
    config = Config().from_str(head + block)
    return registry.resolve(config["training"])["before_update"]


def test_schedules_are_followed_and_other_settings_stay(callback):
    nlp = blank(label_smoothing=0.2, coverage_loss=0.7, scheduled_sampling=0.9)
    pipe = nlp.get_pipe("summarizer")
    assert (pipe.loss.coverage, pipe.loss.sampling) == (0.7, 0.9)
    found = {}
    for step in range(6001):
        callback(nlp, {"step": step, "epoch": 0})
        found[step] = (pipe.loss.coverage, pipe.loss.sampling)
    assert found[0] == (0.0, 0.0) and found[3000] == (0.0, 0.125)
    assert found[5999] == (0.0, pytest.approx(0.25, abs=1e-3)) and found[6000] == (1.0, 0.25)
    assert pipe.loss.label_smoothing == 0.2


def test_the_large_summarizer_learns_by_risk_in_its_last_quarter():
    config = Config().from_disk(CONFIGS / "summarizer_large.cfg", interpolate=False)
    block = config["training"]["before_update"]["*"]["risk"]
    block["risk_loss"]["total_steps"] = 8
    callback = registry.resolve({"risk": block})["risk"]
    nlp = blank(risk_loss=1.0)
    pipe, found = nlp.get_pipe("summarizer"), []
    for step in range(9):
        callback(nlp, {"step": step, "epoch": 0})
        found.append(pipe.loss.risk)
    assert found == [0.0] * 6 + [50.0] * 3


def test_it_learns_with_both():
    model = {**MODEL, "coverage": True}
    nlp = blank(model=model, min_count=1, coverage_loss=1.0, scheduled_sampling=0.5)
    data = examples(nlp, [("a red boat sailed", "red boat"), ("a sad fox ran", "sad fox")])
    optimizer = nlp.initialize(lambda: data)
    losses = [nlp.update(data, sgd=optimizer)["summarizer"] for _ in range(20)]
    assert losses[-1] < losses[0]


def test_a_component_that_writes_nothing_is_named(callback):
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer", name="summarizer")
    with pytest.raises(ValueError, match="component must be a rnn_summarizer"):
        callback(nlp, {"step": 0, "epoch": 0})
    with pytest.raises(ValueError, match="scheduled_sampling"):
        blank(scheduled_sampling=1.5)

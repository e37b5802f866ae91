"""While training evaluates it searches greedily; what it leaves behind searches with the beam."""

import json
from pathlib import Path

import pytest
import spacy
from spacy.training import Example
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.util import load_config

from spacy_rnn.decoding import search
from spacy_rnn.training.callbacks.greedy_evaluation import evaluate_greedily
from spacy_rnn.training.run.start import start_run
from tests.pipeline.summarizer.pipelines import MODEL, PAIRS, blank, examples

CONFIG = Path(__file__).parents[3] / "configs" / "summarizer.cfg"


@pytest.fixture
def beams(monkeypatch):
    """RETURNS: a list that grows by one for every search with a beam."""
    made, beam_search = [], search.beam_search

    def counted(*arguments):
        made.append(arguments)
        return beam_search(*arguments)

    monkeypatch.setattr(search, "beam_search", counted)
    return made


def test_only_evaluations_are_greedy(beams):
    nlp = blank()
    data = examples(nlp, PAIRS[:4])
    nlp.initialize(lambda: data)
    texts = [text for text, _ in PAIRS[:4]]
    pipe = nlp.get_pipe("summarizer")
    callback = evaluate_greedily()
    for step in range(2):
        callback(nlp, {"step": step, "epoch": 0})
    nlp.evaluate(data)
    assert not beams and pipe.search.beam.width == 2
    nlp(texts[0])
    assert len(beams) == 1


def test_an_evaluation_that_fails_leaves_the_beam_as_it_was():
    nlp = blank()
    data = examples(nlp, PAIRS[:2])
    nlp.initialize(lambda: data)
    evaluate_greedily()(nlp, {})
    doc = nlp.make_doc(PAIRS[0][0])
    broken = Example(doc, doc.copy())
    broken.reference._.summary = 3
    with pytest.raises(ValueError, match="must be text"):
        nlp.evaluate([broken])
    assert nlp.get_pipe("summarizer").search.beam.width == 2


@pytest.mark.parametrize("stock", [True, False], ids=["spacy train", "spacy rnn train"])
def test_training_with_the_shipped_config_keeps_the_beam_for_later(stock, beams, tmp_path):
    lines = (json.dumps({"text": text, "summary": target}) for text, target in PAIRS[:8])
    (tmp_path / "pairs.jsonl").write_text("\n".join(lines), encoding="utf8")
    config = load_config(CONFIG, interpolate=False)
    config["paths"] = {part: str(tmp_path / "pairs.jsonl") for part in ("train", "dev")}
    config["components"]["summarizer"].update(model=MODEL, min_count=1)
    config["training"].update(max_steps=2, eval_frequency=1)
    config["training"]["logger"]["name"] = "jsonl"
    config["training"]["optimizer"]["learn_rate"] = 0.01
    config.to_disk(tmp_path / "config.cfg")
    with open(tmp_path / "log", "w") as log:
        if stock:
            nlp = init_nlp(load_config(tmp_path / "config.cfg", interpolate=False))
            train(nlp, tmp_path, stdout=log, stderr=log)
        else:
            start_run(tmp_path / "config.cfg", tmp_path, {}).train(log, log)
    assert not beams
    nlp = spacy.load(tmp_path / "model-last")
    assert nlp.meta["performance"]["rouge1"] is not None
    nlp.evaluate(examples(nlp, PAIRS[:2]))
    assert beams and nlp.get_pipe("summarizer").search.beam.width == 4

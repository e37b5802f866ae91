"""Training that goes on from a trained pipeline, as `spacy train` runs it."""

import json
from pathlib import Path

import pytest
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.util import load_config

from tests.pipeline.summarizer.pipelines import FIRST, PAIRS, pair

CONFIG = Path(__file__).parents[3] / "configs" / "summarizer.cfg"


def told_otherwise(verb):
    """The same texts with other prices, and with another summary."""
    sources = [(pair(f, "Yew", 500 + i)[0], f, 500 + i) for i, f in enumerate(FIRST)]
    return [(text, f"{name} Yew {verb} {price} euros.") for text, name, price in sources]


def config_that_sources(folder, pairs):
    lines = (json.dumps({"text": text, "summary": target}) for text, target in pairs)
    corpus = folder / "pairs.jsonl"
    corpus.write_text("\n".join(lines), encoding="utf8")
    config = load_config(CONFIG)
    config["paths"] = {"train": str(corpus), "dev": str(corpus)}
    config["components"]["summarizer"] = {"source": str(folder / "model")}
    config["training"].update(max_steps=40, eval_frequency=40)
    config["training"]["logger"] = {"@loggers": "spacy.ConsoleLogger.v1"}
    config["training"]["optimizer"]["learn_rate"] = 0.01
    return config


# "paid" can be copied. "pays" is new, and has to be spelled.
@pytest.mark.parametrize("kind,verb", [("summarizer", "paid"), ("spelling", "pays")])
def test_a_trained_summarizer_learns_on_and_keeps_its_vocabulary(request, kind, verb, tmp_path):
    new = told_otherwise(verb)
    old = request.getfixturevalue(kind)
    old.to_disk(tmp_path / "model")
    nlp = init_nlp(config_that_sources(tmp_path, new))
    pipe = nlp.get_pipe("summarizer")
    assert pipe.vocabulary.to_dict() == old.get_pipe("summarizer").vocabulary.to_dict()
    assert nlp(PAIRS[5][0])._.summary == old(PAIRS[5][0])._.summary
    nlp, _ = train(nlp)
    assert pipe.vocabulary.to_dict() == old.get_pipe("summarizer").vocabulary.to_dict()
    assert nlp.meta["performance"]["rouge1"] > 0.9
    text, target = new[3]
    assert nlp(text)._.summary == target != old(text)._.summary

"""Every shipped config trains as it stands, on a handful of texts with everything annotated."""

from pathlib import Path

import pytest
import spacy
from spacy.cli.train import train
from spacy.tokens import Doc, DocBin, Span

from spacy_rnn.annotations import declare_target
from spacy_rnn.training.data.summary_corpus import SummaryCorpus

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.cfg"))
FEW = {
    "training.eval_frequency": 2,
    "training.max_steps.at_least": 4,
    "training.max_steps.at_most": 4,
    "training.logger.name": "jsonl",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """RETURNS: a folder with texts that have entities, one category, a summary, a translation."""
    for attr in ("summary", "translation"):
        declare_target(attr)
    vocab = spacy.blank("en").vocab
    docs = []
    for i in range(12):
        doc = Doc(vocab, words=["Ada", "met", "Bo", "in", f"Town{i % 3}", "."])
        doc.ents = [Span(doc, 0, 1, "PERSON"), Span(doc, 4, 5, "PLACE")]
        doc.cats = {"EVEN": float(i % 2 == 0), "ODD": float(i % 2 == 1)}
        doc._.summary, doc._.translation = "Ada met Bo", "Ada traf Bo"
        docs.append(doc)
    folder = tmp_path_factory.mktemp("corpus")
    DocBin(docs=docs, store_user_data=True).to_disk(folder / "all.spacy")
    return folder


@pytest.fixture(scope="module")
def pretrained(corpus, tmp_path_factory):
    """RETURNS: a pipeline for the config that goes on from one."""
    nlp = spacy.blank("en")
    nlp.add_pipe("rnn_summarizer", name="summarizer", config={"min_count": 1})
    examples = SummaryCorpus(str(corpus / "all.spacy"))
    nlp.initialize(lambda: examples(nlp))
    nlp.to_disk(folder := tmp_path_factory.mktemp("pretrained"))
    return folder


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_it_trains_as_it_is_shipped(config, corpus, pretrained, tmp_path):
    paths = dict.fromkeys(("paths.train", "paths.dev"), str(corpus / "all.spacy"))
    train(config, tmp_path, overrides={**paths, "paths.pretrained": str(pretrained), **FEW})
    for which in ("model-best", "model-last"):
        nlp = spacy.load(tmp_path / which)
        assert [doc.text for doc in nlp.pipe(["Ada met Bo.", ""])] == ["Ada met Bo.", ""]
        assert nlp.meta["performance"]

"""The benchmark of long sources."""

import long_sources
import pytest
from spacy.tokens import DocBin

from tests.pipeline.summarizer.pipelines import PAIRS, examples, trained


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("long")
    nlp = trained(rounds=1)
    nlp.to_disk(folder / "model")
    golds = [example.reference for example in examples(nlp, PAIRS[:6])]
    DocBin(store_user_data=True, docs=golds).to_disk(folder / "test.spacy")
    return folder


def test_documents_are_joined_and_so_are_their_titles(place):
    nlp = long_sources.spacy.load(place / "model")
    pairs = long_sources.joined(nlp, place / "test.spacy", 3, 2)
    assert [text.count("buys boat") for _, text in pairs] == [3, 3]
    assert [doc.text.count("It rained") for doc, _ in pairs] == [3, 3]
    assert all(doc._.summary is None for doc, _ in pairs)


@pytest.mark.parametrize("mode", long_sources.MODES)
def test_every_way_to_read_is_measured(place, mode):
    nlp = long_sources.spacy.load(place / "model")
    pairs = long_sources.joined(nlp, place / "test.spacy", 3, 2)
    figures = dict(long_sources.measure(place / "model", pairs, mode))
    assert 0.0 <= figures["rouge1"] <= 100.0 and figures["cpu_seconds_per_document"] > 0.0

"""What is said of texts beside their ROUGE."""

import pytest

from spacy_rnn.pipeline.summarizer.origins import read_origins
from spacy_rnn.pipeline.summarizer.scorer import make_summary_scorer
from spacy_rnn.pipeline.summarizer.statistics import text_statistics
from tests.pipeline.summarizer.pipelines import PAIRS, examples

SOURCE = "Ada bought a red boat."


def of_one(text, gold=("Ada buys a boat",), source=SOURCE):
    return text_statistics([text], [gold], [source])


def test_a_text_of_its_own_words_is_novel_and_one_of_the_source_is_not():
    assert of_one("A RED boat!")["novel"] == 0.0
    assert of_one("Ada sells a ship")["novel"] == 0.5
    assert "novel" not in text_statistics(["boat"], [["boat"]])


def test_bigrams_that_come_again_are_repetition():
    assert of_one("a boat and a ship")["repetition"] == 0.0
    # a boat, boat a, a boat, boat a, a boat
    assert of_one("a boat, a boat, a boat")["repetition"] == pytest.approx(3 / 5)
    # What another text says is no repetition.
    assert text_statistics(["a boat", "a boat"], [["boat"]] * 2)["repetition"] == 0.0


def test_the_length_is_compared_with_the_closest_gold_text():
    gold = ["boat", "Ada buys a very red boat now"]
    assert of_one("a red boat", gold)["length_ratio"] == 3.0
    assert of_one("she buys the red boat now", gold)["length_ratio"] == pytest.approx(6 / 7)
    assert text_statistics(["a", "b c d"], [["a b"], ["c d"]])["length_ratio"] == 1.0


@pytest.mark.parametrize("text", ["a <unk> boat", "[UNK] boats sail", "a boat \u2047"])
def test_placeholders_are_unknown_words(text):
    assert of_one(text)["unknown"] == pytest.approx(1 / 3)
    assert of_one("an unk boat")["unknown"] == 0.0


def test_nothing_written_is_no_share_of_anything():
    assert set(of_one("").values()) == {0.0}


def test_the_scorer_reports_them(summarizer):
    pipe = summarizer.get_pipe("summarizer")
    data = examples(summarizer, PAIRS[:8])
    docs = list(summarizer.pipe([example.predicted for example in data]))
    score = make_summary_scorer(["statistics"])
    found = score(data, attr="summary", origins_attr=pipe.origins_attr)
    assert found["unknown"] == found["repetition"] == 0.0
    assert found["length_ratio"] == pytest.approx(1.0, abs=0.1)
    # "buys" is the one word of six that no source has; names are not in the vocabulary.
    assert found["novel"] == pytest.approx(1 / 6, abs=0.05)
    copied = [read_origins(doc, "origins").copied > 0.5 for doc in docs]
    assert found["copied"] == sum(map(sum, copied)) / sum(map(len, copied)) > 0.3
    assert set(score([], attr="summary", origins_attr="origins").values()) == {None}


def test_the_component_tells_its_scorer_where_origins_are(summarizer, monkeypatch):
    pipe = summarizer.get_pipe("summarizer")
    monkeypatch.setattr(pipe, "scorer", make_summary_scorer(["statistics"]))
    assert "copied" in summarizer.evaluate(examples(summarizer, PAIRS[:2]))

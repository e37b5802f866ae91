"""The number of steps from the size of a corpus."""

import json

import pytest
import spacy
from spacy.tokens import DocBin

from spacy_rnn.training.data.budget import steps_for_epochs


@pytest.fixture
def corpus(tmp_path):
    nlp = spacy.blank("en")
    for name, count in (("a", 3), ("b", 2)):
        DocBin(docs=[nlp("one two three four")] * count).to_disk(tmp_path / f"{name}.spacy")
    return tmp_path


@pytest.mark.parametrize("count,size", [("words", 20), ("texts", 5)])
def test_every_text_is_read_so_many_times(corpus, count, size):
    assert steps_for_epochs(str(corpus), 10, 5, count) == 10 * size / 5


def test_one_file(corpus):
    assert steps_for_epochs(str(corpus / "a.spacy"), 1, 4) == 3


@pytest.mark.parametrize("count,size", [("words", 24), ("texts", 6)])
def test_json_lines_count_where_the_reader_takes_them(corpus, count, size):
    (corpus / "c.jsonl").write_text('{"source": "One, two."}\n\n', encoding="utf8")
    assert steps_for_epochs(str(corpus), 1, 1, count, json_field="source") == size
    assert steps_for_epochs(str(corpus), 1, 1, "texts") == 5
    assert steps_for_epochs(str(corpus / "c.jsonl"), 1, 1, "words", json_field="source") == 4


@pytest.mark.parametrize(
    "lang, text, tolerance",
    [
        ("en", "Don't stop: the U.S. economy grew 3.5% in 2019 (they say).", 0.35),
        ("zh", "我们提出了一种新的方法，用于自动摘要。它很快。", 0.05),
        ("hi", "हमने एक नया तरीका प्रस्तुत किया है जो बहुत तेज़ है", 0.05),
    ],
)
def test_words_of_json_lines_are_about_as_many_as_tokens(tmp_path, lang, text, tolerance):
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": text}), encoding="utf8")
    tokens = len(spacy.blank(lang)(text))
    counted = steps_for_epochs(str(tmp_path), 1, 1, json_field="text")
    assert counted == pytest.approx(tokens, rel=tolerance)


def test_a_json_line_without_the_text_is_named(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "One."}\n{"body": "Two."}\n', encoding="utf8")
    message = "json_field is 'text'. .*a.jsonl, line 2: no field 'text'; there are body"
    with pytest.raises(ValueError, match=message):
        steps_for_epochs(str(tmp_path), 1, 1, json_field="text")


def test_bounds(corpus):
    assert steps_for_epochs(str(corpus), 1, 1000, at_least=7, at_most=9) == 7
    assert steps_for_epochs(str(corpus), 1000, 1, at_least=7, at_most=9) == 9


def test_the_last_step_is_evaluated(corpus):
    assert steps_for_epochs(str(corpus), 1, 4, at_least=7, at_most=9, multiple_of=5) == 10


def test_without_a_corpus_the_config_still_loads():
    assert steps_for_epochs(None, 1, 1, at_least=7, at_most=9) == 7


@pytest.mark.parametrize(
    "settings",
    [
        {"epochs": 0},
        {"batch_size": 0},
        {"at_least": 5, "at_most": 4},
        {"count": "pages"},
        {"multiple_of": 0},
    ],
)
def test_impossible_settings_are_named(settings):
    given = {"path": None, "epochs": 1, "batch_size": 1, **settings}
    with pytest.raises(ValueError, match="max_steps"):
        steps_for_epochs(**given)


def test_a_missing_corpus_is_named(tmp_path):
    with pytest.raises(ValueError, match="no corpus at .*nowhere"):
        steps_for_epochs(str(tmp_path / "nowhere"), 1, 1)

"""Readers and converters name the file, the line, and what is wrong there."""

import sys
from functools import partial
from pathlib import Path

import pytest
import spacy

from spacy_rnn.cli.text_files import read_texts
from spacy_rnn.training.data.summary_corpus import SummaryCorpus
from tests.bad_input.files import CASES, FIELDS, NO_DOCBIN, line

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from corpora import ner, pairs, textcat  # noqa: E402

NLP = spacy.blank("en")
LOADERS = {
    "rnn_ner": ner.load,
    "rnn_textcat": textcat.load,
    "rnn_summarizer": partial(pairs.load, attr="summary"),
}
SUMMARIES = [case for case in CASES if case[0] == "rnn_summarizer"]
TEXTS = [case for case in SUMMARIES if "summary" not in case[1]]


def write(folder, component, second_line):
    """A corpus of three files, the first of which has a bad line."""
    good = line(component).encode()
    other = line(component, label="B").encode() if component == "rnn_textcat" else good
    for part, lines in {"train": [good, second_line, other], "dev": [good], "test": [good]}.items():
        (folder / f"{part}.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    return folder / "train.jsonl"


@pytest.mark.parametrize("component, name, second_line, words", CASES)
def test_a_converter_names_the_place(tmp_path, component, name, second_line, words):
    path = write(tmp_path, component, second_line)
    with pytest.raises(ValueError) as error:
        list(LOADERS[component](str(tmp_path), tmp_path, NLP)["train"])
    assert str(error.value).startswith(f"{path}:2: ")
    assert words in str(error.value).lower()


@pytest.mark.parametrize("component, name, second_line, words", SUMMARIES)
def test_the_reader_of_summaries_names_the_place(tmp_path, component, name, second_line, words):
    path = write(tmp_path, component, second_line)
    with pytest.raises(ValueError) as error:
        list(SummaryCorpus(str(path))(NLP))
    assert str(error.value).startswith(f"{path}, line 2: ")
    assert words in str(error.value).lower()


@pytest.mark.parametrize("component, name, second_line, words", TEXTS)
def test_the_reader_of_texts_names_the_place(tmp_path, component, name, second_line, words):
    path = write(tmp_path, component, second_line)
    with pytest.raises(ValueError) as error:
        list(read_texts(path, "text", NLP.vocab))
    assert str(error.value).startswith(f"{path}, line 2: ")
    assert words in str(error.value).lower()


@pytest.mark.parametrize("name", NO_DOCBIN)
@pytest.mark.parametrize("component", FIELDS)
def test_a_file_that_is_no_docbin_is_named(tmp_path, component, name):
    for part in ("train", "dev", "test"):
        (tmp_path / f"{part}.spacy").write_bytes(NO_DOCBIN[name])
    with pytest.raises(ValueError, match="train.spacy"):
        list(LOADERS[component](str(tmp_path), tmp_path, NLP)["train"])

"""Files of texts, whole and in parts."""

import json

import pytest
import spacy

from spacy_rnn.cli.text_files import cut, read_texts

VOCAB = spacy.blank("en").vocab
TEXTS = ["Anna sings", "", "über 東京", "Otto", "I\u2028run"]


def read(path, *part):
    return [text for text, _ in read_texts(path, "text", VOCAB, *part)]


@pytest.fixture(params=["txt", "jsonl", "spacy"])
def file(request, tmp_path, docs):
    if request.param == "spacy":
        return docs(*TEXTS)
    lines = TEXTS if request.param == "txt" else [json.dumps({"text": t}) for t in TEXTS]
    if request.param == "jsonl":
        lines.insert(2, "  ")
    path = tmp_path / f"in.{request.param}"
    path.write_text("\n".join(lines), encoding="utf8")
    return path


@pytest.mark.parametrize("size", [1, 2, 3, 5, 9])
def test_the_parts_of_a_file_make_up_the_whole(file, size):
    parts = [[str(text) for text in read(file, part)] for part in cut(file, size)]
    assert [text for part in parts for text in part] == [str(text) for text in read(file)]
    assert [str(text) for text in read(file)] == TEXTS
    assert all(len(part) == size for part in parts[:-1]) and parts[-1]


def test_an_empty_file_has_no_parts(tmp_path):
    (tmp_path / "in.jsonl").write_text("\n\n")
    assert list(cut(tmp_path / "in.jsonl", 2)) == []


def test_an_error_in_a_part_names_the_line_of_the_file(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text('{"text": "a"}\n\n{"text": "b"}\n{"text": 3}\n')
    *_, last = cut(path, 1)
    with pytest.raises(ValueError, match="in.jsonl, line 4: field 'text' must be text.*--field"):
        read(path, last)


def test_another_encoding_is_named(tmp_path):
    path = tmp_path / "in.txt"
    path.write_bytes("über".encode("latin-1"))
    with pytest.raises(ValueError, match="in.txt, line 1: not UTF-8"):
        read(path)


def test_a_file_that_holds_no_docs_is_named(tmp_path):
    (tmp_path / "in.spacy").write_text("Anna sings")
    with pytest.raises(ValueError, match="in.spacy is not a file that spaCy's DocBin wrote"):
        read(tmp_path / "in.spacy")

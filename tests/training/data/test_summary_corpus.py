"""The reader of source and target pairs."""

import json

import pytest
import spacy
from spacy.tokens import DocBin

from spacy_rnn.training.data.summary_corpus import SummaryCorpus


def write(path, *records):
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf8")
    return str(path)


def read(path, **settings):
    return list(SummaryCorpus(path, **settings)(spacy.blank("en")))


def test_json_lines(tmp_path):
    path = write(tmp_path / "a.jsonl", {"text": "A long text.", "summary": "Short."})
    (example,) = read(path)
    assert example.reference._.summary == "Short." and example.predicted.text == "A long text."
    assert example.predicted._.summary is None


def test_fields_can_be_named(tmp_path):
    path = write(tmp_path / "a.jsonl", {"body": "A long text.", "title": "Short."})
    (example,) = read(path, source_field="body", target_field="title")
    assert example.reference._.summary == "Short."


def test_docs_with_user_data(tmp_path):
    path = write(tmp_path / "a.jsonl", {"text": "A long text.", "summary": "Short."})
    docs = DocBin(store_user_data=True, docs=[eg.reference for eg in read(path)])
    docs.to_disk(tmp_path / "a.spacy")
    (example,) = read(str(tmp_path / "a.spacy"))
    assert example.reference._.summary == "Short."


def test_long_sources_are_cut_and_keep_their_target(tmp_path):
    path = write(tmp_path / "a.jsonl", {"text": "one two three four", "summary": "Short."})
    (example,) = read(path, max_source_length=2)
    assert len(example.predicted) == 2 and example.reference._.summary == "Short."


def test_limit(tmp_path):
    record = {"text": "a", "summary": "b"}
    assert len(read(write(tmp_path / "a.jsonl", record, record, record), limit=2)) == 2


@pytest.mark.parametrize(
    "line,message",
    [
        ("{", "line 2: not valid JSON"),
        ("[]", "line 2: expected an object"),
        ('{"summary": "b"}', "line 2.*text"),
        ('{"text": "a"}', "line 2.*summary"),
        ('{"text": 3, "summary": "b"}', "line 2.*text"),
    ],
)
def test_bad_lines_are_named(tmp_path, line, message):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a", "summary": "b"}\n' + line, encoding="utf8")
    with pytest.raises(ValueError, match=f"a.jsonl, {message}"):
        read(str(path))


def test_missing_and_foreign_files_are_named(tmp_path):
    with pytest.raises(ValueError, match="nowhere"):
        read(str(tmp_path / "nowhere"))
    (tmp_path / "a.spacy").write_bytes(b"not a DocBin")
    with pytest.raises(ValueError, match="a.spacy is not a corpus"):
        read(str(tmp_path / "a.spacy"))
    with pytest.raises(ValueError, match="found none"):
        read(write(tmp_path / "a.csv"))

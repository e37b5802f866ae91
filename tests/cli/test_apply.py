"""`spacy rnn apply`."""

import json

import spacy
from spacy.tokens import DocBin

TEXTS = ["Anna sings", "I run", "", "Otto went to Anna's house"]


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]


def write_lines(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf8")
    return path


def test_lines_keep_their_order_and_fields_and_get_predictions(command, pipeline, tmp_path):
    model = pipeline("ner", "textcat")
    records = [{"id": i, "text": text} for i, text in enumerate(TEXTS * 20)]
    texts = write_lines(tmp_path / "in.jsonl", records)
    code, _ = command("apply", model, texts, tmp_path / "out.jsonl", "--batch-size", 7)
    assert code == 0
    found = lines(tmp_path / "out.jsonl")
    assert [(line["id"], line["text"]) for line in found] == [
        (record["id"], record["text"]) for record in records
    ]
    nlp = spacy.load(model)
    for line in found:
        doc = nlp(line["text"])
        assert [ent["text"] for ent in line["ents"]] == [ent.text for ent in doc.ents]
        assert line["cats"].keys() == doc.cats.keys()


def test_two_processes_give_the_same_file(command, pipeline, tmp_path):
    model = pipeline("textcat")
    texts = tmp_path / "in.txt"
    texts.write_text("\n".join(TEXTS), encoding="utf8")
    for processes in (1, 2):
        out = tmp_path / f"out{processes}.jsonl"
        assert command("apply", model, texts, out, "-n", processes)[0] == 0
    assert lines(tmp_path / "out1.jsonl") == lines(tmp_path / "out2.jsonl")
    assert [line["text"] for line in lines(tmp_path / "out1.jsonl")] == TEXTS


def test_docs_in_and_docs_out(command, pipeline, docs, tmp_path):
    model, texts = pipeline("textcat"), docs("Anna sings", "I  run")
    assert command("apply", model, texts, tmp_path / "out.spacy")[0] == 0
    found = list(DocBin().from_disk(tmp_path / "out.spacy").get_docs(spacy.blank("en").vocab))
    assert [doc.text for doc in found] == ["Anna sings", "I  run"]
    assert all(doc.cats for doc in found)


def test_what_is_written_into_doc_extensions_comes_out(pipeline):
    from spacy.tokens import Doc

    from spacy_rnn.cli.prediction_files import annotations

    if not Doc.has_extension("summary"):
        Doc.set_extension("summary", default=None)
    doc = spacy.blank("en")("A long text")
    assert annotations(doc) == {}
    doc._.summary = "Short"
    assert annotations(doc) == {"summary": "Short"}


def test_a_bad_line_is_named_and_leaves_no_output(command, pipeline, tmp_path):
    model, out = pipeline("textcat"), tmp_path / "out.jsonl"
    texts = tmp_path / "in.jsonl"
    texts.write_text('{"text": "I run"}\n{"txt": "I run"}\n', encoding="utf8")
    code, output = command("apply", model, texts, out)
    assert code == 1 and "in.jsonl, line 2" in output and "--field" in output
    texts.write_text('{"text": "I run"}\n{"text": \n', encoding="utf8")
    code, output = command("apply", model, texts, out)
    assert code == 1 and "line 2" in output and "not valid JSON" in output
    assert not out.exists() and not list(tmp_path.glob(".out*"))


def test_wrong_files_are_named_before_anything_is_loaded(command, tmp_path):
    for texts, out, expected in (
        ("no.jsonl", "out.jsonl", "There is no file"),
        ("in.csv", "out.jsonl", ".jsonl or .txt or .spacy"),
        ("no.jsonl", "out.csv", ".jsonl or .spacy"),
    ):
        code, output = command("apply", "no-model", tmp_path / texts, tmp_path / out)
        assert code == 1 and expected in output

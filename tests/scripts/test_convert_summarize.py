"""Pairs of a text and its target: on the Doc, split by a hash, refused when a side is blank."""

import json
import zipfile

import pytest


def write_pairs(write, pairs, name="summary"):
    lines = [json.dumps({"text": text, name: target}) for text, target in pairs]
    return write("mine/summarize/PART.jsonl", "\n".join(lines))


def test_the_target_is_stored_with_the_doc(script, write, docs, tmp_path):
    assets = write_pairs(write, [("A long text.", "Text."), ("More of it.", "More.")])
    result = script("convert_summarize", "mine", assets, tmp_path / "out")
    assert result.exit_code == 0, result.output
    found = docs(tmp_path / "out" / "train.spacy")
    assert [(doc.text, doc._.summary) for doc in found] == [
        ("A long text.", "Text."),
        ("More of it.", "More."),
    ]
    assert not any(doc.cats or doc.has_annotation("ENT_IOB") for doc in found)


@pytest.mark.parametrize(
    "pair, complaint",
    [
        (("", "A target."), "field 'text' is blank: a pair needs a source and a target"),
        (("A source.", " \n"), "field 'summary' is blank"),
        (("A source.", None), "field 'summary' must be str"),
    ],
)
def test_half_a_pair_names_file_and_line(script, write, tmp_path, pair, complaint):
    assets = write_pairs(write, [("fine", "fine"), pair])
    result = script("convert_summarize", "mine", assets, tmp_path / "out")
    assert result.exit_code == 1
    assert f"train.jsonl:2: {complaint}" in result.output


def test_a_corpus_of_another_task_is_refused(script, write, tmp_path):
    assets = write_pairs(write, [("fine", "fine")])
    result = script("convert_summarize", "mine", assets, tmp_path / "out", "--attr", "translation")
    assert result.exit_code == 1 and "unknown corpus 'mine'" in result.output
    result = script("convert_summarize", "mine", assets, tmp_path / "out", "--attr", "poem")
    assert result.exit_code == 2 and "summary or translation" in result.output


def test_scitldr_keeps_every_reference(script, docs, tmp_path):
    folder = tmp_path / "scitldr"
    folder.mkdir()
    paper = {"source": ["We do. ", "It works.\n"], "target": ["Works.", "We did it."]}
    for part in ("train", "dev", "test"):
        (folder / f"{part}.jsonl").write_text(json.dumps(paper))
    result = script("convert_summarize", "scitldr", tmp_path, tmp_path / "out")
    assert result.exit_code == 0, result.output
    (doc,) = docs(tmp_path / "out" / "test.spacy")
    assert doc.text == "We do. It works." and doc._.summary == "Works."
    assert list(doc.user_data["references"]) == ["Works.", "We did it."]


def test_tatoeba_is_german_to_english_split_by_the_english_side(script, docs, tmp_path):
    (tmp_path / "tatoeba").mkdir()
    lines = [f"Number {i}.\t{word} {i}." for i in range(600) for word in ("Nummer", "Zahl")]
    with zipfile.ZipFile(tmp_path / "tatoeba" / "deu-eng.zip", "w") as archive:
        archive.writestr("deu.txt", "\n".join([*lines, lines[0]]) + "\n")
    options = ["--lang", "de", "--attr", "translation"]
    result = script("convert_summarize", "real", tmp_path, tmp_path / "out", *options)
    assert result.exit_code == 0, result.output
    parts = {part: docs(tmp_path / "out" / f"{part}.spacy") for part in ("train", "dev", "test")}
    assert sum(map(len, parts.values())) == len(lines)
    english = {part: {doc._.translation for doc in found} for part, found in parts.items()}
    assert not english["train"] & (english["dev"] | english["test"])
    assert "Nummer 0." in {doc.text for found in parts.values() for doc in found}
    (tmp_path / "tatoeba" / "deu-eng.zip").write_bytes(b"no")
    result = script("convert_summarize", "tatoeba", tmp_path, tmp_path / "out", *options)
    assert result.exit_code == 1 and "deu-eng.zip: cannot be read" in result.output


def test_the_shared_corpus_lays_the_tasks_side_by_side(script, write, docs, tmp_path):
    made = tmp_path / "corpus"
    result = script("convert_shared", made, made / "shared")
    assert result.exit_code == 1 and "convert-ner" in result.output
    assets = write_pairs(write, [("A text.", "Text.")])
    write("mine/ner/PART.conll", "Ada B-PER\n")
    lines = [{"text": "x", "label": "a"}, {"text": "y", "label": "b"}]
    write("mine/textcat/PART.jsonl", "\n".join(map(json.dumps, lines)))
    for task in ("ner", "textcat", "summarize"):
        assert script(f"convert_{task}", "mine", assets, made / task).exit_code == 0
    assert script("convert_shared", made, made / "shared").exit_code == 0
    folder = made / "shared" / "train"
    ner, textcat, pairs = (docs(folder / f"{t}.spacy")[0] for t in ("ner", "textcat", "summarize"))
    assert ner.ents and not ner.cats and ner._.summary is None
    assert textcat.cats and not textcat.has_annotation("ENT_IOB") and textcat._.summary is None
    assert pairs._.summary and not pairs.cats and not pairs.has_annotation("ENT_IOB")

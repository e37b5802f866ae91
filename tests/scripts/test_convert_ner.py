"""Entities in columns and in JSON lines: what comes out, and what is said about bad files."""

import json

import pytest
from spacy.training import Corpus

IOB2 = "Ada\tB-PER\nLovelace\tI-PER\nand\tO\nBob\tB-PER\n\nParis\tB-LOC\n"
PEOPLE = [("Ada Lovelace", "PER"), ("Bob", "PER")]


def ents(doc):
    return [(ent.text, ent.label_) for ent in doc.ents]


@pytest.mark.parametrize(
    "text",
    [
        IOB2,
        IOB2.replace("\n", "\r\n"),
        IOB2.replace("\t", " "),
        IOB2.replace("\n\n", "\n \t\n"),
        IOB2.replace("\tB-PER\nLove", "\tI-PER\nLove"),
        IOB2.replace("Lovelace\tI", "Lovelace\tL").replace("Bob\tB", "Bob\tU"),
        IOB2.replace("Lovelace\tI", "Lovelace\tE").replace("Bob\tB", "Bob\tS"),
        IOB2.replace("\t", "\tNN\t-X-\t"),
        "\ufeff-DOCSTART- -X- O O\n\n# id = 7\n" + IOB2,
        IOB2.replace("and\tO\n", "and\tO\n\tO\n \tO\n"),
    ],
    ids="plain crlf blanks blank-line iob1 biluo bioes columns bom-docstart empty-token".split(),
)
def test_every_column_dialect_gives_the_same_entities(script, write, docs, tmp_path, text):
    assets = write("mine/ner/PART.conll", text)
    result = script("convert_ner", "mine", assets, tmp_path / "out")
    assert result.exit_code == 0, result.output
    people, place = docs(tmp_path / "out" / "train.spacy")
    assert [token.text for token in people] == ["Ada", "Lovelace", "and", "Bob"]
    assert ents(people) == PEOPLE
    assert ents(place) == [("Paris", "LOC")]


def test_iob1_separates_neighbours_of_one_type(script, write, docs, tmp_path):
    assets = write("mine/ner/PART.iob", "Ada I-PER\nBob B-PER\nIBM I-ORG\n")
    assert script("convert_ner", "mine", assets, tmp_path / "out").exit_code == 0
    (doc,) = docs(tmp_path / "out" / "dev.spacy")
    assert ents(doc) == [("Ada", "PER"), ("Bob", "PER"), ("IBM", "ORG")]


def test_training_sees_the_tokens_of_the_file(script, write, tmp_path):
    import spacy

    assets = write("mine/ner/PART.tsv", "can't\tO\nU.S.-led\tB-MISC\n")
    assert script("convert_ner", "mine", assets, tmp_path / "out").exit_code == 0
    (example,) = Corpus(tmp_path / "out" / "train.spacy")(spacy.blank("en"))
    assert [token.text for token in example.predicted] == ["can't", "U.S.-led"]
    assert example.get_aligned_ner() == ["O", "U-MISC"]


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("Ada\tB-PER\nalone\n", "train.conll:2: expected a token and a tag"),
        ("Ada\tPER\n", "train.conll:1: expected a token and a tag"),
        (b"Ada\tO\n\xff\xfe\tO\n", "train.conll:2: not UTF-8"),
        ("\n\n", "train.conll: the file holds no examples"),
    ],
)
def test_bad_columns_name_file_and_line(script, write, tmp_path, text, complaint):
    result = script("convert_ner", "mine", write("mine/ner/PART.conll", text), tmp_path / "out")
    assert result.exit_code == 1
    assert complaint in result.output


def record(**changes):
    return json.dumps({"text": "Ada met Bob.", "entities": [[0, 3, "PER"]], **changes})


def test_json_lines(script, write, docs, tmp_path):
    lines = [record(), record(entities=[]), "", record(text="", entities=[])]
    assets = write("mine/ner/PART.jsonl", "\n".join(lines))
    assert script("convert_ner", "mine", assets, tmp_path / "out").exit_code == 0
    first, second, third = docs(tmp_path / "out" / "test.spacy")
    assert ents(first) == [("Ada", "PER")]
    assert [token.ent_iob_ for token in second] == ["O"] * 4
    assert len(third) == 0


def test_an_entity_inside_a_token_is_left_open_and_said(script, write, docs, tmp_path):
    assets = write("mine/ner/PART.jsonl", record(entities=[[0, 2, "PER"], [8, 11, "PER"]]))
    result = script("convert_ner", "mine", assets, tmp_path / "out")
    assert result.exit_code == 0
    assert "train.jsonl:1: 'Ad' does not end where tokens end" in result.output
    (doc,) = docs(tmp_path / "out" / "train.spacy")
    assert ents(doc) == [("Bob", "PER")]
    assert [token.ent_iob_ for token in doc] == ["", "O", "B", "O"]


@pytest.mark.parametrize(
    "line, complaint",
    [
        ("{", "not JSON"),
        ("[]", "expected a JSON object, found list"),
        ('{"text": "x"}', "field 'entities' is missing"),
        (record(text=3), "field 'text' must be str, found int"),
        (record(entities=[["0", 3, "PER"]]), "an entity must be [start, end, label]"),
        (record(entities=[[0, 3]]), "an entity must be [start, end, label]"),
        (record(entities=[[8, 99, "PER"]]), "lies outside the text of 12 characters"),
        (record(entities=[[3, 3, "PER"]]), "lies outside the text"),
        (record(entities=[[0, 3, ""]]), "has an empty label"),
        (record(entities=[[0, 3, "PER"], [0, 7, "X"]]), "two entities overlap"),
    ],
)
def test_bad_json_lines_name_file_and_line(script, write, tmp_path, line, complaint):
    assets = write("mine/ner/PART.jsonl", f"{record()}\n{line}\n")
    result = script("convert_ner", "mine", assets, tmp_path / "out")
    assert result.exit_code == 1
    assert "train.jsonl:2: " in result.output
    assert complaint in result.output


def test_missing_corpora(script, write, tmp_path):
    result = script("convert_ner", "bc5cdr", tmp_path, tmp_path / "out")
    assert result.exit_code == 1
    assert "spacy project assets" in result.output and "train.tsv" in result.output
    result = script("convert_ner", "nowhere", tmp_path, tmp_path / "out")
    assert result.exit_code == 1
    assert "unknown corpus 'nowhere'" in result.output
    (write("half/ner/PART.conll", IOB2) / "half/ner/dev.conll").unlink()
    result = script("convert_ner", "half", tmp_path / "assets", tmp_path / "out")
    assert result.exit_code == 1
    assert "dev.conll" in result.output and "found none" in result.output


def test_own_spacy_files_pass_through(script, write, docs, tmp_path):
    assets = write("mine/ner/PART.conll", IOB2)
    assert script("convert_ner", "mine", assets, tmp_path / "once").exit_code == 0
    result = script("convert_ner", tmp_path / "once", assets, tmp_path / "twice")
    assert result.exit_code == 0, result.output
    again = (tmp_path / "twice" / "train.spacy").read_bytes()
    assert again == (tmp_path / "once" / "train.spacy").read_bytes()
    (tmp_path / "once" / "train.spacy").write_bytes(b"no")
    result = script("convert_ner", tmp_path / "once", assets, tmp_path / "twice")
    assert result.exit_code == 1
    assert "train.spacy: not a .spacy file" in result.output

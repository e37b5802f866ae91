"""Classified texts: published formats in miniature, own JSON lines, and bad files."""

import json
import lzma

import pytest


def gold(doc):
    return [label for label, value in doc.cats.items() if value == 1.0]


def banking(assets, n=20):
    folder = assets / "banking77"
    folder.mkdir(parents=True)
    rows = "".join(f'"question {i}, {c}",{c}\n' for c in ("card", "cash") for i in range(n))
    (folder / "train.csv").write_text("text,category\n" + rows)
    (folder / "test.csv").write_text('text,category\n"Where, is\nit?",card\n')


def test_banking77_holds_out_a_stratified_dev_part(script, docs, tmp_path):
    banking(tmp_path)
    result = script("convert_textcat", "real", tmp_path, tmp_path / "out")
    assert result.exit_code == 0, result.output
    train, dev, test = (docs(tmp_path / "out" / f"{p}.spacy") for p in ("train", "dev", "test"))
    assert (len(train), len(dev), len(test)) == (36, 4, 1)
    assert sorted(gold(doc)[0] for doc in dev) == ["card", "card", "cash", "cash"]
    assert not {doc.text for doc in train} & {doc.text for doc in dev}
    assert test[0].text == "Where, is\nit?" and test[0].cats == {"card": 1.0, "cash": 0.0}


def test_banking77_10_has_ten_texts_of_each_class_and_the_same_tests(script, docs, tmp_path):
    banking(tmp_path)
    for corpus in ("banking77", "banking77_10"):
        result = script("convert_textcat", corpus, tmp_path, tmp_path / corpus / "out")
        assert result.exit_code == 0, result.output
    texts = {
        corpus: [
            [doc.text for doc in docs(tmp_path / corpus / "out" / f"{part}.spacy")]
            for part in ("train", "dev", "test")
        ]
        for corpus in ("banking77", "banking77_10")
    }
    (train, *rest), (few, *same) = texts.values()
    assert len(few) == 20 and set(few) < set(train) and rest == same
    assert sum("card" in text for text in few) == 10


def test_clinc150_keeps_queries_out_of_scope_as_a_class(script, docs, tmp_path):
    data = {
        name: [["hello", "oos" if name.startswith("oos") else label] for label in ("hi", "bye")]
        for name in ("train", "val", "test", "oos_train", "oos_val", "oos_test")
    }
    (tmp_path / "clinc150").mkdir()
    (tmp_path / "clinc150" / "data_full.json").write_text(json.dumps(data))
    assert script("convert_textcat", "clinc150", tmp_path, tmp_path / "out").exit_code == 0
    dev = docs(tmp_path / "out" / "dev.spacy")
    assert [gold(doc) for doc in dev] == [["hi"], ["bye"], ["oos"], ["oos"]]
    for broken in ("{", '{"train": []}'):
        (tmp_path / "clinc150" / "data_full.json").write_text(broken)
        result = script("convert_textcat", "clinc150", tmp_path, tmp_path / "out")
        assert result.exit_code == 1 and "data_full.json: not CLINC150" in result.output


def test_goemotions_has_several_labels_and_literal_quotes(script, docs, tmp_path):
    folder = tmp_path / "goemotions"
    folder.mkdir()
    (folder / "labels.txt").write_text("joy\nfear\nanger\n")
    for part in ("train", "dev", "test"):
        text = 'text\tlabel\tid\n"Oh" no\t0,2\ta\nwell "\t1\tb\n'
        (folder / f"{part}.tsv").write_text(text)
    result = script("convert_textcat", "real", tmp_path, tmp_path / "out", "--multilabel")
    assert result.exit_code == 0, result.output
    first, second = docs(tmp_path / "out" / "train.spacy")
    assert first.text == '"Oh" no' and gold(first) == ["anger", "joy"]
    assert second.text == 'well "' and gold(second) == ["fear"]
    (folder / "dev.tsv").write_text("text\tlabel\tid\nfine\t0\ta\nbad\t9\tb\n")
    result = script("convert_textcat", "goemotions", tmp_path, tmp_path / "out")
    assert result.exit_code == 1 and "several labels per text: say --multilabel" in result.output
    result = script("convert_textcat", "goemotions_multilabel", tmp_path, tmp_path / "out")
    assert result.exit_code == 1
    assert "dev.tsv:3: label '9' is not the number of a line in labels.txt" in result.output


def test_arxiv_papers_come_once(tmp_path, script):
    from corpora.arxiv import read_papers

    header = "\tabstract\tarxiv_id\tcategories\ttitle\n"
    rows = [
        ("1", "One thing", "cs.CL,cs.IR"),
        ("1", "One thing", "cs.CL,cs.IR"),
        ("2", "One  Thing", "cs.CL"),
    ]
    for name in ("cs.CL", "cs.IR"):
        text = header + "".join(f'0\t"We do\nit."\t{i}\t{c}\t{t}\n' for i, t, c in rows)
        (tmp_path / f"{name}.tsv.xz").write_bytes(lzma.compress(text.encode()))
    (paper,) = read_papers(tmp_path)
    assert paper.abstract == "We do it." and paper.categories == ["cs.CL", "cs.IR"]


def test_a_broken_table_names_file_and_line(script, tmp_path):
    banking(tmp_path)
    (tmp_path / "banking77" / "test.csv").write_text("text,category\nfine,card\nbroken\n")
    result = script("convert_textcat", "banking77", tmp_path, tmp_path / "out")
    assert result.exit_code == 1 and "test.csv:3: a row of 2 columns expected" in result.output
    (tmp_path / "banking77" / "test.csv").write_text("text,intent\nfine,card\n")
    result = script("convert_textcat", "banking77", tmp_path, tmp_path / "out")
    assert result.exit_code == 1 and "test.csv:1: the header lacks" in result.output
    result = script("convert_textcat", "arxiv", tmp_path, tmp_path / "out", "--multilabel")
    assert result.exit_code == 1 and "spacy project assets" in result.output


LINES = [
    {"text": "Good.", "label": "praise", "labels": ["a", "b"]},
    {"text": "Bad.", "label": "blame", "labels": []},
    {"text": "   ", "label": "blame", "labels": ["a"]},
]


def write_lines(write, lines):
    return write("mine/textcat/PART.jsonl", "\n".join(map(json.dumps, lines)))


@pytest.mark.parametrize(
    "options, expected",
    [([], [["praise"], ["blame"], ["blame"]]), (["--multilabel"], [["a", "b"], [], ["a"]])],
)
def test_own_lines_in_both_views(script, write, docs, tmp_path, options, expected):
    assets = write_lines(write, LINES)
    result = script("convert_textcat", "mine", assets, tmp_path / "out", *options)
    assert result.exit_code == 0, result.output
    found = docs(tmp_path / "out" / "train.spacy")
    assert [gold(doc) for doc in found] == expected
    assert len({tuple(sorted(doc.cats)) for doc in found}) == 1
    assert not any(doc.has_annotation("ENT_IOB") for doc in found)


@pytest.mark.parametrize(
    "line, complaint",
    [
        ({"text": "x"}, "train.jsonl:4: field 'label' is missing"),
        ({"text": "x", "label": 3}, "train.jsonl:4: field 'label' must be str, found int"),
        ({"text": "x", "label": ""}, "train.jsonl:4: field 'label' must hold names"),
        ({"text": None, "label": "a"}, "train.jsonl:4: field 'text' must be str"),
    ],
)
def test_bad_lines_name_file_and_line(script, write, tmp_path, line, complaint):
    result = script("convert_textcat", "mine", write_lines(write, [*LINES, line]), tmp_path / "out")
    assert result.exit_code == 1
    assert complaint in result.output


def test_labels_that_cannot_be_learned(script, write, tmp_path):
    assets = write_lines(write, LINES)
    (assets / "mine/textcat/test.jsonl").write_text('{"text": "x", "label": "new"}\n')
    result = script("convert_textcat", "mine", assets, tmp_path / "out")
    assert result.exit_code == 1
    assert "test.jsonl:1: label 'new' never occurs in the training part" in result.output
    result = script("convert_textcat", "mine", write_lines(write, LINES[:1]), tmp_path / "out")
    assert result.exit_code == 1 and "at least two labels" in result.output

import json
from pathlib import Path

import pytest
import spacy
from spacy.tokens import DocBin
from spacy.util import load_config, registry

pytest.importorskip("gensim")
TEXT = "Aspirin causes nausea . Lithium causes tremor ."


@pytest.fixture
def texts(tmp_path):
    """The same text in every format, in one folder."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.txt").write_text(f"{TEXT}\n\n{TEXT}\n")
    (folder / "b.jsonl").write_text(json.dumps({"text": TEXT}) + "\n")
    DocBin(docs=[spacy.blank("en")(TEXT)]).to_disk(folder / "c.spacy")
    return folder


def test_vectors_come_from_every_format(script, texts, tmp_path):
    result = script("train_vectors", tmp_path / "out", texts, "--width", 8, "--min-count", 4)
    assert result.exit_code == 0, result.output
    assert "from 32 tokens" in result.output
    nlp = spacy.load(tmp_path / "out")
    assert nlp.vocab.vectors.shape[1] == 8
    assert {word: nlp.vocab.has_vector(word) for word in ("aspirin", "causes", "unheard")} == {
        "aspirin": True,
        "causes": True,
        "unheard": False,
    }
    assert (nlp.vocab.vectors.data**2).mean(1) == pytest.approx(0.3**2, abs=1e-5)


def test_the_same_seed_gives_the_same_vectors(script, texts, tmp_path):
    tables = []
    for name in ("one", "two"):
        script("train_vectors", tmp_path / name, texts, "--width", 4, "--min-count", 2)
        tables.append(spacy.load(tmp_path / name).vocab.vectors.data.tolist())
    assert tables[0] == tables[1]


@pytest.mark.parametrize(
    "content, options, message",
    [
        ('{"text": "a"}\n{"no": 1}\n', [], "bad.jsonl:2: field 'text' is missing"),
        ('{"text": "a b"}\n', ["--min-count", 9], "no word occurs 9 times"),
    ],
)
def test_bad_texts_are_named(script, tmp_path, content, options, message):
    (tmp_path / "bad.jsonl").write_text(content)
    result = script("train_vectors", tmp_path / "out", tmp_path / "bad.jsonl", *options)
    assert result.exit_code == 1 and message in result.output


def test_texts_that_are_not_there_are_named(script, tmp_path):
    result = script("train_vectors", tmp_path / "out", tmp_path / "none")
    assert result.exit_code == 1 and "none: not there" in result.output


def test_one_variable_of_the_config_takes_them(script, texts, tmp_path):
    script("train_vectors", tmp_path / "out", texts, "--width", 8, "--min-count", 4)
    path = Path(__file__).parents[2] / "configs" / "ner.cfg"
    for vectors, parts in ((None, 6), (str(tmp_path / "out"), 7)):
        config = load_config(path, overrides={"paths.vectors": vectors}).interpolate()
        embed = config["components"]["ner"]["model"]["tok2vec"]["embed"]
        model = registry.resolve({"embed": embed})["embed"]
        assert len(model.layers) == parts

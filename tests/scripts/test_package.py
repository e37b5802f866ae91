"""Wheels of trained pipelines: their requirements and their cards."""

import importlib.metadata
import json
import zipfile
from email.parser import Parser

import pytest
import spacy
from packaging.requirements import Requirement


@pytest.fixture
def packed(script, tmp_path):
    """The files of a wheel by name."""
    nlp = spacy.blank("en")
    nlp.add_pipe("rnn_textcat")
    cats = [{"A": 1.0, "B": 0.0}, {"A": 0.0, "B": 1.0}]
    nlp.initialize(
        lambda: [spacy.training.Example.from_dict(nlp.make_doc("x"), {"cats": c}) for c in cats]
    )
    nlp.to_disk(tmp_path / "model")
    per_type = {"A": {"p": 0.9, "r": 0.9, "f": 0.9}, "B": {"p": 0.4, "r": 0.4, "f": 0.4}}
    scores = {"cats_score": 0.65, "cats_f_per_type": per_type, "speed": 1234.5}
    (tmp_path / "textcat.json").write_text(json.dumps(scores))
    result = script(
        *("package", tmp_path / "model", tmp_path / "packages", "--name", "tiny"),
        *("--version", "1.2.3", "--scores", tmp_path / "textcat.json", "--corpus", "real"),
    )
    assert result.exit_code == 0, result.output
    (wheel,) = tmp_path.glob("packages/en_tiny-1.2.3/dist/*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
def test_a_wheel_requires_this_package_and_carries_its_card(packed):
    (metadata,) = [text for name, text in packed.items() if name.endswith("METADATA")]
    required = Parser().parsestr(metadata.decode()).get_all("Requires-Dist")
    version = importlib.metadata.version("spacy-rnn")
    (requirement,) = [Requirement(line) for line in required if line.startswith("spacy-rnn")]
    assert version in requirement.specifier and "9.0" not in requirement.specifier
    (card,) = [text.decode() for name, text in packed.items() if name.endswith("/README.md")]
    assert card.startswith("# en_tiny\n")
    for line in (
        "- `rnn_textcat` gives each text one category, in `doc.cats`: `A`, `B`",
        'nlp = spacy.load("en_tiny")',
        "Measured on the test texts of Banking77",
        "| cats_score | 0.6500 |",
        "| A | 0.900 | 0.900 | 0.900 |",
        "These labels are often wrong (F-score below 0.5): B.",
        "## Licence\n\nMIT",
    ):
        assert line in card
    assert "1234" not in card
    (meta,) = [json.loads(t) for n, t in packed.items() if n.endswith("1.2.3/meta.json")]
    assert meta["license"] == "MIT" and "Banking77" in meta["sources"][0]


def test_every_corpus_of_the_project_has_a_source():
    from corpora import ner, textcat
    from corpora.sources import REAL, SOURCES, source_of

    assert set(SOURCES) >= {*ner.FILES, *REAL.values(), "sample", "clinc150", "scitldr"}
    assert source_of("real", "ner") == SOURCES[ner.REAL]
    assert source_of("real", "textcat_multilabel") == SOURCES[textcat.REAL[True]]
    assert source_of("mine", "ner") == "mine"

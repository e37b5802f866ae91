"""Runs `spacy rnn ...` in this process."""

import pytest
import spacy
from spacy.tokens import DocBin
from typer.testing import CliRunner


@pytest.fixture
def command():
    """A function that runs `spacy rnn` with arguments. RETURNS: its exit code and output."""
    from spacy.cli._util import app

    from spacy_rnn.cli import app as registers  # noqa: F401

    def run(*arguments):
        result = CliRunner().invoke(app, ["rnn", *map(str, arguments)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, " ".join(result.output.split())

    return run


@pytest.fixture
def pipeline(tmp_path):
    """A function that saves a trained pipeline with these components. RETURNS: its directory."""

    def save(*components, listening=False, vectors=None, name="pipeline"):
        nlp = spacy.blank("en")
        if vectors is not None:
            for word, row in vectors.items():
                nlp.vocab.set_vector(word, row)
        if listening:
            nlp.add_pipe("tok2vec")
        for component in components:
            listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96}
            settings = {"model": {"tok2vec": listener}} if listening else {}
            nlp.add_pipe(component, config=settings)
        nlp.initialize(lambda: examples(nlp))
        nlp.to_disk(tmp_path / name)
        return tmp_path / name

    return save


def examples(nlp):
    for text, cats in (("Anna sings", {"A": 1.0, "B": 0.0}), ("I run", {"A": 0.0, "B": 1.0})):
        annotations = {"cats": cats, "entities": [(0, 4, "N")] if text.startswith("Anna") else []}
        yield spacy.training.Example.from_dict(nlp.make_doc(text), annotations)


@pytest.fixture
def docs(tmp_path):
    """A function that saves texts as a .spacy file. RETURNS: its path."""

    def save(*texts, name="docs.spacy"):
        nlp = spacy.blank("en")
        DocBin(docs=[nlp.make_doc(text) for text in texts]).to_disk(tmp_path / name)
        return tmp_path / name

    return save


@pytest.fixture
def tiny_config(tmp_path):
    """A text classifier that trains in a second."""
    nlp = spacy.blank("en")
    texts = [nlp.make_doc(text) for text in ("good day", "bad night", "good sun", "bad rain") * 3]
    for doc in texts:
        doc.cats = {"GOOD": float(doc[0].text == "good"), "BAD": float(doc[0].text == "bad")}
    DocBin(docs=texts).to_disk(tmp_path / "texts.spacy")
    nlp.add_pipe("textcat")
    corpus = {"@readers": "spacy.Corpus.v1", "path": str(tmp_path / "texts.spacy")}
    nlp.config["corpora"] = {"train": corpus, "dev": corpus}
    nlp.config["training"]["max_steps"] = 4
    nlp.config["training"]["eval_frequency"] = 2
    nlp.config["training"]["logger"] = {"@loggers": "spacy-rnn.Logger.v1", "name": "console"}
    nlp.config.to_disk(tmp_path / "tiny.cfg")
    return tmp_path / "tiny.cfg"

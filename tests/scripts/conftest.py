"""Make the project's scripts importable, and run them as their command line does."""

import importlib
import sys
from pathlib import Path

import pytest
import spacy
import typer
from spacy.tokens import DocBin
from typer.testing import CliRunner

SCRIPTS = Path(__file__).parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))


@pytest.fixture
def script():
    """A function that runs a script by name with arguments. RETURNS: its exit code and output."""

    def run(name, *arguments):
        app = typer.Typer()
        app.command()(importlib.import_module(name).main)
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return run


@pytest.fixture
def write(tmp_path):
    """A function that writes one file of a corpus, or the same text as train, dev and test."""

    def write_file(name, content):
        content = content if isinstance(content, bytes) else content.encode("utf8")
        for part in ("train", "dev", "test"):
            path = tmp_path / "assets" / name.replace("PART", part)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return tmp_path / "assets"

    return write_file


@pytest.fixture
def docs():
    """A function that reads the Docs of a .spacy file."""
    return lambda path: list(DocBin().from_disk(path).get_docs(spacy.blank("en").vocab))

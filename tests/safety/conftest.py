"""One saved pipeline with three of our components, and copies of it that may be spoilt."""

import shutil

import pytest

from spacy_rnn.safety.manifest import write_manifest


@pytest.fixture(scope="session")
def sealed(tiny, tmp_path_factory):
    """Read only."""
    folder = tmp_path_factory.mktemp("sealed") / "pipeline"
    tiny.to_disk(folder)
    return folder


@pytest.fixture
def spoilt(sealed, tmp_path):
    """A function that copies the pipeline, changes it, and seals it again as an attacker would.

    change: given the copy. RETURNS: the copy.
    """

    def spoil(change, seal=True):
        copy = tmp_path / "spoilt"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(sealed, copy)
        change(copy)
        if seal:
            write_manifest(copy)
        return copy

    return spoil


@pytest.fixture
def configured(spoilt):
    """A function that replaces text in the config of a copy. RETURNS: the copy."""

    def configure(old, new):
        def change(copy):
            text = (copy / "config.cfg").read_text(encoding="utf8")
            assert old in text
            (copy / "config.cfg").write_text(text.replace(old, new, 1), encoding="utf8")

        return spoilt(change)

    return configure

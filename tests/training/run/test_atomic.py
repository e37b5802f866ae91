"""A directory is replaced whole or not at all."""

import errno
import io
import os

import pytest
import spacy
from spacy.language import Language

from spacy_rnn.errors import SaveError
from spacy_rnn.training.run import atomic
from spacy_rnn.training.run.atomic import recover_directory, replacing_directory
from spacy_rnn.training.run.start import start_run


def write(path, text):
    with replacing_directory(path) as draft:
        (draft / "file").write_text(text)


def content(path):
    return {file.name: file.read_text() for file in path.iterdir()}


@pytest.fixture(params=["exchange", "two renames"])
def way(request, monkeypatch):
    """Both ways of replacing: the second is for systems that cannot exchange."""
    if request.param == "two renames":
        monkeypatch.setattr(atomic, "_exchange", lambda one, other: False)


def test_it_appears_is_replaced_and_leaves_nothing_beside(tmp_path, way):
    for text in ("old", "new"):
        write(tmp_path / "model", text)
        assert content(tmp_path / "model") == {"file": text}
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_an_error_while_writing_leaves_the_old_one(tmp_path, way):
    write(tmp_path / "model", "old")
    with pytest.raises(KeyError), replacing_directory(tmp_path / "model") as draft:
        (draft / "file").write_text("ne")
        raise KeyError
    assert content(tmp_path / "model") == {"file": "old"}
    assert len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_leaves_the_old_one_and_says_so(tmp_path, way):
    write(tmp_path / "model", "old")
    with pytest.raises(SaveError, match="No space left.*whole.*--resume"):
        with replacing_directory(tmp_path / "model"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert content(tmp_path / "model") == {"file": "old"}


def test_a_kill_between_the_two_renames_is_repaired(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic, "_exchange", lambda one, other: False)
    write(tmp_path / "model", "old")
    os.rename(tmp_path / "model", tmp_path / ".model.old")
    recover_directory(tmp_path / "model")
    assert content(tmp_path / "model") == {"file": "old"}


# tests/faults does this at every access to the disk.
@pytest.mark.parametrize("write_number", [3, pytest.param(4, marks=pytest.mark.slow)])
def test_a_disk_that_fills_up_in_training_loses_nothing(
    config_path, tmp_path, monkeypatch, write_number
):
    written, to_disk = [], Language.to_disk

    def fill_up(self, path, **settings):
        written.append(path)
        if len(written) == write_number:
            path.mkdir(exist_ok=True)
            (path / "half").write_text("half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        to_disk(self, path, **settings)

    monkeypatch.setattr(Language, "to_disk", fill_up)
    with pytest.raises(SaveError, match="No space left"):
        start_run(config_path, tmp_path, {}).train(io.StringIO(), io.StringIO())
    monkeypatch.undo()
    for model in tmp_path.glob("model-*"):
        assert spacy.load(model)("Anna went to Berlin").cats
    start_run(config_path, tmp_path, {}, resume=True).train(io.StringIO(), io.StringIO())
    assert spacy.load(tmp_path / "model-best").meta["performance"]

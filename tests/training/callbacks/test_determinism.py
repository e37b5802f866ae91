"""One setting for the same bits in every run. Whether a GPU keeps to it: tests/gpu."""

import os

import numpy as np
import pytest
import torch
from spacy.training.initialize import init_nlp
from spacy.util import load_config

from spacy_rnn.layers.torch_modules import modules_in
from spacy_rnn.training.callbacks.determinism import CALLBACK, WORKSPACES
from spacy_rnn.training.run.start import start_run


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    # Remembered here, so that it is put back whatever a test does.
    monkeypatch.setenv(WORKSPACES[0], "")
    monkeypatch.delenv(WORKSPACES[0])
    before = torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark
    yield
    torch.use_deterministic_algorithms(False)
    torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = before


def deterministic_config(config_path, **overrides):
    overrides = {f"training.{key}": value for key, value in overrides.items()}
    config = load_config(config_path, overrides=overrides, interpolate=False)
    config["initialize"]["before_init"] = {"@callbacks": CALLBACK}
    return config


def is_set():
    return (
        torch.are_deterministic_algorithms_enabled()
        and torch.backends.cudnn.deterministic
        and not torch.backends.cudnn.benchmark
        and os.environ.get(WORKSPACES[0]) == WORKSPACES[1]
    )


def test_the_callback_sets_everything_before_weights_are_made(config_path):
    assert not is_set()
    init_nlp(deterministic_config(config_path))
    assert is_set()


def test_a_choice_of_the_user_stays(config_path, monkeypatch):
    monkeypatch.setenv(WORKSPACES[0], ":4096:8")
    init_nlp(deterministic_config(config_path))
    assert os.environ[WORKSPACES[0]] == ":4096:8"


def trained_weights(config_path, output, max_steps=6):
    deterministic_config(config_path, max_steps=max_steps).to_disk(output / "config.cfg")
    with open(output / "log", "w") as log:
        run = start_run(output / "config.cfg", output, {}, resume=(output / "checkpoint").is_dir())
        run.train(log, log)
    parts = [
        w for _, pipe in run.nlp.pipeline for m in modules_in(pipe.model) for w in m.parameters()
    ]
    return np.concatenate([weight.detach().numpy().ravel() for weight in parts])


def test_two_runs_end_with_the_same_bits_and_every_layer_can_be_so(config_path, tmp_path):
    runs = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        runs.append(trained_weights(config_path, tmp_path / name))
    assert np.array_equal(*runs)


def test_a_continued_training_is_deterministic_too(config_path, tmp_path):
    trained_weights(config_path, tmp_path, max_steps=3)
    torch.use_deterministic_algorithms(False)
    trained_weights(config_path, tmp_path, max_steps=6)
    assert is_set()

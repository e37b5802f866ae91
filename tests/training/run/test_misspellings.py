"""Names in a config that nobody would read."""

import io
import warnings

import pytest

from spacy_rnn.training.run.misspellings import check_training_block, warn_of_unknown_scores
from spacy_rnn.training.run.start import start_run


def test_a_setting_that_does_not_exist_is_named_with_a_similar_one(config_path, tmp_path):
    with pytest.raises(ValueError, match="no setting 'dropuot'. Did you mean 'dropout'"):
        start_run(config_path, tmp_path / "out", {"training.dropuot": 0.5})
    assert not (tmp_path / "out").exists()
    check_training_block({"dropout": 0.1, "accumulate_gradient": 2})


def test_a_score_that_nobody_gives_is_warned_of(config_path, tmp_path):
    overrides = {"training.score_weights.ents_ff": 0.3, "training.max_steps": 1}
    run = start_run(config_path, tmp_path / "out", overrides)
    with pytest.warns(UserWarning, match="'ents_ff': no component gives .* mean 'ents_f'"):
        run.train(io.StringIO(), io.StringIO())


def test_weights_of_zero_and_scores_that_are_unknown_yet_are_no_mistakes():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_unknown_scores({"a": 0.0, "b": None, "c": 1.0}, {"c": None})

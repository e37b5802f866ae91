"""A whole search: what it tries, what it leaves behind, and how it goes on."""

import json
import signal

import pytest
from thinc.api import Config

from spacy_rnn.training.run.loop import TrainingRun
from spacy_rnn.training.run.stop_request import Stopped
from spacy_rnn.training.search.keys import parse_key
from spacy_rnn.training.search.outcome import best_trial
from spacy_rnn.training.search.study import open_study
from spacy_rnn.training.search.trials import Search

RATE = "training.optimizer.learn_rate.initial_rate"
KEYS = [f"{RATE}=0.001:0.1:log", "training.dropout=0.0:0.4"]
SHORT = {"training.max_steps": 6}


@pytest.fixture
def search(config_path, tmp_path):
    keys = [parse_key(key) for key in KEYS]
    return Search(config_path, tmp_path / "search", SHORT, keys)


def study_of(search, pruning=False):
    return open_study(search.folder, search.about(), pruning, seed=1)


def run(search, trials, pruning=False):
    """RETURNS: the study and the trials that this sitting made."""
    study, told = study_of(search, pruning), []
    search.run(study, trials, told.append)
    return study, told


def test_the_best_config_and_its_model_are_left(search):
    study, told = run(search, 3)
    rows = json.loads((search.folder / "search.json").read_text())
    assert [row["trial"] for row in rows] == [trial.number for trial in told] == [0, 1, 2]
    assert len({row[RATE] for row in rows}) == 3
    best = best_trial(study)
    assert best.value == max(row["score"] for row in rows)
    config = Config().from_disk(search.folder / "best.cfg", interpolate=False)
    assert config["training"]["optimizer"]["learn_rate"]["initial_rate"] == best.params[RATE]
    assert config["training"]["dropout"] == best.params["training.dropout"]
    assert config["training"]["max_steps"] == 6
    models = [path.parent.name for path in search.folder.glob("trial-*/model-*")]
    assert models == [f"trial-{best.number:04}"]
    assert not list(search.folder.glob("trial-*/checkpoint"))


def test_a_finished_search_goes_on_with_other_values(search):
    run(search, 2)
    study, told = run(search, 3)
    assert [trial.number for trial in told] == [2]
    assert len({trial.params[RATE] for trial in study.trials}) == 3
    assert run(search, 3)[1] == []


def test_a_killed_trial_goes_on_from_its_checkpoint(search, monkeypatch):
    steps = []
    train = TrainingRun.train

    def stops_after_one_evaluation(self, stdout, stderr, watch):
        def watch_and_stop(step, score):
            watch(step, score)
            signal.raise_signal(signal.SIGTERM)

        return train(self, stdout, stderr, watch_and_stop)

    def notes_where_it_begins(self, stdout, stderr, watch):
        steps.append(self.done.steps)
        return train(self, stdout, stderr, watch)

    monkeypatch.setattr(TrainingRun, "train", stops_after_one_evaluation)
    with pytest.raises(Stopped):
        run(search, 1)
    (lost,) = study_of(search).trials
    monkeypatch.setattr(TrainingRun, "train", notes_where_it_begins)
    study, told = run(search, 1)
    assert len(told) == 1 and told[0].params == lost.params
    assert steps == [2], "after the step that was made when the signal came"
    assert told[0].intermediate_values.keys() == {0, 3, 6}
    assert [path.name for path in search.folder.glob("trial-*")] == ["trial-0000"]


def test_bad_trainings_are_given_up(search, monkeypatch):
    scores = iter([0.9] * 5 + [0.1])
    stopped = []

    def train(self, stdout, stderr, watch):
        score = next(scores)
        for step in (0, 3, 6):
            watch(step, score)
            stopped.append(step)

    monkeypatch.setattr(TrainingRun, "train", train)
    study, told = run(search, 6, pruning=True)
    assert [trial.state.name for trial in told] == ["COMPLETE"] * 5 + ["PRUNED"]
    assert len(stopped) == 15, "the sixth did not even reach its second step"


def test_a_training_that_explodes_is_given_up_and_the_search_goes_on(search, monkeypatch):
    from spacy_rnn.errors import NonFiniteError

    outcomes = iter([NonFiniteError("the gradient is NaN"), None])

    def train(self, stdout, stderr, watch):
        error = next(outcomes)
        if error:
            raise error
        watch(0, 0.5)

    monkeypatch.setattr(TrainingRun, "train", train)
    study, told = run(search, 2)
    assert [trial.state.name for trial in told] == ["PRUNED", "COMPLETE"]
    assert told[0].user_attrs["why"] == "the gradient is NaN"


def test_another_search_in_the_same_place_is_refused(search):
    run(search, 1)
    other = Search(search.config_path, search.folder, {"training.max_steps": 9}, search.keys)
    with pytest.raises(ValueError, match="another config"):
        study_of(other)
    other = Search(search.config_path, search.folder, SHORT, search.keys[:1])
    with pytest.raises(ValueError, match="another keys"):
        study_of(other)


def test_settings_that_do_not_exist_are_an_error(search):
    with pytest.raises(ValueError, match="no setting training.dropuot"):
        Search(search.config_path, search.folder, SHORT, [parse_key("training.dropuot=0:1")])


def test_settings_that_cannot_be_trained_with_end_the_search(search):
    keys = [parse_key("training.eval_frequency=x,y")]
    wrong = Search(search.config_path, search.folder, SHORT, keys)
    with pytest.raises(ValueError):
        run(wrong, 2)
    assert [trial.state.name for trial in study_of(wrong).trials] == ["FAIL"]

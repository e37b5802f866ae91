"""Runs that are killed and go on must end as if nothing had happened."""

import hashlib
import io
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from spacy.language import Language

from spacy_rnn.errors import ResumeError
from spacy_rnn.training.run.start import start_run

KILLED = -signal.SIGKILL
FORK = multiprocessing.get_context("fork")
ADAM = {"training.optimizer": {"@optimizers": "Adam.v1", "learn_rate": 0.01}}
RADAM = {"training.optimizer": {"@optimizers": "spacy-rnn.RAdam.v1", "learn_rate": 0.01}}
RMSPROP = {"training.optimizer": {"@optimizers": "spacy-rnn.RMSprop.v1", "learn_rate": 0.01}}
VARIANTS = [
    pytest.param({"training.max_epochs": -1}, id="streamed corpus", marks=pytest.mark.slow),
    pytest.param(ADAM, id="Adam of Thinc", marks=pytest.mark.slow),
    pytest.param(RADAM, id="RAdam", marks=pytest.mark.slow),
    pytest.param(RMSPROP, id="RMSprop", marks=pytest.mark.slow),
    pytest.param({"training.accumulate_gradient": 2}, id="accumulated", marks=pytest.mark.slow),
]


def train(
    config_path, output, overrides, resume=False, every=0, die_at=None, by=9, die_in_write=None
):
    """One sitting in this process, which may die as by kill -9.

    die_at: the step before which it dies, or gets the signal `by`.
    die_in_write: the directory, counted, half-way through whose writing it dies.
    """
    run = start_run(config_path, output, overrides, resume=resume, checkpoint_every=every)
    if die_at is not None:
        me = os.getpid()
        run.settings["before_update"] = lambda _, at: at["step"] == die_at and os.kill(me, by)
    if die_in_write is not None:
        count_writes(die_in_write)
    sys.exit(run.train(io.StringIO(), io.StringIO()))


def count_writes(last):
    written, to_disk = [], Language.to_disk

    def write(self, path, **settings):
        written.append(path)
        to_disk(self, path, **settings)
        if len(written) == last:
            shutil.rmtree(path / "vocab")
            os.kill(os.getpid(), signal.SIGKILL)

    Language.to_disk = write


def in_child(*args, **settings):
    """Train in a forked process. RETURNS: its exit code."""
    child = FORK.Process(target=train, args=args, kwargs=settings)
    child.start()
    child.join(120)
    return child.exitcode


def weights_of(folder):
    """A digest of the weights of every component of a saved pipeline."""
    digests = {
        file.parent.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.glob("*/model"))
    }
    assert digests
    return digests


def results_of(output):
    models = {name: weights_of(output / name) for name in ("model-last", "model-best")}
    state = json.loads((output / "checkpoint" / "state.json").read_text())
    return models, state["progress"]["results"]


@pytest.fixture(scope="module")
def whole(config_path, tmp_path_factory):
    """What a run ends with that nobody stopped."""
    output = tmp_path_factory.mktemp("whole")
    assert in_child(config_path, output, {}) == 0
    return results_of(output)


def test_the_same_config_repeats_exactly(config_path, tmp_path, whole):
    assert in_child(config_path, tmp_path, {}) == 0
    assert results_of(tmp_path) == whole


def test_three_kills_between_steps_change_no_bit(config_path, tmp_path, whole):
    for step in (2, 8, 13):
        assert in_child(config_path, tmp_path, {}, resume=True, every=2, die_at=step) == KILLED
    assert in_child(config_path, tmp_path, {}, resume=True) == 0
    assert results_of(tmp_path) == whole


@pytest.mark.parametrize("overrides", VARIANTS)
def test_a_kill_changes_no_bit_of_other_trainings(config_path, tmp_path, overrides, whole):
    assert in_child(config_path, tmp_path / "whole", overrides) == 0
    assert in_child(config_path, tmp_path / "cut", overrides, every=2, die_at=8) == KILLED
    assert in_child(config_path, tmp_path / "cut", overrides, resume=True) == 0
    assert results_of(tmp_path / "cut") == results_of(tmp_path / "whole") != whole


@pytest.mark.slow
def test_a_run_without_a_seed_goes_on_as_it_began(config_path, tmp_path):
    overrides = {"training.seed": None}
    assert in_child(config_path, tmp_path / "a", overrides, every=2, die_at=3) == KILLED
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    assert in_child(config_path, tmp_path / "a", overrides, resume=True, every=2, die_at=9) < 0
    for output in (tmp_path / "a", tmp_path / "b"):
        assert in_child(config_path, output, overrides, resume=True) == 0
    assert results_of(tmp_path / "a") == results_of(tmp_path / "b")


# tests/faults does this at every access to the disk.
@pytest.mark.parametrize("write", [3, *(pytest.param(w, marks=pytest.mark.slow) for w in (2, 4))])
def test_a_kill_in_the_middle_of_a_write_loses_no_model(config_path, tmp_path, write, whole):
    assert in_child(config_path, tmp_path, {}, die_in_write=write) == KILLED
    for model in tmp_path.glob("model-*"):
        assert (model / "vocab").exists(), "a model that can be seen is whole"
    assert in_child(config_path, tmp_path, {}, resume=True) == 0
    assert results_of(tmp_path) == whole
    assert not list(tmp_path.glob(".*")), "nothing half-written stays"


def test_the_command_survives_a_kill_from_outside(config_path, tmp_path, whole):
    command = [sys.executable, "-m", "spacy", "rnn", "train", str(config_path)]
    command += ["-o", str(tmp_path), "--resume", "--checkpoint-every", "1"]
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=env)
    while not (tmp_path / "checkpoint").exists() and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    assert process.wait() == KILLED
    again = subprocess.run(command, capture_output=True, text=True, env=env)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "Going on after step" in again.stdout
    assert results_of(tmp_path) == whole


def test_a_finished_run_stays_as_it_is(config_path, tmp_path, whole):
    assert in_child(config_path, tmp_path, {}, every=4) == 0
    assert in_child(config_path, tmp_path, {}, resume=True) == 0
    assert results_of(tmp_path)[0] == whole[0]


def test_a_finished_run_can_be_prolonged(config_path, tmp_path):
    longer = {"training.max_steps": 18}
    assert in_child(config_path, tmp_path / "a", {}, every=4) == 0
    assert in_child(config_path, tmp_path / "a", longer, resume=True) == 0
    assert in_child(config_path, tmp_path / "b", longer) == 0
    assert results_of(tmp_path / "a") == results_of(tmp_path / "b")


def test_a_signal_stops_after_a_checkpoint(config_path, tmp_path, whole):
    stopped = in_child(config_path, tmp_path, {}, die_at=8, by=signal.SIGTERM)
    assert stopped == signal.SIGTERM
    state = json.loads((tmp_path / "checkpoint" / "state.json").read_text())
    assert state["progress"]["steps"] == 9
    assert in_child(config_path, tmp_path, {}, resume=True) == 0
    assert results_of(tmp_path) == whole


def test_other_settings_are_refused_by_name(config_path, tmp_path):
    assert in_child(config_path, tmp_path, {}, every=1, die_at=2) < 0
    with pytest.raises(ResumeError, match="other settings: training.dropout"):
        start_run(config_path, tmp_path, {"training.dropout": 0.3}, resume=True)


def test_other_training_data_are_refused(config_path, tmp_path):
    assert in_child(config_path, tmp_path, {}, every=1, die_at=5) < 0
    dev = str(config_path.parent / "dev.spacy")
    with pytest.raises(ResumeError, match="training data have changed"):
        train(config_path, tmp_path, {"paths.train": dev}, resume=True)


@pytest.mark.parametrize("name", ["state.json", "arrays.safetensors"])
def test_a_damaged_checkpoint_is_named(config_path, tmp_path, name):
    assert in_child(config_path, tmp_path, {}, every=1, die_at=2) < 0
    file = tmp_path / "checkpoint" / name
    block = bytearray(file.read_bytes())
    block[len(block) // 2] ^= 0xFF
    file.write_bytes(block)
    with pytest.raises(ResumeError, match="checkpoint.*Train without --resume"):
        start_run(config_path, tmp_path, {}, resume=True)

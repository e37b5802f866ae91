"""Whole trainings watched by W&B and TensorBoard, whose files are read back."""

import io
import json
import signal
import sys
from pathlib import Path

import pytest

from spacy_rnn.training.run.start import start_run

sys.path.insert(0, str(Path(__file__).parent))
from wandb_files import read_offline_run  # noqa: E402

LOGGER = {"@loggers": "spacy-rnn.Logger.v1", "group": "ner-tiny", "project": "tiny"}


@pytest.fixture
def train(config_path, tmp_path, monkeypatch):
    """A function that trains nine steps with a logger. RETURNS: the output directory."""
    for name in ("WANDB_MODE", "WANDB_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))

    def run(name, watch=None, resume=False):
        test = str(config_path.parent / "dev.spacy")
        logger = {**LOGGER, "name": name, "test": test}
        overrides = {"training.logger": logger, "training.max_steps": 9}
        out = tmp_path / "out"
        run = start_run(config_path, out, overrides, resume=resume)
        run.train(io.StringIO(), io.StringIO(), watch)
        return out

    return run


def rows(out):
    return {row["step"]: row for row in map(json.loads, (out / "log.jsonl").open())}


def test_weights_and_biases_offline_holds_numbers_at_their_step_and_the_test(train):
    out = train("wandb")
    (folder,) = out.glob("wandb/offline-run-*")
    run = read_offline_run(folder)
    assert (run.record.project, run.record.run_group) == ("tiny", "ner-tiny")
    assert json.loads((out / "wandb.json").read_text())["id"] == run.record.run_id
    logged = rows(out)
    assert sorted(run.history) == sorted(logged) == [0, 3, 6, 9]
    for step, row in logged.items():
        found = run.history[step]
        assert found["optimizer/learn_rate"] == row["learn_rate"]
        assert found["optimizer/grad_norm"] == row["grad_norm"] > 0.0
        assert found["dev/ents_f"] == row["scores"]["ents_f"]
        assert found["loss/ner"] == row["losses"]["ner"]
    scores = dict(run.tables["test/scores"]["data"])
    assert scores["ents_f"] == run.summary["test/ents_f"] and 0.0 <= scores["ents_f"] <= 1.0
    labels = run.tables["test/labels"]
    assert labels["columns"] == ["score", "label", "precision", "recall", "f_score"]
    assert {(row[0], row[1]) for row in labels["data"]} >= {("cats_f_per_type", "NAMED")}
    examples = run.tables["test/examples"]
    assert examples["columns"] == ["text", "gold", "predicted"] and len(examples["data"]) == 10
    assert any("[N]" in gold for _, gold, _ in examples["data"])
    assert all("NAME" in predicted for _, _, predicted in examples["data"])


def test_tensorboard_holds_numbers_at_their_step_and_the_test(train):
    events = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    out = train("tensorboard")
    found = events.EventAccumulator(str(out / "tensorboard"), size_guidance={"tensors": 0})
    found.Reload()
    for name, read in (
        ("dev/ents_f", lambda row: row["scores"]["ents_f"]),
        ("optimizer/learn_rate", lambda row: row["learn_rate"]),
        ("optimizer/grad_norm", lambda row: row["grad_norm"]),
        ("loss/textcat", lambda row: row["losses"]["textcat"]),
    ):
        curve = {event.step: event.value for event in found.Scalars(name)}
        assert curve == pytest.approx({s: read(row) for s, row in rows(out).items()}, rel=1e-6)
    (tested,) = found.Scalars("test/ents_f")
    assert tested.step == 9 and 0.0 <= tested.value <= 1.0
    (table,) = found.Tensors("test/examples/text_summary")
    text = table.tensor_proto.string_val[0].decode()
    assert text.startswith("| text | gold | predicted |") and "[N]" in text


def test_a_training_that_was_stopped_is_not_tested_yet(train):
    events = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    # Stops at the step after the first evaluation.
    out = train("tensorboard", lambda step, score: signal.raise_signal(signal.SIGTERM))
    found = events.EventAccumulator(str(out / "tensorboard"))
    found.Reload()
    names = found.Tags()["scalars"]
    assert "dev/ents_f" in names and "test/ents_f" not in names


@pytest.mark.slow
def test_a_continued_training_continues_its_run_of_weights_and_biases(train):
    def stop(step, score):
        signal.raise_signal(signal.SIGTERM)

    train("wandb", stop)
    out = train("wandb", resume=True)
    runs = map(read_offline_run, out.glob("wandb/offline-run-*"))
    first, second = sorted(runs, key=lambda run: min(run.history))
    assert first.record.run_id == second.record.run_id
    assert sorted(first.history) == [0] and sorted(second.history) == [3, 6, 9]
    assert not first.tables and len(second.tables) == 3

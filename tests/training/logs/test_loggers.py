"""What is told while a pipeline trains."""

import io
import json
import struct
import sys
import types

import pytest
import spacy
from spacy.util import registry

from spacy_rnn.training.logs import tensorboard
from spacy_rnn.training.logs.loggers import console_logger, logger_by_name
from spacy_rnn.training.logs.table import clock


@pytest.fixture
def nlp():
    nlp = spacy.blank("en")
    nlp.add_pipe("textcat")
    nlp.config["training"]["score_weights"] = {"cats_score": 1.0, "speed": 0.0, "cats_f": None}
    nlp.config["training"]["max_steps"] = 20
    return nlp


def info(step, output=None, **more):
    found = {
        "epoch": 0,
        "step": step,
        "score": 0.25 + step / 100,
        "other_scores": {"cats_score": 0.5, "speed": 1234.5, "cats_per_type": {}},
        "losses": {"textcat": 2.0},
        "checkpoints": [],
        "seconds": step / 10,
        "words": step * 100,
    }
    if output is not None:
        found["output_path"] = str(output / "model-last")
    return {**found, **more}


def log(logger, nlp, infos):
    """RETURNS: what stands on the screen, line by line."""
    stdout = io.StringIO()
    log_step, finalize = logger(nlp, stdout, io.StringIO())
    for found in infos:
        log_step(found)
    finalize()
    return stdout.getvalue().splitlines()


def lines(output):
    return [json.loads(line) for line in (output / "log.jsonl").read_text().splitlines()]


def test_the_table_tells_speed_rate_norm_and_time_left(nlp):
    more = {"learn_rate": 0.001, "grad_norm": 3.14159}
    screen = log(console_logger(), nlp, [info(0, **more), None, info(10, **more)])
    assert len(screen) == 4 and len({len(line) for line in screen}) == 1
    named = dict(zip(screen[0].replace("LOSS ", "LOSS_").split(), screen[3].split()))
    assert named == {
        "E": "0",
        "#": "10",
        "LOSS_TEXTCAT": "2.00",
        "CATS_SCORE": "50.00",
        "SPEED": "1234",
        "SCORE": "0.3500",
        "WORDS/S": "1,000",
        "RATE": "1.00e-03",
        "NORM": "3.14",
        "LEFT": "0:01",
    }


def test_under_spacy_train_the_unknown_is_a_dash(nlp):
    screen = log(console_logger(), nlp, [info(10)])
    assert screen[2].split()[-4:] == ["1,000", "-", "-", "-"]


def test_a_component_without_a_loss_and_a_missing_score_count_as_zero(nlp):
    screen = log(console_logger(), nlp, [info(0, losses={}, other_scores={})])
    assert screen[2].split()[2:4] == ["0.00", "0.00"]


def test_every_row_stands_in_the_log_file(nlp, tmp_path):
    log(console_logger(), nlp, [info(0, tmp_path), None, info(10, tmp_path, learn_rate=0.5)])
    first, second = lines(tmp_path)
    assert (first["step"], second["step"]) == (0, 10)
    assert second["learn_rate"] == 0.5 and second["losses"] == {"textcat": 2.0}
    assert second["scores"] == {"cats_score": 0.5, "speed": 1234.5}


def test_a_continued_run_writes_no_row_twice_and_a_new_one_begins_anew(nlp, tmp_path):
    log(console_logger(), nlp, [info(0, tmp_path), info(10, tmp_path), info(20, tmp_path)])
    with (tmp_path / "log.jsonl").open("a") as file:
        file.write('{"step": 25, "cut off by a ki')
    log(console_logger(), nlp, [info(20, tmp_path), info(30, tmp_path)])
    assert [line["step"] for line in lines(tmp_path)] == [0, 10, 20, 30]
    log(console_logger(), nlp, [info(0, tmp_path)])
    assert [line["step"] for line in lines(tmp_path)] == [0]


def test_without_an_output_directory_there_is_no_file(nlp, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    log(console_logger(), nlp, [info(0)])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("seconds, text", [(59.6, "1:00"), (61, "1:01"), (3725, "1:02:05")])
def test_times_read_as_on_a_clock(seconds, text):
    assert clock(seconds) == text


def test_one_variable_chooses_the_logger_and_a_wrong_one_is_named():
    config = {"logger": {"@loggers": "spacy-rnn.Logger.v1", "name": "console"}}
    assert callable(registry.resolve(config)["logger"])
    with pytest.raises(ValueError, match="logger.name must be one of console, wandb, tensorboard"):
        logger_by_name("paper")


def test_a_missing_tensorboard_is_a_sentence(monkeypatch):
    monkeypatch.setattr(tensorboard, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match="pip install"):
        logger_by_name("tensorboard")


def test_tensorboard_gets_every_number_at_its_step(nlp, tmp_path, monkeypatch):
    written = []

    class SummaryWriter:
        def __init__(self, folder, purge_step):
            written.append((folder, purge_step))

        def add_scalar(self, name, number, step):
            written.append((name, number, step))

        def close(self):
            written.append("closed")

    fake = types.SimpleNamespace(SummaryWriter=SummaryWriter)
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", fake)
    monkeypatch.setattr(tensorboard, "find_spec", lambda name: "there")
    log(logger_by_name("tensorboard"), nlp, [info(10, tmp_path, grad_norm=2.0)])
    assert written[0] == (str(tmp_path / "tensorboard"), 10) and written[-1] == "closed"
    assert ("dev/cats_score", 0.5, 10) in written and ("optimizer/grad_norm", 2.0, 10) in written


@pytest.mark.slow
def test_weights_and_biases_offline_holds_every_number_at_its_step(nlp, tmp_path, monkeypatch):
    for name in ("WANDB_MODE", "WANDB_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    rows = [info(0, tmp_path, learn_rate=0.5), info(10, tmp_path, learn_rate=0.25)]
    log(logger_by_name("wandb", project="tiny", group="textcat-sample"), nlp, rows)
    (file,) = tmp_path.glob("wandb/offline-run-*/*.wandb")
    run, history = read_wandb(file)
    assert (run.project, run.run_group) == ("tiny", "textcat-sample")
    assert sorted(history) == [0, 10]
    assert history[10]["dev/cats_score"] == 0.5
    assert history[10]["optimizer/learn_rate"] == 0.25
    assert history[0]["loss/textcat"] == 2.0
    assert json.loads((tmp_path / "wandb.json").read_text())["id"] == run.run_id


def read_wandb(path):
    """RETURNS: the run, and its history as {step: {name: number}}."""
    from wandb.proto import wandb_internal_pb2

    run, history = None, {}
    for block in leveldb_records(path.read_bytes()):
        record = wandb_internal_pb2.Record()
        record.ParseFromString(block)
        if record.WhichOneof("record_type") == "run":
            run = record.run
        if record.WhichOneof("record_type") == "history":
            items = {
                "/".join(item.nested_key) or item.key: json.loads(item.value_json)
                for item in record.history.item
            }
            history[items["_step"]] = items
    return run, history


def leveldb_records(block, header=7, size=32768):
    """The records of a LevelDB log: pieces of at most one block, the first after a header."""
    at, parts = header, b""
    while at + header <= len(block):
        room = size - at % size
        if room < header:
            at += room
            continue
        length, kind = struct.unpack("<HB", block[at + 4 : at + header])
        if not kind:
            break
        parts += block[at + header : at + header + length]
        at += header + length
        if kind in (1, 4):
            yield parts
            parts = b""

"""What is told while a pipeline trains."""

import io
import json

import pytest
import spacy
from spacy.training import Example
from spacy.util import registry

from spacy_rnn.training.logs import tensorboard
from spacy_rnn.training.logs.loggers import console_logger, logger_by_name
from spacy_rnn.training.logs.table import bar, clock


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


def test_time_left_is_told_where_the_steps_follow_from_the_corpus(nlp):
    steps = {"@misc": "spacy-rnn.steps_for_epochs.v1", "path": None, "epochs": 1, "batch_size": 1}
    nlp.config["training"]["max_steps"] = {**steps, "at_least": 30}
    screen = log(console_logger(), nlp, [info(0), info(10)])
    assert screen[-1].split()[-1] == "0:02"


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
    with pytest.raises(ValueError, match="one of console, jsonl, wandb, tensorboard"):
        logger_by_name("paper")


def test_the_file_can_do_without_the_table(nlp, tmp_path):
    assert log(logger_by_name("jsonl"), nlp, [info(0, tmp_path), None, info(10, tmp_path)]) == []
    assert [line["step"] for line in lines(tmp_path)] == [0, 10]


def test_under_spacy_train_the_layers_tell_rate_and_norm(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("rnn_textcat")
    cats = [{"A": 1.0, "B": 0.0}, {"A": 0.0, "B": 1.0}]
    examples = [
        Example.from_dict(nlp.make_doc(text), {"cats": each})
        for text, each in zip(("I sing", "You run"), cats)
    ]
    optimizer = nlp.initialize(lambda: examples)
    optimizer.learn_rate = 0.0125
    nlp.config["training"]["score_weights"] = {"cats_score": 1.0}
    optimizer.grad_clip = 0.0
    nlp.update(examples, sgd=optimizer)
    log(logger_by_name("jsonl"), nlp, [info(0, tmp_path)])
    (line,) = lines(tmp_path)
    assert line["learn_rate"] == 0.0125 and 0.0 < line["grad_norm"] < 100.0


def test_the_bar_fills_up():
    assert bar(0, 4).startswith("[" + " " * 30 + "] 0/4")
    assert bar(2, 4).startswith("[" + "=" * 15 + " " * 15 + "] 2/4")
    assert bar(9, 4).startswith("[" + "=" * 30 + "]")


def test_a_missing_test_corpus_is_named():
    with pytest.raises(ValueError, match="training.logger.test: .* nowhere.spacy"):
        logger_by_name("wandb", test="nowhere.spacy")


def test_a_missing_tensorboard_is_a_sentence(monkeypatch):
    monkeypatch.setattr(tensorboard, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match="pip install"):
        logger_by_name("tensorboard")

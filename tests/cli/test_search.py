"""`spacy rnn search` as a command."""

import json
import signal
import subprocess
import sys
import time

import pytest


def test_mistakes_are_told_in_a_sentence(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, output = command("search", "no.cfg", "-o", "out", "-k", "training.dropout=0:1")
    assert code == 1 and "There is no config file no.cfg" in output
    (tmp_path / "a.cfg").write_text("[training]\ndropout = 0.1\n")
    code, output = command("search", "a.cfg", "-o", "out", "-k", "dropout")
    assert code == 1 and "It should look like" in output
    assert not (tmp_path / "out").exists()


def test_without_optuna_it_says_what_to_install(command, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    (tmp_path / "a.cfg").write_text("[training]\ndropout = 0.1\n")
    out = tmp_path / "out"
    code, output = command("search", tmp_path / "a.cfg", "-o", out, "-k", "training.dropout=0:1")
    assert code == 1 and 'pip install "spacy-rnn[search]"' in output


@pytest.mark.slow
def test_the_best_config_is_named(command, tmp_path, tiny_config):
    arguments = [tiny_config, "-o", tmp_path / "out", "-n", "2", "-k", "training.dropout=0.0:0.2"]
    code, output = command("search", *arguments)
    assert code == 0 and "best.cfg" in output and "training.dropout = " in output


@pytest.mark.slow
@pytest.mark.parametrize("stop, expected", [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_a_search_that_was_killed_goes_on(tmp_path, tiny_config, stop, expected):
    out = tmp_path / "out"
    key = ["-k", "training.dropout=0.0:0.2"]
    command = [sys.executable, "-m", "spacy", "rnn", "search", tiny_config, "-o", out, "-n", "2"]
    steps = ["--training.max_steps", "120", "--no-pruning"]
    arguments = [str(part) for part in [*command, *key, *steps]]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    log = out / "trial-0000" / "log.jsonl"
    while process.poll() is None and not (log.exists() and log.read_text().count("\n") > 3):
        time.sleep(0.05)
    process.send_signal(stop)
    assert process.wait() == expected
    finished = subprocess.run(arguments, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    rows = json.loads((out / "search.json").read_text())
    assert [row["state"] for row in rows] == ["FAIL", "COMPLETE", "COMPLETE"]
    assert rows[0]["training.dropout"] == rows[1]["training.dropout"]
    assert sorted(path.name for path in out.glob("trial-*")) == ["trial-0000", "trial-0002"]

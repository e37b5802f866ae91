"""Several processes after torch has run: nothing hangs, and a worker's death is heard of."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("processes.py")
# Far above what a run needs on a busy machine: beyond it, it hangs.
SECONDS = 120


@pytest.fixture(scope="module")
def pipeline(tiny, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    tiny.to_disk(folder)
    return folder


def run(*arguments):
    """RETURNS: the finished program. RAISES: subprocess.TimeoutExpired if it hangs."""
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(PROGRAM), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, env=env)


@pytest.mark.parametrize("method", ["fork", pytest.param("spawn", marks=pytest.mark.slow)])
def test_two_processes_answer_as_one(pipeline, method):
    finished = run("answer", pipeline, method)
    assert finished.returncode == 0, finished.stderr


@pytest.mark.slow
@pytest.mark.parametrize("time", range(100))
def test_two_processes_never_hang(pipeline, time):
    finished = run("answer", pipeline, "fork")
    assert finished.returncode == 0, finished.stderr


def test_a_killed_worker_is_a_loud_error(pipeline, tmp_path, record_property):
    texts, output = tmp_path / "in.txt", tmp_path / "out.jsonl"
    texts.write_text("Anna saw Bob in Paris\n" * 2000)
    finished = run("kill", pipeline, texts, output)
    seconds = time.time() - float(finished.stdout.split("killed ")[1].split()[0])
    record_property("seconds", seconds)
    assert finished.returncode == 1
    assert "A worker process died" in finished.stdout + finished.stderr
    assert not output.exists()

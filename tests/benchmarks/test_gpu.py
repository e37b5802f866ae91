"""The benchmark of a GPU, tried on a CPU."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*options):
    command = [sys.executable, str(ROOT / "benchmarks" / "gpu.py"), *options]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.slow
def test_every_figure_is_measured_on_the_sample(tmp_path):
    places = ["--assets", str(ROOT / "assets"), "--corpus-dir", str(tmp_path)]
    done = run("--device", "cpu", "--small", *places)
    assert done.returncode == 0, done.stderr
    for name in (
        "encoder/training/16-sentences/cuDNN alone",
        "encoder/gemm",
        "ner/training/spacy-bilstm",
        "ner/inference/tokenizer-in-workers",
        "ner/training/recurrent-share",
        "summarizer/training/projected",
        "search/beam/words",
        "textcat/inference/documents/spacy-ensemble",
        "textcat-exclusive/training/spacy-rnn",
    ):
        assert f"{name}:" in done.stdout.replace("\n", " ")


def test_nothing_new_is_begun_when_the_time_is_over():
    import gpu
    from speed_of.stopwatch import Figure

    def part():
        yield Figure("ner/training/speed-up", 2.0, "x", 3.0, peer="spacy-cnn")
        yield Figure("ner/inference/tokenizer-in-workers", 2.0, "words/s", gpu.WORDS_PER_SECOND)

    kept = list(gpu.measure([part], time.monotonic() + 60))
    assert [figure.met for figure in kept] == [None, False]
    assert list(gpu.measure([part], time.monotonic() - 1)) == []


def test_words_and_spaces_come_back_from_the_tokenizers():
    from speed_of.gpu import tokenize

    (words, spaces), empty = tokenize(["Don't go.", ""])
    assert words == ["Do", "n't", "go", "."] and spaces == [False, True, False, False]
    assert empty == ([], [])

"""The benchmark of a GPU, tried on a CPU."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

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
        "translator/inference/documents/spacy-rnn",
        "shared/training/spacy-rnn",
    ):
        assert f"{name}:" in done.stdout.replace("\n", " ")


def test_only_the_goals_of_a_gpu_have_targets():
    import gpu
    from speed_of.stopwatch import Figure

    def part():
        yield Figure("ner/training/speed-up", 2.0, "x", 3.0, peer="spacy-cnn")
        yield Figure("ner/inference/tokenizer-in-workers", 2.0, "words/s", gpu.WORDS_PER_SECOND)

    assert [figure.met for figure in gpu.measure([part])] == [None, False]


def test_what_takes_too_long_is_given_up():
    import gpu

    start = time.monotonic()
    with gpu.at_most(0.1 / 60):
        time.sleep(30)
    assert time.monotonic() - start < 20


def test_texts_of_several_corpora_come_in_turn(tmp_path):
    from speed_of.texts import Place, mix, read

    words = {"a": ["one", "two"], "b": ["three"], "c": ["four", "five", "six"]}
    places = []
    for name, texts in words.items():
        places.append(Place(tmp_path / name, True))
        places[-1].folder.mkdir()
        docs = [Doc(Vocab(), [text]) for text in texts]
        for part in ("train", "dev", "test"):
            DocBin(docs=docs).to_disk(places[-1].folder / f"{part}.spacy")
    mixed = mix(places, 2, tmp_path)
    assert [doc.text for doc in read(mixed, ["dev"])] == [
        "one ",
        "three ",
        "four ",
        "two ",
        "five ",
    ]


def test_words_and_spaces_come_back_from_the_tokenizers():
    from speed_of.gpu import tokenize

    (words, spaces), empty = tokenize(["Don't go.", ""])
    assert words == ["Do", "n't", "go", "."] and spaces == [False, True, False, False]
    assert empty == ([], [])

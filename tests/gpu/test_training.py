"""Trainings on a GPU as users start them: the same bits twice, and scores like a CPU's."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import spacy

from spacy_rnn.layers.torch_modules import modules_in

from .conftest import REHEARSAL

pytestmark = pytest.mark.gpu
ROOT = Path(__file__).parents[2]
TASKS = {
    "ner": "ents_f",
    "textcat": "cats_score",
    "multilabel": "cats_score",
    "summarize": "rouge1",
    "shared": "ents_f",
}
# Of the score of one seed: more than any two seeds of a config differ by on the sample.
SPREAD = 0.1


def project(folder, steps=None):
    """A copy of the project, with shorter trainings if wanted."""
    for part in ("configs", "scripts", "benchmarks", "assets/sample"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copy(ROOT / "project.yml", folder)
    for config in (folder / "configs").glob("*.cfg") if steps else ():
        text = re.sub(r"(?m)^at_(least|most) = \d+", rf"at_\1 = {steps + 1}", config.read_text())
        config.write_text(
            re.sub(r"(?m)^(warmup_steps|eval_frequency) = \d+", rf"\1 = {steps}", text)
        )
    return folder


def spacy_command(folder, *arguments):
    command = [sys.executable, "-m", "spacy", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def weights(folder):
    nlp = spacy.load(folder)
    parts = [w for _, p in nlp.pipeline for m in modules_in(p.model) for w in m.parameters()]
    return np.concatenate([part.detach().cpu().numpy().ravel() for part in parts])


def test_a_deterministic_training_ends_with_the_same_bits_twice(tmp_path, gpu_id):
    folder = project(tmp_path, steps=20)
    spacy_command(folder, "project", "run", "convert-ner")
    corpus = "corpus/sample/ner"
    paths = [f"--paths.{part}={corpus}/{part}.spacy" for part in ("train", "dev")]
    found = []
    for output in ("one", "two"):
        options = ["--deterministic", "--gpu-id", gpu_id, "--output", output]
        spacy_command(folder, "rnn", "train", "configs/ner.cfg", *options, *paths)
        found.append(weights(folder / output / "model-last"))
    assert np.array_equal(*found)


@pytest.mark.slow
def test_bfloat16_scores_like_float32(tmp_path, gpu_id):
    folder = project(tmp_path, steps=20 if REHEARSAL else None)
    spacy_command(folder, "project", "run", "convert-ner")
    paths = [f"--paths.{part}=corpus/sample/ner/{part}.spacy" for part in ("train", "dev")]
    scores = []
    for precision in ("false", '"bf16"'):
        options = ["--gpu-id", gpu_id, "--output", precision.strip('"'), *paths]
        setting = f"--components.ner.model.tok2vec.encode.mixed_precision={precision}"
        spacy_command(folder, "train", "configs/ner.cfg", *options, setting)
        best = spacy.load(folder / precision.strip('"') / "model-best")
        scores.append(best.meta["performance"]["ents_f"])
    assert scores[1] == pytest.approx(scores[0], abs=SPREAD)


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
def test_the_scores_of_a_config_are_those_of_a_cpu(task, tmp_path, gpu_id):
    scores = []
    for place, device in (("here", "-1"), ("there", gpu_id)):
        folder = project(tmp_path / place, steps=20 if REHEARSAL else None)
        needed = ("ner", "textcat", "summarize") if task == "shared" else ()
        for other in needed:
            spacy_command(folder, "project", "run", f"convert-{other}")
        spacy_command(folder, "project", "run", task, ".", f"--vars.gpu_id={device}")
        metrics = {"multilabel": "textcat_multilabel"}.get(task, task)
        found = json.loads((folder / "metrics" / "sample" / f"{metrics}.json").read_text())
        scores.append(found[TASKS[task]])
    assert scores[1] == pytest.approx(scores[0], abs=SPREAD)

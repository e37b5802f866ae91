"""The project in miniature: the real workflows and configs, on the real sample, for a few steps."""

import re
import shutil
from pathlib import Path

import pytest

from tests.conformance.forked import run

ROOT = Path(__file__).parent.parent.parent
PARTS = ("configs", "scripts", "benchmarks", "assets/sample", "project.yml", "README.md")

# Evaluated on: writing about them takes longest.
TEXTS = 30


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    """A copy of the project whose configs stop after a few steps, before any training. Of the parts
    that are only evaluated on, few texts are left."""
    root = tmp_path_factory.mktemp("project")
    for part in PARTS:
        source, target = ROOT / part, root / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    for part in ("dev", "test"):
        for file in (root / "assets" / "sample").glob(f"*/{part}.jsonl"):
            lines = file.read_text(encoding="utf8").splitlines(keepends=True)
            file.write_text("".join(lines[:TEXTS]), encoding="utf8")
    for config in (root / "configs").glob("*.cfg"):
        text = config.read_text(encoding="utf8")
        text = re.sub(r"(?m)^at_(least|most) = \d+", r"at_\1 = 21", text)
        text = re.sub(r"(?m)^(warmup_steps|eval_frequency) = \d+", r"\1 = 20", text)
        config.write_text(text, encoding="utf8")
    return root


@pytest.fixture(scope="session")
def trained(project):
    """The same after its main job."""
    run(project, "train")
    return project


@pytest.fixture(scope="session")
def shared(trained):
    """Where the pipeline with three heads on one encoder lies."""
    run(trained, "shared")
    return trained / "training" / "sample" / "shared" / "model-best"

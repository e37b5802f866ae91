"""The project's workflows, as a user runs them, and the README's snippets after them."""

import re
from pathlib import Path

import pytest
import spacy
import srsly

from tests.conformance.forked import run

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf8")
TASKS = {"ner": "ents_f", "textcat": "cats_score", "summarize": "rouge1"}


@pytest.mark.parametrize("task", TASKS)
def test_the_main_job_leaves_a_trained_and_tested_pipeline(trained, task):
    assert srsly.read_json(trained / "metrics" / "sample" / f"{task}.json")[TASKS[task]] is not None
    nlp = spacy.load(trained / "training" / "sample" / task / "model-best")
    assert nlp("Amber Holt left Lockstead in March.").text


def test_running_again_skips_what_is_there(trained, capsys):
    model = trained / "training" / "sample" / "ner" / "model-best" / "config.cfg"
    before = model.stat().st_mtime_ns
    run(trained, "train-ner")
    assert model.stat().st_mtime_ns == before


def test_the_readmes_snippets_run(trained, monkeypatch):
    monkeypatch.chdir(trained)
    snippets = re.findall(r"```python\n(.*?)```", README, flags=re.S)
    assert len(snippets) == 3
    for snippet in snippets:
        exec(compile(snippet, "README.md", "exec"), {})


def test_the_readmes_commands_exist():
    for target in re.findall(r"(?m)^make (\w+)", README):
        assert re.search(rf"(?m)^{target}:", (ROOT / "Makefile").read_text(encoding="utf8"))
    workflows = srsly.read_yaml(ROOT / "project.yml")["workflows"]
    commands = {command["name"] for command in srsly.read_yaml(ROOT / "project.yml")["commands"]}
    for name in re.findall(r"spacy project run ([\w-]+)", README):
        assert name in workflows or name in commands


def test_several_labels_per_text(trained):
    run(trained, "multilabel", corpus="sample")
    assert (trained / "metrics" / "sample" / "textcat_multilabel.json").is_file()

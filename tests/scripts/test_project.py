"""The project file: commands that exist, files that exist, one output for every step."""

import hashlib
from pathlib import Path

import pytest
import srsly
from spacy.util import load_config, registry
from weasel.util import load_project_config

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project():
    return load_project_config(ROOT)


def test_workflows_list_commands(project):
    commands = {command["name"]: command for command in project["commands"]}
    assert set(project["workflows"]) >= {"train", "ner", "textcat", "summarize", "shared"}
    for steps in project["workflows"].values():
        assert set(steps) <= set(commands)
    for name, command in commands.items():
        assert command["script"] and command["help"]
        assert command.get("outputs") or name in ("demo", "compare")


def test_every_dependency_is_in_the_repository_or_made_by_a_command(project):
    made = {output for command in project["commands"] for output in command.get("outputs", [])}
    for command in project["commands"]:
        for dep in command.get("deps", []):
            assert dep in made or (ROOT / dep).exists(), f"{command['name']} needs {dep}"
        for line in command["script"]:
            for word in line.split():
                if word.startswith("scripts/"):
                    assert (ROOT / word).is_file()


def test_assets_have_addresses_and_checksums(project):
    for asset in project["assets"]:
        assert asset["url"].startswith("https://") and len(asset["checksum"]) == 32
        path = ROOT / asset["dest"]
        if path.is_file():
            assert hashlib.md5(path.read_bytes()).hexdigest() == asset["checksum"]


def test_real_needs_no_extra_assets(project):
    from corpora import ner, pairs, textcat

    always = {Path(a["dest"]).parts[1] for a in project["assets"] if not a.get("extra")}
    assert {ner.REAL, *textcat.REAL.values(), *pairs.REAL.values(), "wnut17"} <= always


def test_variables_reach_the_commands():
    overrides = {
        "vars.corpus": "real",
        "vars.gpu_id": 0,
        "vars.seed": 7,
        "vars.logger": "wandb",
    }
    project = load_project_config(ROOT, overrides=overrides)
    (train,) = [c for c in project["commands"] if c["name"] == "train-ner"]
    assert "corpus/real/ner/train.spacy" in train["script"][0]
    assert "--gpu-id 0 --system.seed 7" in train["script"][0]
    assert "--training.logger.name wandb" in train["script"][0]
    assert "--training.logger.group ner-real" in train["script"][0]
    assert srsly.read_yaml(ROOT / "project.yml")["vars"]["corpus"] == "sample"


@pytest.mark.parametrize("path", sorted((ROOT / "configs").glob("*.cfg")), ids=lambda p: p.stem)
def test_every_config_lets_one_variable_choose_the_logger(project, path):
    given = {"training.logger.name": "jsonl", "training.logger.group": "a", "paths.train": "x"}
    config = load_config(path, overrides=given, interpolate=True)
    assert config["training"]["logger"]["@loggers"] == "spacy-rnn.Logger.v1"
    assert callable(registry.resolve({"logger": config["training"]["logger"]})["logger"])
    lines = [line for command in project["commands"] for line in command["script"]]
    trainings = [line for line in lines if f"train configs/{path.name} " in line]
    assert trainings
    for line in trainings:
        tests = [word for word in line.split() if word.endswith(("/test.spacy", "/test"))]
        assert "--training.logger.name console" in line and len(tests) == 1

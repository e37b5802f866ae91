"""What holds for every command."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from spacy_rnn.cli.app import rnn_cli

COMMANDS = get_command(rnn_cli).commands
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_setting_is_explained(name):
    command = COMMANDS[name]
    assert len(command.help.split("\n\n")) > 1, "a sentence, then what a newcomer should know"
    for parameter in command.params:
        assert parameter.help or parameter.name in ("help", "ctx"), f"{name} {parameter.name}"


def test_the_page_about_the_commands_is_made_from_them():
    sys.path.insert(0, str(ROOT / "scripts"))
    from document_commands import page

    hint = "run: python scripts/document_commands.py"
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf8") == page(), hint


def test_the_group_costs_other_spacy_commands_nothing():
    code = (
        "import sys, spacy.cli; before = set(sys.modules)\n"
        "import spacy_rnn.cli.app\n"
        "heavy = {'torch', 'matplotlib', 'wandb', 'pandas'} & (set(sys.modules) - before)\n"
        "assert not heavy, heavy\n"
        "assert not [m for m in sys.modules if m.startswith('spacy_rnn.') and 'cli' not in m]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "arguments, expected",
    [
        (["train", "no.cfg", "-o", "out"], "There is no config file no.cfg"),
        (["debug-data", "no.cfg"], "There is no config file no.cfg"),
        (["plot", "nowhere"], "nowhere has no log.jsonl"),
        (["add", "no-model", "no-model", "-o", "out"], "no-model"),
    ],
)
def test_mistakes_are_told_in_a_sentence(command, tmp_path, monkeypatch, arguments, expected):
    monkeypatch.chdir(tmp_path)
    code, output = command(*arguments)
    assert code == 1 and expected in output and "Traceback" not in output
    assert not list(tmp_path.iterdir()), "nothing is left behind"


def test_a_config_that_does_not_fit_is_explained(command, tmp_path):
    config = tmp_path / "config.cfg"
    config.write_text("[nlp]\nlang = 3\n[training]\n", encoding="utf8")
    code, output = command("train", config, "-o", tmp_path / "out")
    assert code == 1 and "Traceback" not in output and len(output) > 20


def test_training_and_plotting_by_command(command, tmp_path, tiny_config):
    out = tmp_path / "out"
    logger = ["--training.logger.name", "console"]
    code, output = command("train", tiny_config, "-o", out, *logger)
    assert code == 0 and "WORDS/S" in output and "Training is complete" in output
    code, output = command("train", tiny_config, "-o", out, "--resume", "--training.dropout", "0.3")
    assert code == 1 and "training.dropout" in output
    assert command("plot", out, "-o", tmp_path / "plots")[0] == 0
    drawn = sorted(file.stem for file in (tmp_path / "plots").glob("*.svg"))
    assert drawn == ["curves", "textcat-confusion", "textcat-labels", "textcat-reliability"]
    assert sorted(file.stem for file in (tmp_path / "plots").glob("*.png")) == drawn
    assert command("plot", out, out, "-o", tmp_path / "both")[0] == 0
    assert len(list((tmp_path / "both").iterdir())) == 2
    assert (tmp_path / "plots" / "curves.png").stat().st_size > 10_000

"""Importing the package costs nobody anything: every `spacy.blank()` does it."""

import subprocess
import sys

SCRIPT = """
import sys, spacy
import spacy_rnn.cli.app, spacy_rnn.factories
print(*(name for name in sys.modules if name.split(".")[0] in ("spacy_rnn", *sys.argv[1:])))
"""
HEAVY = ("safetensors", "wandb", "matplotlib", "optuna", "ray")


def test_entry_points_import_no_room_and_no_heavy_library():
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT, *HEAVY], capture_output=True, text=True, check=True
    )
    loaded = {name for name in found.stdout.split() if not name.startswith("spacy_rnn.cli")}
    factories = {f"spacy_rnn.factories{name}" for name in ("", ".ner", ".textcat", ".summarizer")}
    assert loaded == {"spacy_rnn", "spacy_rnn.default_models", *factories}

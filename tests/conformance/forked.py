"""A project's commands in forked processes, which need not import everything again."""

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from spacy.cli.project.run import project_run

FORK = multiprocessing.get_context("fork")


def run(project, name, **variables):
    """Run a workflow or a command. RAISES: SubprocessError with what the command said."""
    overrides = {f"vars.{variable}": value for variable, value in variables.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("weasel.cli.run.run_command", run_command)
        project_run(project, name, overrides=overrides, capture=True)


def run_command(command, **settings):
    """Stands for `weasel.util.run_command`, where commands are Python's."""
    with tempfile.TemporaryFile("w+", encoding="utf8") as log:
        child = FORK.Process(target=_be, args=(command, log.fileno()))
        child.start()
        child.join()
        if child.exitcode:
            log.seek(0)
            raise subprocess.SubprocessError(f"{' '.join(command)}: {child.exitcode}\n{log.read()}")


def _be(command, log):
    """Become `python -m MODULE ...`, or `python SCRIPT ...`. log: what it writes into."""
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.stdout, sys.stderr = (open(number, "w", closefd=False) for number in (1, 2))
    _, name, *sys.argv = command if command[1] == "-m" else [*command[:1], "", *command[1:]]
    if name == "-m":
        sys.path.insert(0, os.getcwd())
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        sys.path.insert(0, str(Path(sys.argv[0]).parent.resolve()))
        runpy.run_path(sys.argv[0], run_name="__main__")

"""`spacy rnn train`: a training that may be killed at any moment and goes on where it was."""

import logging
import signal
import sys
from pathlib import Path
from typing import Optional

import typer

from .group import EXTRA_OVERRIDES, rnn_cli
from .mistakes import mistakes_as_sentences


@rnn_cli.command("train", context_settings=EXTRA_OVERRIDES)
def train_cli(
    ctx: typer.Context,
    config_path: Path = typer.Argument(..., help="Config file of the pipeline and its training"),
    output: Path = typer.Option(
        ..., "--output", "-o", help="Directory for model-best, model-last and the checkpoint"
    ),
    resume: bool = typer.Option(
        False, "--resume", help="Go on from the checkpoint in the output directory, if there is one"
    ),
    checkpoint_every: int = typer.Option(
        0, "--checkpoint-every", min=0, help="Write a checkpoint after so many steps as well"
    ),
    code: Optional[Path] = typer.Option(
        None, "--code", "-c", help="Python file with your own registered functions"
    ),
    gpu_id: int = typer.Option(-1, "--gpu-id", "-g", help="Number of the GPU; -1 for the CPU"),
    deterministic: bool = typer.Option(
        False, "--deterministic", help="The same bits from every run on a GPU, more slowly"
    ),
    verbose: bool = typer.Option(False, "--verbose", "-V", help="Show details and tracebacks"),
) -> None:
    """Train a pipeline as `spacy train` does, and be able to stop and go on.

    A checkpoint is written at every evaluation. Stop the run with Ctrl-C, or kill it, or lose the
    power: the same command with --resume continues from the last checkpoint, and ends with exactly
    the weights of a run that was never stopped (on a CPU). Models and checkpoints are replaced
    only when the new one is complete on the disk.

    Settings of the config can be changed on the command line: --training.max_steps 2000

    Exit codes: 0 the training is complete, 1 an error, 130 or 143 stopped by Ctrl-C or SIGTERM.
    """
    from spacy.cli._util import import_code, parse_config_overrides, setup_gpu
    from spacy.util import logger
    from wasabi import msg

    from ..training.callbacks.determinism import be_deterministic
    from ..training.run.start import start_run

    if verbose:
        logger.setLevel(logging.DEBUG)
    overrides = parse_config_overrides(ctx.args)
    import_code(code)
    with mistakes_as_sentences():
        if deterministic:
            be_deterministic()
        setup_gpu(gpu_id)
        if not config_path.is_file():
            raise ValueError(f"There is no config file {config_path}.")
        run = start_run(
            config_path,
            output,
            overrides,
            resume=resume,
            checkpoint_every=checkpoint_every,
            use_gpu=gpu_id,
        )
        if run.done.steps:
            msg.info(f"Going on after step {run.done.steps - 1}.")
        elif resume:
            msg.info(f"There is no checkpoint in {output}: the training begins anew.")
        stopped = run.train(sys.stdout, sys.stderr)
    if stopped:
        msg.warn(f"Stopped by {signal.Signals(stopped).name}. Add --resume to go on.")
        raise typer.Exit(128 + stopped)
    msg.good(f"Training is complete: {output / 'model-best'}")

"""`spacy rnn search`: looking for better settings."""

from pathlib import Path
from typing import List, Optional

import typer

from .group import EXTRA_OVERRIDES, rnn_cli
from .mistakes import mistakes_as_sentences


@rnn_cli.command("search", context_settings=EXTRA_OVERRIDES)
def search_cli(
    ctx: typer.Context,
    config_path: Path = typer.Argument(..., help="Config file of the pipeline and its training"),
    output: Path = typer.Option(
        ..., "--output", "-o", help="Directory of the search; go on by naming it again"
    ),
    keys: List[str] = typer.Option(
        ..., "--key", "-k", help="A setting to vary: KEY=LOW:HIGH[:log or :STEP], or KEY=A,B,C"
    ),
    trials: int = typer.Option(20, "--trials", "-n", min=1, help="Trainings in all"),
    pruning: bool = typer.Option(
        True, help="Give up on trainings that are worse than the median of those before"
    ),
    seed: int = typer.Option(0, "--seed", help="Of the search; trainings take theirs from config"),
    code: Optional[Path] = typer.Option(
        None, "--code", "-c", help="Python file with your own registered functions"
    ),
    gpu_id: int = typer.Option(-1, "--gpu-id", "-g", help="Number of the GPU; -1 for the CPU"),
) -> None:
    """Train with different settings, and write the config that scored best on the dev corpus.

    The values are chosen by Optuna: the first by chance, then near those that did well. Stop with
    Ctrl-C, or kill it: the same command goes on, also in the middle of a training. Start the
    command in several terminals to make several trainings at once.

    DIR/best.cfg is the best config so far, DIR/search.json has all trials in numbers, and the
    trial-.... directories hold a log.jsonl each, for `spacy rnn plot`, and the best its model.

    It needs Optuna: pip install "spacy-rnn[search]"
    Example: spacy rnn search configs/ner.cfg -o search --paths.train train.spacy
    --paths.dev dev.spacy -k training.dropout=0.2:0.6
    -k training.optimizer.learn_rate.initial_rate=5e-4:5e-3:log

    Exit codes: 0 the search is complete, 1 an error, 130 or 143 stopped by Ctrl-C or SIGTERM.
    """
    from spacy.cli._util import import_code, parse_config_overrides, setup_gpu
    from wasabi import msg

    from ..training.run.stop_request import Stopped
    from ..training.search.keys import parse_key
    from ..training.search.outcome import BEST_CONFIG, best_trial
    from ..training.search.study import open_study
    from ..training.search.trials import Search

    overrides = parse_config_overrides(ctx.args)
    import_code(code)
    with mistakes_as_sentences():
        setup_gpu(gpu_id)
        if not config_path.is_file():
            raise ValueError(f"There is no config file {config_path}.")
        search = Search(config_path, output, overrides, [parse_key(key) for key in keys], gpu_id)
        study = open_study(output, search.about(), pruning, seed)
        try:
            search.run(study, trials, lambda trial: msg.text(_line(trial)))
        except Stopped as stopped:
            msg.warn("Stopped. The same command goes on.")
            raise typer.Exit(128 + stopped.signal) from stopped
        best = best_trial(study)
        if best is None:
            raise ValueError("No training came to its end: try smaller learning rates.")
    msg.good(f"Best: trial {best.number} with {best.value:.4f}. Config: {output / BEST_CONFIG}")


def _line(trial) -> str:
    values = ", ".join(f"{name} = {value}" for name, value in trial.params.items())
    score = f"{trial.value:.4f}" if trial.state.name == "COMPLETE" else "given up"
    return f"{trial.number:4}  {score:>8}  {values}"

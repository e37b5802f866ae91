"""What a search leaves behind: all trials in numbers, the best config, the best model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Callable, Dict, Optional

from spacy.training.loop import DIR_MODEL_BEST, DIR_MODEL_LAST
from thinc.api import Config

from ..run.saving import DIR_CHECKPOINT
from .study import FOLDER, import_optuna

BEST_CONFIG = "best.cfg"
SUMMARY = "search.json"


def best_trial(study: Any) -> Optional[Any]:
    """None as long as no trial is complete."""
    complete = import_optuna().trial.TrialState.COMPLETE
    trials = study.get_trials(deepcopy=False, states=(complete,))
    return max(trials, key=lambda trial: trial.value, default=None)


def write_outcome(folder: Path, study: Any, config_with: Callable[[Dict], Config]) -> None:
    """Write `search.json`, and `best.cfg` if a trial is complete.

    config_with: makes the config of a trial from its values.
    """
    rows = [
        {"trial": trial.number, "state": trial.state.name, "score": trial.value, **trial.params}
        for trial in study.trials
        if trial.state.is_finished()
    ]
    (folder / SUMMARY).write_text(json.dumps(rows, indent=1), encoding="utf8")
    best = best_trial(study)
    if best is not None:
        config_with(best.params).to_disk(folder / BEST_CONFIG)


def tidy(folder: Path, study: Any) -> None:
    """Keep the model of the best trial only, and no checkpoint of a finished one."""
    best = best_trial(study)
    kept = best and best.user_attrs[FOLDER]
    running = {t.user_attrs.get(FOLDER) for t in study.trials if not t.state.is_finished()}
    for trial in study.trials:
        name = trial.user_attrs.get(FOLDER)
        if name and name not in running:
            dropped = [DIR_CHECKPOINT, DIR_MODEL_LAST]
            dropped += [DIR_MODEL_BEST] * (name != kept)
            for part in dropped:
                shutil.rmtree(folder / name / part, ignore_errors=True)

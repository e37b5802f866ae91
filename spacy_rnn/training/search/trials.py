"""Trials of a search: trainings that report their scores and may be given up."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, List, Sequence

from spacy import util
from thinc.api import Config

from ...errors import NonFiniteError
from ..run.start import start_run
from ..run.stop_request import Stopped
from .keys import Key
from .outcome import tidy, write_outcome
from .study import FOLDER, WHERE, import_optuna, place, take_up_lost_trials


@dataclass(frozen=True)
class Search:
    """What every trial has in common.

    overrides: settings of all trials. keys: settings that vary.
    RAISES: ValueError if the config lacks one of these.
    """

    config_path: Path
    folder: Path
    overrides: Dict[str, Any]
    keys: Sequence[Key]
    use_gpu: int = -1

    def __post_init__(self) -> None:
        config = util.load_config(self.config_path, overrides=self.overrides, interpolate=False)
        there = util.dict_to_dot(config)
        for key in self.keys:
            if key.name not in there:
                raise ValueError(
                    f"The config has no setting {key.name}. Look for a misspelling, or write its "
                    "default into the config first (spacy init fill-config)."
                )

    def about(self) -> Dict[str, Any]:
        """What makes it this search and no other, as JSON."""
        config = util.load_config(self.config_path, overrides=self.overrides, interpolate=False)
        return {"config": config.to_str(), "keys": [repr(key) for key in self.keys]}

    def config_with(self, params: Dict[str, Any]) -> Config:
        """The config of a trial. params: as Optuna has them."""
        settings = self._settings(import_optuna().trial.FixedTrial(params))
        return util.load_config(self.config_path, overrides=settings, interpolate=False)

    def _settings(self, trial: Any) -> Dict[str, Any]:
        return {**self.overrides, **{key.name: key.suggest(trial) for key in self.keys}}

    def run(self, study: Any, trials: int, tell: Callable[[Any], None]) -> None:
        """Make trials until there are so many, those of earlier sittings included.

        tell: called with every finished trial.
        RAISES: Stopped at Ctrl-C or SIGTERM; ValueError for settings that cannot be trained with.
        """
        pruned, states = import_optuna().TrialPruned, import_optuna().trial.TrialState
        take_up_lost_trials(study)
        while len(_counted(study)) < trials:
            trial = study.ask()
            try:
                score = self._train(trial)
                study.tell(trial, score)
            except (pruned, NonFiniteError) as error:
                trial.set_user_attr("why", str(error))
                study.tell(trial, state=states.PRUNED)
            except Stopped:
                raise
            except Exception:
                study.tell(trial, state=states.FAIL)
                raise
            tidy(self.folder, study)
            write_outcome(self.folder, study, self.config_with)
            tell(study.trials[trial.number])

    def _train(self, trial: Any) -> float:
        folder = self.folder / (trial.user_attrs.get(FOLDER) or f"trial-{trial.number:04}")
        trial.set_user_attr(FOLDER, folder.name)
        trial.set_user_attr(WHERE, place())
        settings = self._settings(trial)
        run = start_run(self.config_path, folder, settings, resume=True, use_gpu=self.use_gpu)
        scores: List[float] = []

        def watch(step: int, score: float) -> None:
            scores.append(score)
            trial.report(score, step)
            if trial.should_prune():
                raise import_optuna().TrialPruned(f"given up at step {step}")

        for score, step in run.done.results:
            scores.append(score)
            trial.report(score, step)
        signal = run.train(io.StringIO(), io.StringIO(), watch)
        if signal:
            raise Stopped(signal)
        return max(scores)


def _counted(study: Any) -> List[Any]:
    """Trials that came to an end, or that run elsewhere. Lost ones are made again."""
    states = import_optuna().trial.TrialState
    wanted = (states.COMPLETE, states.PRUNED, states.RUNNING)
    return study.get_trials(deepcopy=False, states=wanted)

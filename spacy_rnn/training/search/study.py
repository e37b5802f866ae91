"""A search on disk: its trials outlive the program."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any, Dict

FILE = "search.journal"
WHERE = "where"
FOLDER = "folder"
# Trials before the search begins to learn from them, and to give up on bad ones.
STARTUP = 5


def import_optuna() -> Any:
    """RAISES: ValueError if it is not installed."""
    try:
        import optuna
    except ImportError as error:
        raise ValueError('The search needs Optuna: pip install "spacy-rnn[search]"') from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna


def open_study(folder: Path, about: Dict[str, Any], pruning: bool, seed: int) -> Any:
    """The study in a folder: a new one, or the one that was begun there.

    about: what must not change between two sittings, as JSON.
    pruning: give up on trials that are worse than the median of those before (Golovin et al. 2017).
    RAISES: ValueError if the folder holds another search.
    """
    optuna = import_optuna()
    from optuna.storages.journal import JournalFileBackend

    folder.mkdir(parents=True, exist_ok=True)
    storage = optuna.storages.JournalStorage(JournalFileBackend(str(folder / FILE)))
    median = optuna.pruners.MedianPruner(n_startup_trials=STARTUP)
    study = optuna.create_study(
        study_name="search",
        storage=storage,
        direction="maximize",
        pruner=median if pruning else optuna.pruners.NopPruner(),
        load_if_exists=True,
    )
    before = study.user_attrs.get("about")
    if before is None:
        study.set_user_attr("about", about)
    elif before != about:
        differing = sorted(k for k in {*before, *about} if before.get(k) != about.get(k))
        raise ValueError(
            f"{folder} holds a search with another {' and '.join(differing)}. Go on with the same, "
            "or choose another --output."
        )
    # A sampler that went on with its first seed would draw the same values again.
    study.sampler = optuna.samplers.TPESampler(
        seed=seed + len(study.trials), n_startup_trials=STARTUP
    )
    return study


def place() -> str:
    """The process that runs a trial."""
    return f"{socket.gethostname()}:{os.getpid()}"


def take_up_lost_trials(study: Any) -> int:
    """Queue the trials whose process was killed, to go on from their checkpoints.

    RETURNS: how many.
    """
    states = import_optuna().trial.TrialState
    lost = [
        trial
        for trial in study.get_trials(deepcopy=False, states=(states.RUNNING,))
        if not _is_alive(trial.user_attrs.get(WHERE, ""))
    ]
    for trial in lost:
        study.tell(trial.number, state=states.FAIL)
        study.enqueue_trial(trial.params, user_attrs={FOLDER: trial.user_attrs.get(FOLDER)})
    return len(lost)


def _is_alive(where: str) -> bool:
    host, _, number = where.rpartition(":")
    if host != socket.gethostname():
        # Nothing is known about other machines: they are left alone.
        return bool(host)
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return int(number) != os.getpid()

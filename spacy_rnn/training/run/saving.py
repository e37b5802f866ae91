"""The directories that a run writes: model-last, model-best and checkpoint."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Callable, Dict

from spacy.language import Language
from spacy.training.loop import DIR_MODEL_BEST, DIR_MODEL_LAST
from thinc.api import Optimizer

from ...safety.sealing import to_disk
from .atomic import recover_directory, replacing_directory
from .checkpoint import write_checkpoint
from .progress import Progress
from .random_state import RandomState

DIR_CHECKPOINT = "checkpoint"


class Saver:
    """Writes models and checkpoints of one run; each is replaced at once, when it is complete.

    config: the config as the user gave it, kept in the checkpoint.
    before_to_disk: `[training] before_to_disk`, applied to models but not to checkpoints.
    data_start: the random state from which the order of the training data follows.
    """

    def __init__(
        self,
        output: Path,
        nlp: Language,
        optimizer: Optimizer,
        config: Dict[str, Any],
        before_to_disk: Callable[[Language], Language],
        data_start: RandomState,
    ) -> None:
        self.output = output
        self.nlp = nlp
        self.optimizer = optimizer
        self.config = config
        self.before_to_disk = before_to_disk
        self.data_start = data_start

    def save_model(self, is_best: bool) -> None:
        """Write model-last, with averages where there are any, and the same as model-best."""
        last, best = self.output / DIR_MODEL_LAST, self.output / DIR_MODEL_BEST
        with self.nlp.use_params(self.optimizer.averages), replacing_directory(last) as draft:
            to_disk(self.before_to_disk(self.nlp), draft)
        if is_best:
            with replacing_directory(best) as draft:
                shutil.copytree(last, draft, dirs_exist_ok=True)

    def save_checkpoint(self, progress: Progress) -> None:
        """Write what `--resume` continues from."""
        path = self.output / DIR_CHECKPOINT
        write_checkpoint(path, self.nlp, self.optimizer, self.config, progress, self.data_start)


def prepare_output(output: Path, resume: bool) -> bool:
    """Repair what a kill left behind. A new run forgets the checkpoint of the one before.

    RETURNS: whether there is a checkpoint to continue from.
    """
    output.mkdir(parents=True, exist_ok=True)
    for name in (DIR_MODEL_LAST, DIR_MODEL_BEST, DIR_CHECKPOINT):
        recover_directory(output / name)
    checkpoint = output / DIR_CHECKPOINT
    if not resume:
        shutil.rmtree(checkpoint, ignore_errors=True)
    return checkpoint.exists()

"""From a config file to a run: a new one, or one that goes on from its checkpoint."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Dict

from spacy import util
from spacy.training.initialize import init_nlp
from thinc.api import set_gpu_allocator

from ...errors import ResumeError
from ..callbacks import determinism
from .checkpoint import PIPELINE, read_checkpoint
from .loop import TrainingRun
from .misspellings import check_training_block
from .saving import DIR_CHECKPOINT, prepare_output

# What may differ when a run goes on: how long it lasts, who watches, and where things lie. Nothing
# finished depends on these, so that the continued run is the one that would have been. Variables
# only matter through the settings that use them.
FREE = (
    "training.max_steps*",
    "training.max_epochs",
    "training.patience",
    "training.logger.*",
    "*.path",
    "paths.*",
    "system.*",
    "vars.*",
)


def start_run(
    config_path: Path,
    output: Path,
    overrides: Dict[str, Any],
    *,
    resume: bool = False,
    checkpoint_every: int = 0,
    use_gpu: int = -1,
) -> TrainingRun:
    """Prepare a training in `output`. With `resume`, go on from the checkpoint if there is one.

    RAISES: ResumeError if the checkpoint is damaged or belongs to another config; ValueError for
        a setting of [training] that does not exist.
    """
    raw = util.load_config(config_path, overrides=overrides, interpolate=False)
    given = dict(raw.interpolate())
    check_training_block(given.get("training", {}))
    if not prepare_output(output, resume):
        nlp = init_nlp(raw, use_gpu=use_gpu)
        return TrainingRun(nlp, output, given, None, checkpoint_every)
    _set_up_device(given, use_gpu)
    checkpoint = read_checkpoint(output / DIR_CHECKPOINT)
    changes = allowed_changes(checkpoint.config, given)
    nlp = util.load_model(output / DIR_CHECKPOINT / PIPELINE)
    if any(key.startswith("training.logger.") for key in changes):
        nlp.config["training"]["logger"] = {}
        changes.update(util.dict_to_dot({"training": {"logger": given["training"]["logger"]}}))
    for key, value in changes.items():
        util.set_dot_to_object(nlp.config, key, value)
    return TrainingRun(nlp, output, given, checkpoint, checkpoint_every)


def _set_up_device(config: Dict[str, Any], use_gpu: int) -> None:
    """What `init_nlp` does for a new run, a continued one needs as well."""
    if determinism.is_asked_for(config):
        determinism.be_deterministic()
    allocator = config["training"].get("gpu_allocator")
    if use_gpu >= 0 and allocator:
        set_gpu_allocator(allocator)


def allowed_changes(before: Dict[str, Any], now: Dict[str, Any]) -> Dict[str, Any]:
    """RETURNS: the settings that are new, by dotted name. RAISES: ResumeError naming the others."""
    old, new = util.dict_to_dot(before), util.dict_to_dot(now)
    differing = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
    frozen = [key for key in differing if not any(fnmatch(key, free) for free in FREE)]
    if frozen:
        raise ResumeError(
            f"The run in this directory had other settings: {', '.join(frozen)}. Put them back, "
            "or train without --resume to begin anew."
        )
    used = ("training.", "corpora.")
    return {key: new[key] for key in differing if key in new and key.startswith(used)}

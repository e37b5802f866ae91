"""A run on disk, between two steps: everything that the next step depends on. No pickle.

checkpoint/
  pipeline/          the pipeline with its raw weights, as `nlp.to_disk` writes it, and a manifest
  arrays.safetensors the optimizer's moments and averages, and two random states
  state.json         counters, progress, the config as it was given, sha256 of the arrays
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Dict

import numpy as np
import safetensors.numpy
from spacy.language import Language
from thinc.api import Optimizer

from ...errors import ResumeError
from ...safety.manifest import verify_manifest
from ...safety.sealing import to_disk
from .atomic import replacing_directory
from .optimizer_state import (
    capture_optimizer,
    named_weights,
    restore_gradients,
    restore_optimizer,
)
from .progress import Progress
from .random_state import RandomState, restart_cupy

FORMAT = 1
PIPELINE = "pipeline"
ARRAYS = "arrays.safetensors"
STATE = "state.json"
REMEDY = "Train without --resume to begin anew."


@dataclass(frozen=True)
class Checkpoint:
    """What `read_checkpoint` found.

    config: the config of the run as it was given, with variables filled in.
    data_start: the random state from which the order of the training data follows.
    """

    path: Path
    config: Dict[str, Any]
    progress: Progress
    data_start: RandomState
    arrays: Dict[str, np.ndarray]
    counts: Dict[str, Any]

    def restore(self, nlp: Language, optimizer: Optimizer) -> None:
        """Put the optimizer and all random states back. The schedules must have been replayed."""
        try:
            restore_optimizer(
                optimizer, named_weights(nlp), _part(self.arrays, "optimizer"), self.counts
            )
        except KeyError as error:
            raise ResumeError(
                f"{self.path} was written with other components: it knows a weight {error} that "
                f"the pipeline lacks. {REMEDY}"
            ) from error
        restore_gradients(nlp, optimizer)
        RandomState.from_arrays(_part(self.arrays, "random")).restore()
        restart_cupy()


def write_checkpoint(
    path: Path,
    nlp: Language,
    optimizer: Optimizer,
    config: Dict[str, Any],
    progress: Progress,
    data_start: RandomState,
) -> None:
    """Replace the checkpoint at `path`, at once. RAISES: SaveError."""
    moments, counts = capture_optimizer(optimizer, named_weights(nlp))
    parts = {
        "optimizer": moments,
        "random": RandomState.capture().to_arrays(),
        "data": data_start.to_arrays(),
    }
    joined = {f"{part}:{k}": array for part, arrays in parts.items() for k, array in arrays.items()}
    block = safetensors.numpy.save({k: np.ascontiguousarray(a) for k, a in joined.items()})
    state = {
        "format": FORMAT,
        "sha256": hashlib.sha256(block).hexdigest(),
        "progress": asdict(progress),
        "counts": counts,
        "config": config,
    }
    with replacing_directory(path) as draft:
        to_disk(nlp, draft / PIPELINE)
        (draft / ARRAYS).write_bytes(block)
        (draft / STATE).write_text(json.dumps(state, indent=1), encoding="utf8")
    restart_cupy()


def read_checkpoint(path: Path) -> Checkpoint:
    """RAISES: ResumeError if the files are damaged or of another version."""
    try:
        state = json.loads((path / STATE).read_text(encoding="utf8"))
        block = (path / ARRAYS).read_bytes()
        if state["format"] != FORMAT:
            raise ResumeError(f"{path} was written by another version of spacy-rnn. {REMEDY}")
        if hashlib.sha256(block).hexdigest() != state["sha256"]:
            raise ResumeError(f"{path / ARRAYS} is damaged: its sha256 does not match. {REMEDY}")
        verify_manifest(path / PIPELINE)
        arrays = safetensors.numpy.load(block)
        data_start = RandomState.from_arrays(_part(arrays, "data"))
        progress = Progress(**state["progress"])
        return Checkpoint(path, state["config"], progress, data_start, arrays, state["counts"])
    except ResumeError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ResumeError(f"{path} cannot be read ({error}). {REMEDY}") from error


def _part(arrays: Dict[str, np.ndarray], part: str) -> Dict[str, np.ndarray]:
    start = f"{part}:"
    return {name[len(start) :]: a for name, a in arrays.items() if name.startswith(start)}

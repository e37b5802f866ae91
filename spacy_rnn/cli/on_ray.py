"""Texts spread over the workers of a Ray cluster: same output, same order."""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path
from typing import Any, Dict, Iterator, NamedTuple, Optional

from spacy.language import Language
from spacy.util import load_model

from .prediction_files import block_of
from .text_files import Part, cut, read_texts

# How often a part is tried again on another worker.
RETRIES = 3
# Blocks that Ray plans with.
BLOCKS = 1000


class Job(NamedTuple):
    """What every worker is told. suffix: of the output. The paths are seen by every machine."""

    model: str
    texts: Path
    suffix: str
    field: str
    batch_size: int
    gpu_id: int


class Worker:
    """One process with a pipeline of its own. Ray makes it anew if it dies.

    What users get wrong is returned in place of a block: raised, it would lose its type.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.nlp: Optional[Language] = None

    def __call__(self, batch: Dict[str, Any]) -> Dict[str, Any]:
        """Predict for the one part in a batch."""
        part = Part(*(int(batch[name][0]) for name in Part._fields))
        try:
            return {"block": [self._predict(part)], "mistake": [""]}
        except (OSError, ValueError) as error:
            return {"block": [b""], "mistake": [str(error)]}

    def _predict(self, part: Part) -> bytes:
        self.nlp = self.nlp or self._load()
        stream = read_texts(self.job.texts, self.job.field, self.nlp.vocab, part)
        docs = self.nlp.pipe(stream, as_tuples=True, batch_size=self.job.batch_size)
        return block_of(self.job.suffix, self.job.field, docs)

    def _load(self) -> Language:
        from spacy.cli._util import setup_gpu

        # Ray shows each worker its own GPU, as number 0.
        setup_gpu(0 if self.job.gpu_id >= 0 else -1, silent=True)
        return load_model(self.job.model)


def predict_on_ray(job: Job, workers: int) -> Iterator[bytes]:
    """Blocks of the output, in the order of the texts.

    workers: processes, on this machine or on the cluster that RAY_ADDRESS names.
    RAISES: ValueError if Ray is not installed, for what is wrong with the texts, or if workers die
        again and again.
    """
    ray = _import_ray()
    parts = [part._asdict() for part in cut(job.texts, job.batch_size)]
    if not parts:
        return
    with _cluster(ray, workers):
        data = ray.data.from_items(parts, override_num_blocks=min(len(parts), BLOCKS))
        made = data.map_batches(
            Worker,
            fn_constructor_args=(job,),
            batch_size=1,
            compute=ray.data.ActorPoolStrategy(size=min(workers, len(parts))),
            num_cpus=1,
            num_gpus=1 if job.gpu_id >= 0 else 0,
            max_restarts=-1,
            max_task_retries=RETRIES,
        )
        try:
            for row in made.iter_rows():
                if row["mistake"]:
                    raise ValueError(row["mistake"])
                yield row["block"]
        except ray.exceptions.RayError as error:
            raise ValueError(
                f"Workers died {RETRIES + 1} times at the same texts. Is there enough memory for "
                "each? Try a smaller --batch-size or --n-process."
            ) from error


def _import_ray() -> Any:
    # Ray would otherwise send statistics of use.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise ValueError('--engine ray needs Ray: pip install "spacy-rnn[ray]"') from error
    return ray


@contextlib.contextmanager
def _cluster(ray: Any, workers: int) -> Iterator[None]:
    """The cluster of RAY_ADDRESS, or one on this machine for as long as it is needed."""
    if not ray.is_initialized():
        quiet = {"log_to_driver": False, "logging_level": "ERROR"}
        if "RAY_ADDRESS" in os.environ:
            ray.init(**quiet)
        else:
            ray.init(num_cpus=workers, include_dashboard=False, **quiet)
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    try:
        yield
    finally:
        ray.shutdown()

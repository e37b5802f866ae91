"""Training a spaCy config for a given CPU time: what `spacy train` does, and a clock."""

import multiprocessing
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Callable, Mapping, NamedTuple, Tuple

import spacy
from spacy.language import Language
from spacy.schemas import ConfigSchemaTraining
from spacy.training.initialize import init_nlp
from spacy.training.loop import (
    create_before_to_disk_callback,
    create_evaluation_callback,
    create_train_batches,
    train_while_improving,
)
from spacy.util import load_config, registry, resolve_dot_names
from thinc.api import fix_random_seed


class Trained(NamedTuple):
    """The best pipeline by its dev score, saved and loaded again, and the CPU time that it took."""

    nlp: Language
    cpu_seconds: float
    dev_score: float


def train(
    config_path: Path, corpus: Path, seed: int, budget: float, further: Mapping[str, Path] = {}
) -> Trained:
    """Train until the config's own end or until `budget` CPU seconds are used, whichever is first.

    corpus: a folder with train.spacy and dev.spacy. further: other paths that the config asks for,
    such as `vectors`. The clock is this process's CPU time, so that other work on the machine
    changes nothing; it runs over updates and dev evaluations, not over reading the corpus.
    """
    parts = {part: corpus / f"{part}.spacy" for part in ("train", "dev")}
    paths = {f"paths.{name}": str(path) for name, path in {**parts, **further}.items()}
    nlp = init_nlp(load_config(config_path, overrides={**paths, "system.seed": seed}))
    config = nlp.config.interpolate()
    fix_random_seed(seed)
    settings = registry.resolve(config["training"], schema=ConfigSchemaTraining)
    readers = resolve_dot_names(config, [settings["train_corpus"], settings["dev_corpus"]])
    train_examples, dev_examples = (list(reader(nlp)) for reader in readers)
    evaluate = create_evaluation_callback(nlp, lambda _: dev_examples, settings["score_weights"])
    optimizer = settings["optimizer"]
    before_saving = create_before_to_disk_callback(settings["before_to_disk"])
    batches = create_train_batches(
        nlp, lambda _: train_examples, settings["batcher"], settings["max_epochs"]
    )
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        best = float("-inf")
        for _, info, is_best in train_while_improving(
            nlp,
            optimizer,
            batches,
            evaluate,
            dropout=settings["dropout"],
            accumulate_gradient=settings["accumulate_gradient"],
            patience=settings["patience"],
            max_steps=settings["max_steps"],
            eval_frequency=settings["eval_frequency"],
            exclude=settings["frozen_components"],
            annotating_components=settings["annotating_components"],
            before_update=settings["before_update"],
        ):
            if is_best:
                best = info["score"]
                _save(nlp, optimizer, before_saving, folder)
            if time.process_time() - start > budget:
                break
        if is_best is None:
            with nlp.use_params(optimizer.averages or {}):
                last, _ = evaluate()
            if last > best:
                best = last
                _save(nlp, optimizer, before_saving, folder)
        seconds = time.process_time() - start
        return Trained(spacy.load(folder), seconds, best)


def train_members(
    members: int,
    config_path: Path,
    corpus: Path,
    seed: int,
    budget: float,
    further: Mapping[str, Path] = {},
) -> Trained:
    """Train so many summarizers at the same time, and let `spacy rnn ensemble` put them together.

    Each is one process with its share of the budget, and a seed that no member of another run has.
    Otherwise as `train`. RETURNS: the CPU time of all, and the mean of their dev scores.
    """
    from spacy_rnn.training.ensembling import ensemble, summarizers

    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / str(seed * members + i) for i in range(members)]
        # Not forked: torch may have threads.
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(members, spawn) as pool:
            task = partial(_train_member, config_path, corpus, budget / members, dict(further))
            costs, scores = zip(*pool.map(task, places))
        loaded = [spacy.load(place) for place in places]
    return Trained(ensemble(loaded, *summarizers(loaded[0])), sum(costs), fmean(scores))


def _train_member(
    config_path: Path, corpus: Path, budget: float, further: Mapping[str, Path], place: Path
) -> Tuple[float, float]:
    """Train into a folder that is called like the seed. RETURNS: CPU seconds and dev score."""
    nlp, seconds, score = train(config_path, corpus, int(place.name), budget, further)
    nlp.to_disk(place)
    return seconds, score


def _save(nlp: Language, optimizer, before_saving: Callable, folder: str) -> None:
    with nlp.use_params(optimizer.averages or {}):
        before_saving(nlp).to_disk(folder)

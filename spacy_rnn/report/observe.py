"""A trained pipeline at work on a corpus whose annotations are known."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence

from spacy import util
from spacy.language import Language
from spacy.training import Corpus, Example

from ..training.data.predictions import predict
from . import categories, entities, targets
from .findings import Findings

MODELS = ("model-best", "model-last")
Find = Callable[[str, Any, Sequence[Example]], Findings]

# By factory.
FIND: Dict[str, Find] = {
    **dict.fromkeys(("ner", "rnn_ner"), entities.find_out),
    **dict.fromkeys(("textcat", "rnn_textcat"), partial(categories.find_out, exclusive=True)),
    **dict.fromkeys(
        ("textcat_multilabel", "rnn_textcat_multilabel"),
        partial(categories.find_out, exclusive=False),
    ),
    "rnn_summarizer": targets.find_out,
}


class Observation(NamedTuple):
    """examples: with predictions. scores: as `nlp.evaluate` gives them. corpus: its name."""

    nlp: Language
    corpus: str
    examples: List[Example]
    scores: Dict[str, Any]

    def findings(self) -> List[Findings]:
        """What there is to say about each component."""
        return [
            FIND[factory](name, pipe, self.examples)
            for name, pipe in self.nlp.pipeline
            if (factory := self.nlp.get_pipe_meta(name).factory) in FIND
        ]


def trained_in(folder: Path) -> Optional[Path]:
    """The pipeline in an output directory, or the directory itself if it is one."""
    folders = [folder / name for name in MODELS] + [folder]
    return next((each for each in folders if (each / "config.cfg").is_file()), None)


def observe(folder: Path, corpus: Optional[Path], limit: int) -> Observation:
    """Run the pipeline of a training over annotated texts.

    folder: an output directory, or a pipeline. corpus: .spacy files; the dev corpus if not given.
    limit: texts at most, chosen by chance, always the same ones; 0 for all.
    RAISES: ValueError if there is no pipeline, or no corpus.
    """
    model = trained_in(folder)
    if model is None:
        raise ValueError(f"{folder} holds no trained pipeline: expected {' or '.join(MODELS)}.")
    if corpus is not None and not corpus.exists():
        raise ValueError(f"There is no corpus {corpus}.")
    nlp = util.load_model(model)
    _want_probabilities(nlp)
    read = Corpus(corpus) if corpus else _dev_corpus(nlp)
    examples = list(read(nlp))
    if limit and limit < len(examples):
        # Corpora may be sorted by label.
        chosen = random.Random(0).sample(range(len(examples)), limit)
        examples = [examples[i] for i in sorted(chosen)]
    if not examples:
        raise ValueError(f"No texts in {corpus or 'the dev corpus'}: give others with --corpus.")
    name = str(corpus) if corpus else f"dev corpus ({nlp.config['paths'].get('dev', '')})"
    return Observation(nlp, name, *predict(nlp, examples))


def _want_probabilities(nlp: Language) -> None:
    """Let entity recognizers score their spans, for the reliability diagram."""
    for name, pipe in nlp.pipeline:
        if nlp.get_pipe_meta(name).factory == "rnn_ner" and not pipe.cfg["spans_key"]:
            pipe.cfg["spans_key"] = name


def _dev_corpus(nlp: Language) -> Callable[[Language], Any]:
    config = nlp.config.interpolate()
    try:
        (read,) = util.resolve_dot_names(config, [config["training"]["dev_corpus"]])
        # Most readers look for their files only now.
        next(iter(read(nlp)), None)
    except (ValueError, OSError, KeyError) as error:
        why = " ".join(str(error).split())[:200]
        raise ValueError(
            f"The dev corpus of the training cannot be read ({why}). Give annotated texts with "
            "--corpus FILE.spacy."
        ) from error
    return read

"""Summarizers that were trained apart, put together so that they choose each word together."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Dict, List, Sequence

from spacy.language import Language
from spacy.util import load_model_from_config

from ..pipeline.summarizer.component import Summarizer
from .transfer import check_vectors

ARCHITECTURE = "spacy-rnn.Seq2SeqEnsemble.v1"


def ensemble(pipelines: Sequence[Language], component: str) -> Language:
    """A pipeline like the first one, in which the summarizers of all of them are one.

    They were trained with the same config and the same training texts, and another seed each.
    component: what the summarizer is called in each of the pipelines.
    RAISES: ValueError saying what does not fit.
    """
    first = pipelines[0]
    members = [_summarizer(nlp, component) for nlp in pipelines]
    for number, (nlp, member) in enumerate(zip(pipelines, members), start=1):
        _check(nlp, member, number, first, members[0])
        check_vectors(first, nlp, component)
    config = first.config.copy()
    block = {
        "@architectures": ARCHITECTURE,
        "size": len(members),
        "member": _model(first, component),
    }
    config["components"][component]["model"] = block
    joint = load_model_from_config(config, vocab=first.vocab)
    joint.from_bytes(first.to_bytes(exclude=[component, "vocab"]), exclude=[component, "vocab"])
    together = joint.get_pipe(component)
    together.cfg = deepcopy(members[0].cfg)
    for layer, member in zip(together.model.layers, members):
        layer.from_bytes(member.model.to_bytes())
    return joint


def _summarizer(nlp: Language, component: str) -> Summarizer:
    if component not in nlp.component_names:
        raise ValueError(f"There is no component '{component}': there are {nlp.component_names}.")
    pipe = nlp.get_pipe(component)
    if not isinstance(pipe, Summarizer):
        raise ValueError(f"'{component}' is no rnn_summarizer: only those are put together.")
    return pipe


def _model(nlp: Language, component: str) -> Dict[str, Any]:
    return nlp.get_pipe_config(component)["model"]


def _check(
    nlp: Language, member: Summarizer, number: int, first: Language, leader: Summarizer
) -> None:
    which = f"Pipeline {number} cannot join the first one"
    if _model(nlp, member.name)["@architectures"] == ARCHITECTURE:
        raise ValueError(f"{which}: it holds several already. Name the ones that it was made of.")
    if _model(nlp, member.name) != _model(first, member.name):
        raise ValueError(
            f"{which}: [components.{member.name}.model] differs. Train both with the same config."
        )
    if member.label_data != leader.label_data:
        raise ValueError(
            f"{which}: it writes other words. Train both with the same texts, or with "
            f"[initialize.components.{member.name}.labels]."
        )


def summarizers(nlp: Language) -> List[str]:
    """RETURNS: the names of the summarizers in a pipeline."""
    return [name for name, pipe in nlp.pipeline if isinstance(pipe, Summarizer)]

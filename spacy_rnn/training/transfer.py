"""Taking a trained component into another pipeline, with everything that it needs to work there."""

from __future__ import annotations

import warnings
from typing import Any, Dict, Iterator, Optional

import numpy
from spacy.language import Language
from spacy.vectors import Vectors

# What reads word vectors in a model: spaCy's layer and ours.
READERS = ("static_vectors", "word_vectors")


def add_component(
    nlp: Language, source: Language, component: str, name: Optional[str] = None
) -> None:
    """Put a component of `source` at the end of `nlp`.

    A component that listens to a shared encoder gets a copy of it for itself; word vectors come
    along where `nlp` has none. `source` is changed by that: load it for this purpose.

    name: what to call it in `nlp`; the same if not given.
    RAISES: ValueError saying what does not fit.
    """
    name = name or component
    _check_names(nlp, source, component, name)
    check_vectors(nlp, source, component)
    _keep_encoder(source, component)
    with warnings.catch_warnings():
        # Different vectors matter only to components that use them: those have been checked.
        warnings.filterwarnings("ignore", message=r"\[W113\]")
        nlp.add_pipe(component, source=source, name=name)


def _check_names(nlp: Language, source: Language, component: str, name: str) -> None:
    if component not in source.component_names:
        raise ValueError(
            f"There is no component '{component}' in the pipeline that it should come from; "
            f"it has: {', '.join(source.component_names) or 'none'}."
        )
    if name in nlp.component_names:
        raise ValueError(
            f"The pipeline already has a component '{name}'. Choose another name for the new one."
        )
    if nlp.lang != source.lang:
        warnings.warn(
            f"The component was trained on '{source.lang}' and goes into a pipeline for "
            f"'{nlp.lang}': its tokens may not be those that it knows.",
            stacklevel=3,
        )


def check_vectors(nlp: Language, source: Language, component: str) -> None:
    """Give `nlp` the word vectors that a component of `source` reads, if it has none.

    RAISES: ValueError if it has others.
    """
    model = getattr(source.get_pipe(component), "model", None)
    pipes = [model] + [pipe.model for _, pipe in _encoders(source, component)]
    nodes = (node for model in pipes if model for node in model.walk())
    if not any(node.name in READERS for node in nodes):
        return
    if not len(nlp.vocab.vectors):
        nlp.vocab.vectors = source.vocab.vectors
    elif not _are_equal(nlp.vocab.vectors, source.vocab.vectors):
        raise ValueError(
            f"'{component}' reads the word vectors of its own pipeline, and the other pipeline has "
            "different ones. Add it to a pipeline without vectors, or train it with the vectors "
            "of the pipeline that it should join ([initialize] vectors)."
        )


def _are_equal(one: Vectors, other: Vectors) -> bool:
    return (
        one.shape == other.shape
        and one.key2row == other.key2row
        and numpy.array_equal(one.data, other.data)
    )


def _encoders(source: Language, component: str) -> Iterator[tuple]:
    """The components of `source` that this one listens to."""
    for name, pipe in source.pipeline:
        if component in getattr(pipe, "listening_components", []):
            yield name, pipe


def _keep_encoder(source: Language, component: str) -> None:
    for name, _ in list(_encoders(source, component)):
        paths = list(_listener_paths(source.get_pipe_config(component)["model"], "model"))
        source.replace_listeners(name, component, paths)


def _listener_paths(block: Dict[str, Any], path: str) -> Iterator[str]:
    """Where a model's config has listeners, as dotted names."""
    if "Listener" in str(block.get("@architectures", "")):
        yield path
        return
    for key, value in block.items():
        if isinstance(value, dict):
            yield from _listener_paths(value, f"{path}.{key}")

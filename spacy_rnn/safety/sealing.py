"""Saving with a manifest.

A component is saved before the vocabulary is, so it cannot know all files: `nlp.to_disk` has to.
The factories put `to_disk` below on every pipeline object that gets one of our components, which
covers `nlp.to_disk`, `spacy train`, `spacy assemble` and whatever they are packaged into. Other
pipelines have spaCy's own `to_disk`: `write_manifest` and `spacy rnn seal` are for them.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Iterable, Union

from spacy.language import Language

from .manifest import write_manifest


def to_disk(nlp: Language, path: Union[str, Path], *, exclude: Iterable[str] = ()) -> None:
    """Save a pipeline as `Language.to_disk` does, and then its manifest."""
    type(nlp).to_disk(nlp, path, exclude=list(exclude))
    write_manifest(path)


def seal_when_saved(nlp: Language) -> None:
    """Let `nlp.to_disk` end with a manifest."""
    # A partial, not a closure: pipelines are pickled and copied.
    nlp.to_disk = partial(to_disk, nlp)

"""A component that listens to a shared encoder needs that encoder to have run."""

from __future__ import annotations

from typing import Sequence

from spacy.pipeline.tok2vec import Tok2VecListener
from spacy.tokens import Doc
from thinc.api import Model


def require_shared_vectors(name: str, model: Model, docs: Sequence[Doc]) -> None:
    """spaCy reads zeros where no encoder has run, and predicts nonsense without a word.

    name: of the component. model: the component's model.
    RAISES: ValueError saying what to do, if the model listens and a doc has no vectors.
    """
    listener = next((node for node in model.walk() if isinstance(node, Tok2VecListener)), None)
    if listener is None or all(doc.tensor.size or not len(doc) for doc in docs):
        return
    shared = "tok2vec" if listener.upstream_name == "*" else listener.upstream_name
    raise ValueError(
        f"The component '{name}' listens to the vectors of '{shared}', which has not run on this "
        f"Doc. Put '{shared}' before it; or give it a copy of the encoder: in the pipeline that it "
        f"comes from, call nlp.replace_listeners('{shared}', '{name}', [...]) before sourcing it."
    )

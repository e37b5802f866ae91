"""Text classifiers over any `tok2vec`, for spaCy's `textcat` components and for ours."""

from __future__ import annotations

from functools import partial
from typing import Callable, List, Optional, Tuple, Union

import numpy as np
from spacy.tokens import Doc, Span
from thinc.api import Model, chain
from thinc.layers.chain import forward as forward_chain
from thinc.layers.chain import init as init_chain
from thinc.types import Floats2d

from ..layers.classifier import ClassifierHead, classify_in_parts, resize
from ..layers.ensemble import Ensemble
from ..layers.long_texts import reads_in_chunks, reads_slices, vectors_in_chunks
from ..layers.text_groups import groups_of_texts
from ..nn.pooling import POOLINGS

MAX_HEADS = 64


def TextCatRNN(
    tok2vec: Model[List[Doc], List[Floats2d]],
    exclusive_classes: bool,
    pooling: List[str],
    attention_heads: int = 1,
    excerpt: Optional[int] = None,
    nO: Optional[int] = None,
) -> Model[List[Doc], Floats2d]:
    """Classes from the pooled vectors of a text's tokens (Yang et al. 2016 with attention).

    tok2vec: one vector per token; a recurrent encoder makes the classifier read word order.
    exclusive_classes: exactly one class is right.
    pooling: any of "attention", "mean", "max" and "last", side by side.
    attention_heads: how many weightings of the tokens attention learns.
    excerpt: in training, a text of more tokens is read from some token on, another one each time,
        for so many: a classifier learns more from many texts than from all of a few. null: whole.
        Needs `spacy-rnn.WordEmbed.v1` in a tok2vec of the model's own.
    nO: number of classes. The component sets it from its labels.
    RAISES: ValueError naming the setting.
    """
    unknown = [kind for kind in pooling if kind not in POOLINGS]
    if unknown or not pooling:
        raise ValueError(
            f"model.pooling must name one or more of {', '.join(POOLINGS)}, got {pooling}"
        )
    if not 1 <= attention_heads <= MAX_HEADS:
        raise ValueError(
            f"model.attention_heads must be between 1 and {MAX_HEADS}, got {attention_heads}"
        )
    if excerpt is not None and excerpt < 1:
        raise ValueError(f"model.excerpt must be at least 1 token, or null, got {excerpt}")
    if excerpt is not None and not reads_slices(tok2vec):
        raise ValueError(
            "model.excerpt needs a tok2vec with spacy-rnn.WordEmbed.v1, which is not shared with "
            "other components. Use null to read texts whole"
        )
    _check_classes(nO)
    head = ClassifierHead(pooling, attention_heads, exclusive_classes, nO)
    model = chain(tok2vec, head)
    model.replace_callbacks(forward, init=init_chain)
    model.set_ref("tok2vec", tok2vec)
    model.set_ref("classifier", head)
    model.set_ref("output_layer", head)
    model.attrs["excerpt"] = excerpt
    model.attrs["multi_label"] = not exclusive_classes
    model.attrs["resize_output"] = _resize_classifier
    return model


def forward(
    model: Model[List[Doc], Floats2d], docs: List[Doc], is_train: bool
) -> Tuple[Floats2d, Callable]:
    """Classify docs. Outside of training, batches that are too large for memory are read group by
    group, and very long docs in chunks, with the same result."""
    if is_train:
        return forward_chain(model, _excerpts(docs, model.attrs["excerpt"]), is_train)
    if not docs:
        return forward_chain(model, docs, is_train)
    tok2vec, head = model.layers
    rows = []
    for group, is_long in groups_of_texts(docs, partial(reads_in_chunks, tok2vec)):
        if is_long:
            rows.append(classify_in_parts(head, vectors_in_chunks(tok2vec, group[0])))
        else:
            rows.append(head.predict(tok2vec.predict(group)))
    return model.ops.xp.concatenate(rows), lambda d_probabilities: docs


def _excerpts(docs: List[Doc], size: Optional[int]) -> List[Union[Doc, Span]]:
    """A passage of so many tokens, by chance, of each doc that has more."""
    if size is None:
        return docs
    return [_excerpt(doc, size) if len(doc) > size else doc for doc in docs]


def _excerpt(doc: Doc, size: int) -> Span:
    start = np.random.randint(len(doc) - size + 1)
    return doc[start : start + size]


def TextCatEnsemble(
    rnn_model: Model[List[Doc], Floats2d],
    linear_model: Model[List[Doc], Floats2d],
    nO: Optional[int] = None,
) -> Model[List[Doc], Floats2d]:
    """A recurrent classifier and a linear bag of words that vote, each with its own supervision.

    rnn_model: a `spacy-rnn.TextCatRNN.v1`.
    linear_model: a `spacy-rnn.BagOfNgrams.v1` or a `spacy.TextCatBOW.v3` with the same
        exclusive_classes, and without an output layer.
    nO: number of classes. The component sets it from its labels.
    RAISES: ValueError naming the setting.
    """
    exclusive = not rnn_model.attrs["multi_label"]
    if linear_model.attrs["multi_label"] == exclusive:
        raise ValueError(
            "model.linear_model.exclusive_classes and model.rnn_model.exclusive_classes "
            f"must agree: the latter is {str(exclusive).lower()}"
        )
    names = {node.name for node in linear_model.walk()}
    gives_logits = all(node.attrs.get("gives_logits", True) for node in linear_model.walk())
    if names & {"softmax_activation", "logistic"} or not gives_logits:
        # With one, spaCy gives a label that is added later a bias that it cannot unlearn.
        raise ValueError(
            "model.linear_model.no_output_layer must be true: the ensemble has its own"
        )
    _check_classes(nO)
    model = Ensemble(rnn_model, linear_model, exclusive)
    for ref in ("tok2vec", "classifier"):
        model.set_ref(ref, rnn_model.get_ref(ref))
    model.attrs["multi_label"] = not exclusive
    model.attrs["resize_output"] = _resize_ensemble
    if nO is not None:
        _resize_ensemble(model, nO)
    return model


def _check_classes(nO: Optional[int]) -> None:
    if nO is not None and nO < 1:
        raise ValueError(f"model.nO must be at least 1, or left to the component, got {nO}")


def _resize_classifier(model: Model[List[Doc], Floats2d], nO: int) -> Model[List[Doc], Floats2d]:
    resize(model.get_ref("classifier"), nO)
    model.set_dim("nO", nO, force=True)
    return model


def _resize_ensemble(model: Model[List[Doc], Floats2d], nO: int) -> Model[List[Doc], Floats2d]:
    for part in model.layers:
        part.attrs["resize_output"](part, nO)
    model.set_dim("nO", nO, force=True)
    return model

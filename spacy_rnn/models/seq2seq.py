"""The architecture behind `rnn_summarizer`: a tok2vec that reads, and a decoder that writes."""

from __future__ import annotations

from functools import partial
from typing import Callable, List, Optional, Tuple

from spacy.pipeline.tok2vec import Tok2VecListener
from spacy.tokens import Doc
from thinc.api import Model, chain
from thinc.types import Floats2d

from ..layers.decodable import Decodable
from ..layers.long_texts import reads_slices
from ..layers.seq2seq import Seq2SeqHead
from ..nn.attention import KINDS
from ..nn.cells import CELLS
from ..nn.decoder import DecoderSettings

MAX_WIDTH = 16384


def Seq2Seq(
    tok2vec: Model[List[Doc], List[Floats2d]],
    width: int = 256,
    embedding_width: Optional[int] = None,
    cell: str = "lstm",
    attention: str = "general",
    input_feeding: bool = True,
    coverage: bool = False,
    copy: bool = True,
    tied_embeddings: bool = True,
    max_source_length: int = 400,
    dropout: float = 0.0,
) -> Model[List[Doc], List[Decodable]]:
    """A decoder with attention over a document's tokens, which it can also copy.

    tok2vec: reads the source; a listener, or one of its own.
    width: of the decoder's state.
    embedding_width: of the words it has written; `width` if not given.
    cell: "lstm" or "gru".
    attention: "general", "dot" (which needs tok2vec to be as wide as `width`) or "additive".
    input_feeding: tell each step what the step before has looked at.
    coverage: let attention see what it has read; for targets that repeat themselves.
    copy: let words of the source be copied (pointer-generator).
    tied_embeddings: one matrix to read and to write words.
    max_source_length: tokens that the decoder looks at. Of a longer source it looks at the first
        ones, or at all in pieces; see `long_sources` of the component.
    dropout: rate of locked dropout. `[training] dropout` takes its place.
    RAISES: ValueError naming the setting.
    """
    _check_choice("model.cell", cell, CELLS)
    _check_choice("model.attention", attention, KINDS)
    _check_range("model.width", width, MAX_WIDTH)
    embedding = width if embedding_width is None else embedding_width
    _check_range("model.embedding_width", embedding, MAX_WIDTH)
    _check_range("model.max_source_length", max_source_length, 10**6)
    if not 0.0 <= dropout < 1.0:
        raise ValueError(f"model.dropout must be at least 0 and below 1, got {dropout}")
    if tied_embeddings and embedding != width:
        raise ValueError(
            f"model.tied_embeddings needs embedding_width equal to width, got {embedding} and "
            f"{width}. Leave embedding_width out, or set tied_embeddings = false."
        )
    settings = DecoderSettings(
        width, embedding, cell, attention, input_feeding, coverage, copy, tied_embeddings
    )
    head = Seq2SeqHead(settings, dropout)
    listens = any(isinstance(node, Tok2VecListener) for node in tok2vec.walk())
    first_docs = _first_docs(max_source_length, listens, reads_slices(tok2vec))
    model = chain(first_docs, tok2vec, _first_rows(max_source_length), head)
    model.set_ref("tok2vec", tok2vec)
    model.attrs.update(max_source_length=max_source_length, copies=copy)
    return model


def _check_choice(setting: str, value: str, choices: Tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"{setting} must be one of {', '.join(choices)}, got {value!r}")


def _check_range(setting: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise ValueError(f"{setting} must be between 1 and {most}, got {value}")


def _first_docs(limit: int, listens: bool, slices: bool) -> Model[List[Doc], List[Doc]]:
    """Spare a tok2vec of one's own what the decoder will not look at. A listener knows the Docs
    that its encoder has read, and no others."""
    attrs = {"limit": limit, "listens": listens, "slices": slices}
    return Model("first_tokens", _cut_docs, attrs=attrs)


def _cut_docs(model: Model, docs: List[Doc], is_train: bool) -> Tuple[List[Doc], Callable]:
    limit = model.attrs["limit"]
    if not model.attrs["listens"]:
        # A slice costs nothing, a copy as much as encoding it.
        cut = [doc if len(doc) <= limit else doc[:limit] for doc in docs]
        if not model.attrs["slices"]:
            cut = [part if isinstance(part, Doc) else part.as_doc() for part in cut]
        docs = cut
    return docs, lambda dXs: []


def _first_rows(limit: int) -> Model[List[Floats2d], List[Floats2d]]:
    """Leave out the rows past the limit."""
    return Model("first_rows", _cut_rows, attrs={"limit": limit})


def _cut_rows(
    model: Model, Xs: List[Floats2d], is_train: bool
) -> Tuple[List[Floats2d], Callable[[List[Floats2d]], List[Floats2d]]]:
    limit = model.attrs["limit"]
    pad = partial(_pad_rows, model, [len(X) for X in Xs])
    return [X[:limit] for X in Xs], pad


def _pad_rows(model: Model, lengths: List[int], dYs: List[Floats2d]) -> List[Floats2d]:
    padded = []
    for length, dY in zip(lengths, dYs):
        dX = model.ops.alloc2f(length, dY.shape[1])
        dX[: len(dY)] = dY
        padded.append(dX)
    return padded

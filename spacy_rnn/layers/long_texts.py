"""Very long texts, whose vectors are never there all at once: embedded and encoded in chunks."""

from __future__ import annotations

from typing import Dict, Iterator, List, Sequence

import torch
from thinc.api import Model
from thinc.types import Floats2d

from ..nn.chunks import read_chunks
from ..nn.ragged import Ragged, Repeated
from ..nn.recurrent import RecurrentEncoder
from .torch_bridge import in_precision, is_built, module_of, to_array, to_ragged
from .torch_shim import TorchShim

# From this length on the vectors of all tokens at once weigh more than it costs to embed a text
# in chunks: 400 MB of float32 where they are 400 wide.
TOKENS_OF_A_LONG_TEXT = 262_144
TOKENS_OF_A_CHUNK = 16_384
# A chunk in which each word stands so many times on average is not embedded a second time.
FEW_WORDS = 3


def reads_slices(tok2vec: Model) -> bool:
    """Whether `tok2vec` begins with an embedding of single tokens that can read slices of texts."""
    return bool(tok2vec.layers) and tok2vec.layers[0].attrs.get("reads_slices", False)


def reads_in_chunks(tok2vec: Model, text: Sequence) -> bool:
    """Whether a text is long, and `tok2vec` an embedding of single tokens that can read slices of
    texts, with one of our recurrent encoders after it."""
    return (
        len(text) > TOKENS_OF_A_LONG_TEXT
        and len(tok2vec.layers) == 2
        and reads_slices(tok2vec)
        and any(isinstance(shim, TorchShim) for shim in tok2vec.layers[1].shims)
        and is_built(tok2vec.layers[1])
        and isinstance(module_of(tok2vec.layers[1]), RecurrentEncoder)
    )


def vectors_in_chunks(tok2vec: Model, text: Sequence) -> Iterator[Floats2d]:
    """What `tok2vec` makes of one text that `reads_in_chunks`, without gradients.

    YIELDS: (tokens of a chunk, width), in order.
    """
    encode = tok2vec.layers[1]
    starts = range(0, len(text), TOKENS_OF_A_CHUNK)
    slices = [text[start : start + TOKENS_OF_A_CHUNK] for start in starts]
    lengths: List[int] = [len(part) for part in slices]
    encoded = read_chunks(module_of(encode), lengths, _Embedded(tok2vec, slices))
    for _ in slices:
        # Not over the whole loop: whoever uses the vectors computes in a precision of their own.
        with torch.no_grad(), in_precision(encode):
            vectors = next(encoded)
        yield to_array(vectors)


class _Embedded:
    """Embeds slices of a text when they are asked for: once for each direction of the encoder."""

    def __init__(self, tok2vec: Model, slices: Sequence[Sequence]) -> None:
        self.tok2vec = tok2vec
        self.slices = slices
        self.twice = module_of(tok2vec.layers[1]).cell.bidirectional
        self._kept: Dict[int, Ragged] = {}

    def __call__(self, i: int) -> Ragged:
        if i in self._kept:
            return self._kept.pop(i)
        embed, encode = self.tok2vec.layers
        rows = to_ragged(encode, embed.predict([self.slices[i]]), requires_grad=False)
        repeated = isinstance(rows, Repeated) and self.twice
        if repeated and len(rows.distinct) * FEW_WORDS <= len(rows.index):
            # Another object: what the encoder makes of this one is not kept with it.
            self._kept[i] = Repeated(rows.distinct, rows.index, rows.lengths)
        return rows

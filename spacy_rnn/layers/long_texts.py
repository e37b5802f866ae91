"""Very long texts, whose vectors are never there all at once: embedded and encoded in chunks."""

from __future__ import annotations

from functools import partial
from typing import Iterator, List, Sequence

import torch
from thinc.api import Model
from thinc.types import Floats2d

from ..nn.chunks import read_chunks
from ..nn.ragged import Ragged
from ..nn.recurrent import RecurrentEncoder
from .torch_bridge import in_precision, is_built, module_of, to_array, to_ragged
from .torch_shim import TorchShim

# From this length on the vectors of all tokens at once weigh more than it costs to embed a text
# twice: 400 MB of float32 where they are 400 wide.
TOKENS_OF_A_LONG_TEXT = 262_144
TOKENS_OF_A_CHUNK = 16_384


def reads_in_chunks(tok2vec: Model, text: Sequence) -> bool:
    """Whether a text is long, and `tok2vec` an embedding of single tokens that can read slices of
    texts, with one of our recurrent encoders after it."""
    return (
        len(text) > TOKENS_OF_A_LONG_TEXT
        and len(tok2vec.layers) == 2
        and tok2vec.layers[0].attrs.get("reads_slices", False)
        and any(isinstance(shim, TorchShim) for shim in tok2vec.layers[1].shims)
        and is_built(tok2vec.layers[1])
        and isinstance(module_of(tok2vec.layers[1]), RecurrentEncoder)
    )


def vectors_in_chunks(tok2vec: Model, text: Sequence) -> Iterator[Floats2d]:
    """What `tok2vec` makes of one text that `reads_in_chunks`, without gradients.

    YIELDS: (tokens of a chunk, width), in order.
    """
    embed, encode = tok2vec.layers
    starts = range(0, len(text), TOKENS_OF_A_CHUNK)
    slices = [text[start : start + TOKENS_OF_A_CHUNK] for start in starts]
    lengths: List[int] = [len(part) for part in slices]
    read = partial(_embedded, tok2vec, slices)
    encoded = read_chunks(module_of(encode), lengths, read)
    for _ in slices:
        # Not over the whole loop: whoever uses the vectors computes in a precision of their own.
        with torch.no_grad(), in_precision(encode):
            vectors = next(encoded)
        yield to_array(vectors)


def _embedded(tok2vec: Model, slices: List[Sequence], i: int) -> Ragged:
    embed, encode = tok2vec.layers
    return to_ragged(encode, embed.predict([slices[i]]), requires_grad=False)

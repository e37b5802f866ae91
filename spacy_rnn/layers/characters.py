"""Character encoders: `Model[List[str], Floats2d]`, one vector per word, for `embed.chars`."""

from __future__ import annotations

from functools import partial
from typing import Callable, List, Optional, Tuple
from zlib import crc32

import numpy as np
from thinc.api import Model
from thinc.types import Floats2d

from ..nn.characters import CharacterCNN, CharacterLSTM
from .embed import Strings, learn
from .lexicon import Lexicon
from .torch_bridge import (
    build_module,
    call,
    module_of,
    ragged_rows,
    send_back,
    to_array,
    to_tensor,
    torch_model,
)

# Of a longer word the first and the last half of so many characters are read.
MAX_CHARACTERS = 32
# Far above what trains in practice: a config that asks for more is a mistake or an attack.
MAX_WIDTH = 4096


def CharCNN(
    width: int = 50, char_width: int = 25, window_size: int = 1, unk_rate: float = 0.5
) -> Model[List[str], Floats2d]:
    """Convolution filters over a word's characters, each at its maximum (Ma & Hovy 2016).

    width: number of filters, the output width.
    char_width: width of a character's vector.
    window_size: how many characters a filter sees on either side; 1 means windows of three.
    unk_rate: how often a character that training saw in one word only is read as unknown.
    Of a word of more than 32 characters the first 16 and the last 16 are read.
    RAISES: ValueError naming the setting.
    """
    _check_sizes(width=width, char_width=char_width)
    if not 0 <= window_size <= MAX_CHARACTERS:
        raise ValueError(
            f"chars.window_size must be between 0 and {MAX_CHARACTERS}, got {window_size}"
        )
    build = partial(CharacterCNN, width, char_width, window_size)
    return _character_model("char_cnn", build, width, unk_rate)


def CharLSTM(
    width: int = 50, char_width: int = 25, unk_rate: float = 0.5
) -> Model[List[str], Floats2d]:
    """A bidirectional LSTM over a word's characters: its two last states (Lample et al. 2016).

    width: output width, half of it for each direction; even.
    char_width, unk_rate: as for `CharCNN`, and so is what is read of long words.
    RAISES: ValueError naming the setting.
    """
    _check_sizes(width=width, char_width=char_width)
    if width % 2:
        raise ValueError(f"chars.width must be even (half for each direction), got {width}")
    return _character_model("char_lstm", partial(CharacterLSTM, width, char_width), width, unk_rate)


def _check_sizes(**sizes: int) -> None:
    for setting, size in sizes.items():
        if not 1 <= size <= MAX_WIDTH:
            raise ValueError(f"chars.{setting} must be between 1 and {MAX_WIDTH}, got {size}")


def _character_model(name: str, build: Callable, width: int, unk_rate: float) -> Model:
    if not 0.0 <= unk_rate <= 1.0:
        raise ValueError(f"chars.unk_rate must be between 0 and 1, got {unk_rate}")
    attrs = {"lexicon": Lexicon(), "unk_rate": unk_rate}
    return torch_model(name, forward, build, init=init, dims={"nO": width}, attrs=attrs)


def init(model: Model, X: Optional[List[str]] = None, Y: Optional[Floats2d] = None) -> Model:
    model.attrs["lexicon"] = Lexicon()
    module = build_module(model, blocks=1)
    if X:
        learn(model, module.table, _characters(_shorten(X)))
    return model


def forward(
    model: Model, words: List[str], is_train: bool
) -> Tuple[Floats2d, Callable[[Floats2d], List[str]]]:
    """(n,) words -> (n, nO)."""
    if not words:
        return model.ops.alloc2f(0, model.get_dim("nO")), lambda d_vectors: words
    read = _shorten(words)
    if is_train:
        rows = learn(model, module_of(model).table, _characters(read))
    else:
        rows = model.attrs["lexicon"].find("".join(read))
    characters = ragged_rows(model, rows, [len(word) for word in read])
    vectors = call(model, characters, is_train=is_train)

    def backprop(d_vectors: Floats2d) -> List[str]:
        send_back([vectors], [to_tensor(d_vectors)])
        return words

    return to_array(vectors), backprop


def _shorten(words: List[str]) -> List[str]:
    """The characters of each word that are read; an empty word is read as a space."""
    half = MAX_CHARACTERS // 2
    return [w if 0 < len(w) <= MAX_CHARACTERS else w[:half] + w[-half:] or " " for w in words]


def _characters(words: List[str]) -> Strings:
    """Every character, standing in its word."""
    characters = list("".join(words))
    places = np.array([1 + crc32(word.encode("utf8")) for word in words], dtype=np.uint64)
    places = np.repeat(places, [len(word) for word in words])
    return Strings(characters, np.arange(len(characters)), places)

"""Finds, loads and chooses the compiled kernels. ctypes lets other threads run while they work."""

from __future__ import annotations

import ctypes
import os
import warnings
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any, Dict, Iterator, Optional, Sequence, Tuple

import torch
from torch import Tensor

from .calls import KERNELS

SWITCH = "SPACY_RNN_NATIVE"
OFF, ON = ("0", "false", "no", "off"), ("", "1", "true", "yes", "on")
# Floats per vector of each kind of kernel, the fastest first.
LANES: Dict[str, int] = {"avx512": 16, "avx2": 8, "plain": 4}
# bfloat16s per vector, or tile, of those that go with the first of these.
HALF_LANES: Dict[str, int] = {"amx": 512, "avx512_bf16": 32}
# As in src/kernels.h.
TILE, DEPTH = 16, 32


def _load() -> Optional[ctypes.CDLL]:
    for suffix in EXTENSION_SUFFIXES:
        path = Path(__file__).with_name(f"_kernels{suffix}")
        if path.is_file():
            try:
                return _declare(ctypes.CDLL(str(path)))
            except (OSError, AttributeError) as error:
                # torch does the same work.
                warnings.warn(
                    f"The compiled kernels of spacy-rnn do not fit, build them again: {error}",
                    stacklevel=2,
                )
    return None


def _declare(library: ctypes.CDLL) -> ctypes.CDLL:
    """RAISES: AttributeError if it was compiled from other sources."""
    size, pointer = ctypes.c_int64, ctypes.c_void_p
    library.spacy_rnn_has_lanes.argtypes = [size]
    library.spacy_rnn_pack.argtypes = [size, pointer, size, size, size, pointer]
    library.spacy_rnn_pack.restype = None
    for name, call in KERNELS.items():
        kernel = getattr(library, f"spacy_rnn_{name}")
        kernel.argtypes, kernel.restype = [size, ctypes.POINTER(call)], None
        if getattr(library, f"spacy_rnn_{name}_size")() != ctypes.sizeof(call):
            raise AttributeError(f"{name} is of another version")
    return library


def _choose() -> Optional[str]:
    """RAISES: ValueError if SPACY_RNN_NATIVE asks for what is not there."""
    wanted = os.environ.get(SWITCH, "").strip().lower()
    if wanted in OFF:
        return None
    if wanted in ON:
        return next(iter(kinds()), None)
    if wanted not in kinds():
        raise ValueError(
            f"{SWITCH} must be 0, 1 or one of this processor's kernels "
            f"({', '.join(kinds()) or 'none: they are not built'}), got {wanted!r}"
        )
    return wanted


def kinds() -> Tuple[str, ...]:
    """RETURNS: the kinds of kernels that this processor can run, the fastest first."""
    if _library is None:
        return ()
    return tuple(kind for kind, lanes in LANES.items() if _library.spacy_rnn_has_lanes(lanes))


def is_available() -> bool:
    """Whether compiled kernels are in use: built, fit for this processor and not switched off."""
    return _kind is not None


@contextmanager
def using(kind: Optional[str]) -> Iterator[None]:
    """Use one of `kinds()` for a while, or None for torch's own code: in tests and measurements.

    It is seen by all threads.
    """
    global _kind
    before, _kind = _kind, kind
    try:
        yield
    finally:
        _kind = before


def half_kinds() -> Tuple[str, ...]:
    """RETURNS: the kinds of bfloat16 kernels that go with those in use, the fastest first."""
    if _kind != "avx512":
        return ()
    return tuple(k for k, lanes in HALF_LANES.items() if _library.spacy_rnn_has_lanes(lanes))


@contextmanager
def half_precision(kind: Optional[str] = None) -> Iterator[None]:
    """Read layers in bfloat16 for a while, in this thread, where no gradient is asked for.

    kind: one of `half_kinds()`, the fastest if not given. Without any it stays float32.
    """
    token = _half_lanes.set(HALF_LANES.get(kind or next(iter(half_kinds()), "")))
    try:
        yield
    finally:
        _half_lanes.reset(token)


def lanes() -> int:
    """RETURNS: floats per vector of the kernels in use, 0 without any."""
    return LANES.get(_kind, 0)


def lanes_of_layers() -> int:
    """RETURNS: `lanes` of the kernels that read layers: in half precision those of bfloat16."""
    half = _half_lanes.get()
    return half if half and _kind == "avx512" else lanes()


def is_half(lanes: int) -> bool:
    """Whether the kernels with so many lanes are those of bfloat16."""
    return lanes in HALF_LANES.values()


def run(kernel: str, *, lanes_in_use: Optional[int] = None, **values: Any) -> None:
    """Call one of `KERNELS` with the fields of its struct."""
    function = getattr(_library, f"spacy_rnn_{kernel}")
    function(lanes_in_use or lanes(), KERNELS[kernel](**values))


def whole(depth: int) -> int:
    """RETURNS: a depth as bfloat16 kernels have it."""
    return depth + -depth % DEPTH


def pack(weights: Sequence[Tensor], gates: int, lanes: int) -> Tensor:
    """Weights (gates * units, input) of several directions, each flat and in the order in which
    kernels read them. RETURNS: (directions, size)."""
    rows, width = weights[0].shape
    half = is_half(lanes)
    size = rows * (whole(width) if half else width)
    dtype = torch.bfloat16 if half else torch.float32
    packed = weights[0].new_empty(len(weights), size, dtype=dtype)
    for one, to in zip(weights, packed):
        _library.spacy_rnn_pack(lanes, one.data_ptr(), gates, rows // gates, width, to.data_ptr())
    return packed


_half_lanes: ContextVar[Optional[int]] = ContextVar("half_lanes", default=None)
_library = _load()
_kind = _choose()

"""The state of every random number generator that training draws from, as plain arrays."""

from __future__ import annotations

import contextlib
import random
import zlib
from dataclasses import dataclass
from typing import Any, Dict, Iterator, Tuple, TypeVar

import numpy as np
import torch

T = TypeVar("T")


@dataclass(frozen=True)
class RandomState:
    """Where the generators of Python, numpy and torch (each device) stood at one moment."""

    python: Tuple[Any, ...]
    numpy: Tuple[Any, ...]
    torch: torch.Tensor
    cuda: Tuple[torch.Tensor, ...]

    @classmethod
    def capture(cls) -> "RandomState":
        cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else ()
        return cls(random.getstate(), np.random.get_state(), torch.get_rng_state(), tuple(cuda))

    def restore(self) -> None:
        random.setstate(self.python)
        np.random.set_state(self.numpy)
        torch.set_rng_state(self.torch)
        # A run that was begun on a GPU may go on without one.
        for device, state in enumerate(self.cuda[: torch.cuda.device_count()]):
            torch.cuda.set_rng_state(state, device)

    def to_arrays(self) -> Dict[str, np.ndarray]:
        """RETURNS: one array per part, to be written to a file."""
        version, words, gauss = self.python
        _, keys, position, has_gauss, cached = self.numpy
        return {
            "python.version": np.array([version], "int64"),
            "python.words": np.array(words, "uint32"),
            "python.gauss": np.array([] if gauss is None else [gauss], "float64"),
            "numpy.keys": keys,
            "numpy.counters": np.array([position, has_gauss], "int64"),
            "numpy.cached": np.array([cached], "float64"),
            "torch": self.torch.numpy(),
            **{f"cuda.{i}": state.numpy() for i, state in enumerate(self.cuda)},
        }

    @classmethod
    def from_arrays(cls, arrays: Dict[str, np.ndarray]) -> "RandomState":
        """The opposite of `to_arrays`."""
        gauss = arrays["python.gauss"].tolist()
        version = int(arrays["python.version"][0])
        position, has_gauss = arrays["numpy.counters"].tolist()
        cached = float(arrays["numpy.cached"][0])
        devices = sum(name.startswith("cuda.") for name in arrays)
        return cls(
            (version, tuple(arrays["python.words"].tolist()), gauss[0] if gauss else None),
            ("MT19937", arrays["numpy.keys"], position, has_gauss, cached),
            torch.from_numpy(arrays["torch"].copy()),
            tuple(torch.from_numpy(arrays[f"cuda.{i}"].copy()) for i in range(devices)),
        )


@contextlib.contextmanager
def unchanged_random_state() -> Iterator[None]:
    """Whatever is drawn inside, training does not notice: for what only watches it."""
    state = RandomState.capture()
    try:
        yield
    finally:
        state.restore()


def restart_cupy() -> None:
    """Seed CuPy from numpy's state. CuPy cannot be asked for its own, so a run that writes a
    checkpoint and one that continues from it both start CuPy anew there, with the same seed."""
    from thinc.util import has_cupy_gpu

    if has_cupy_gpu:
        import cupy

        cupy.random.seed(zlib.crc32(np.random.get_state()[1].tobytes()))


def with_own_random_state(items: Iterator[T], start: RandomState) -> Iterator[T]:
    """Draw items with random numbers of their own, beginning at `start`.

    The items then depend on `start` alone, not on what training draws between them, so that a
    continued run finds its place by drawing the same items again.
    """
    own = start
    while True:
        outer = RandomState.capture()
        own.restore()
        try:
            item = next(items)
        except StopIteration:
            return
        finally:
            own = RandomState.capture()
            outer.restore()
        yield item

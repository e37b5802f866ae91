"""Numbers so small that processors take a slow path for them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

import numpy as np
import torch

DENORMAL, ONE = np.float32(1e-40), np.float32(1.0)


@contextmanager
def denormals_as_zero() -> Iterator[None]:
    """Make this thread of the CPU take numbers below 1e-38 as zero, as long as the block lasts.

    Adam's moments of a rare word shrink at each step that does not meet it, until they get stuck at
    such numbers: computing with them takes ten times as long as with zeros.
    """
    before = bool(DENORMAL * ONE == 0.0)
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(before)

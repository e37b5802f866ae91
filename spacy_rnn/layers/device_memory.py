"""Memory that has run out: how to tell, and how to make room."""

from __future__ import annotations

import gc
from typing import Any, Callable, Mapping

import torch
from thinc.api import Optimizer
from thinc.backends import get_array_ops
from thinc.types import FloatsXd
from thinc.util import has_cupy_gpu

# In the messages of errors that are not of a type of their own: cuBLAS and cuDNN, torch on a CPU.
SIGNS = ("out of memory", "ALLOC_FAILED", "can't allocate memory")

# Numbers that an optimizer keeps for each weight: two moments and an average.
KEPT_BY_AN_OPTIMIZER = 3
# A step computes with so many arrays of a weight's size, beside those that stay.
ARRAYS_OF_A_STEP = 4
NO_ROOM = (
    "The optimizer's step does not fit into memory. No weight was moved. The first step needs "
    "three more numbers for each weight, two without use_averages. Make [training.batcher] size "
    "smaller, or the model narrower."
)


def has_run_out(error: Exception) -> bool:
    """Whether an error says that there was no memory left."""
    known = isinstance(error, (torch.cuda.OutOfMemoryError, MemoryError))
    return known or any(sign in str(error) for sign in SIGNS)


def make_room() -> None:
    """Give what both allocators keep for later to whoever needs it now."""
    gc.collect()
    if torch.cuda.is_initialized():
        torch.cuda.empty_cache()
    if has_cupy_gpu:
        import cupy

        cupy.get_default_memory_pool().free_all_blocks()


def with_room(work: Callable[[], Any], complaint: str) -> None:
    """Do what needs memory; where there is none left, make room and do it once more.

    work: changes nothing before it has all its memory.
    RAISES: MemoryError with the complaint if there is too little even then.
    """
    if _succeeds(work):
        return
    make_room()
    if not _succeeds(work):
        raise MemoryError(complaint)


def reserve_step(optimizer: Optimizer, weights: Mapping[Any, FloatsXd]) -> None:
    """See to it that a step finds its memory, which cannot be taken back once it has begun.

    What is asked for here is given back at once, and both allocators keep it at hand.
    weights: that the step will move, by the optimizer's key.
    RAISES: MemoryError if there is no room for it.
    """
    new = [w.size for key, w in weights.items() if key not in optimizer.nr_update]
    largest = max(weights.values(), key=lambda weight: weight.size)
    sizes = [KEPT_BY_AN_OPTIMIZER * size for size in new] + [ARRAYS_OF_A_STEP * largest.size]
    ops = get_array_ops(largest)
    with_room(lambda: [ops.alloc1f(size, zeros=False) for size in sizes], NO_ROOM)


def _succeeds(work: Callable[[], Any]) -> bool:
    """The error is not kept: it would hold on to what had been computed."""
    try:
        work()
    except Exception as error:
        if not has_run_out(error):
            raise
        return False
    return True

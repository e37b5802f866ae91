"""Interleaved measurements: CPU time on one pinned thread, or the time that a GPU takes."""

import os
import time
from functools import partial
from statistics import median
from typing import Callable, Dict, List, Mapping, NamedTuple

import torch
from thinc.api import get_torch_default_device
from thinc.util import gpu_is_available

Seconds = Dict[str, List[float]]


class Figure(NamedTuple):
    """A value with what it should be. at_most: whether smaller is better.

    target: None where nothing is asked. peer: whom it is compared with, if with somebody.
    """

    name: str
    value: float
    unit: str
    target: float | None = None
    at_most: bool = False
    peer: str | None = None

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value <= self.target if self.at_most else self.value >= self.target


def pin() -> None:
    """One thread, on the last core: the first is where a system does its own work."""
    if gpu_is_available():
        torch.cuda.init()
    torch.set_num_threads(1)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def clock() -> float:
    """CPU seconds of this process; where pipelines live on a GPU, seconds once it has caught up."""
    if get_torch_default_device().type == "cuda":
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def interleave(candidates: Mapping[str, Callable[[int], object]], rounds: int) -> Seconds:
    """Run every candidate once per round, so that a slower minute is slow for all.

    candidates: functions of the number of the round; round -1 is for warming up and not counted.
    RETURNS: seconds of `clock` per candidate and round.
    """
    return take_turns({name: partial(timed, run) for name, run in candidates.items()}, rounds)


def take_turns(candidates: Mapping[str, Callable[[int], float]], rounds: int) -> Seconds:
    """As `interleave`, with candidates that return their seconds themselves."""
    seconds: Seconds = {name: [] for name in candidates}
    for i in range(-1, rounds):
        for name, run in candidates.items():
            taken = run(i)
            if i >= 0:
                seconds[name].append(taken)
    return seconds


def timed(run: Callable[[int], object], i: int) -> float:
    """RETURNS: seconds of `clock` that a candidate takes."""
    start = clock()
    run(i)
    return clock() - start


def times_as_fast(seconds: Seconds, ours: str, other: str) -> float:
    """RETURNS: the median over the rounds of how many times as long the other took."""
    return median(b / a for a, b in zip(seconds[ours], seconds[other], strict=True))


def rate(amounts: List[float], seconds: List[float]) -> float:
    """RETURNS: the median over the rounds of amount per second."""
    return median(amount / each for amount, each in zip(amounts, seconds, strict=True))

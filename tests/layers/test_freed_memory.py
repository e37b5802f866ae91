"""Memory that was freed is used again without asking the system for it."""

import ctypes
import os
import platform

import pytest
import torch

from spacy_rnn.layers import freed_memory

ARRAYS, BYTES = 8, 1 << 23
resource = pytest.importorskip("resource")
has_a_choice = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc" or any(name in os.environ for name in freed_memory.SETTINGS),
    reason="malloc is another one's, or set by the user",
)


def pages_that_the_system_cleared() -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    arrays = [torch.ones(BYTES // 4) for _ in range(ARRAYS)]
    assert len(arrays) == ARRAYS
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@has_a_choice
def test_what_was_freed_does_not_come_from_the_system_again():
    freed_memory.keep_freed_memory()
    # Parts are put together again in different ways before they fit.
    for _ in range(2):
        pages_that_the_system_cleared()
    assert pages_that_the_system_cleared() < ARRAYS * BYTES // resource.getpagesize() // 10


def test_who_has_set_malloc_is_left_alone(monkeypatch):
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "1000000")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: pytest.fail("malloc was changed"))
    freed_memory.keep_freed_memory()

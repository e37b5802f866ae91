"""Memory that was freed is used again without asking the system for it."""

import ctypes
import os
import platform
import subprocess
import sys

import pytest

from spacy_rnn.layers import freed_memory

has_a_choice = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc" or any(name in os.environ for name in freed_memory.SETTINGS),
    reason="malloc is another one's, or set by the user",
)

# Which share of its pages the system clears for arrays as large as those freed before them. In a
# process of its own: what else lies on the heap decides where they fit.
CLEARED = """
import resource, torch
from spacy_rnn.layers.freed_memory import keep_freed_memory

ARRAYS, BYTES = 8, 1 << 23

def pages():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    arrays = [torch.ones(BYTES // 4) for _ in range(ARRAYS)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

first = pages()
keep_freed_memory()
for _ in range(3):
    pages()
print(pages() / first)
"""


@has_a_choice
def test_what_was_freed_does_not_come_from_the_system_again():
    child = subprocess.run([sys.executable, "-c", CLEARED], capture_output=True, text=True)
    assert child.returncode == 0, child.stderr
    assert float(child.stdout) < 0.5


def test_who_has_set_malloc_is_left_alone(monkeypatch):
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "1000000")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: pytest.fail("malloc was changed"))
    freed_memory.keep_freed_memory()

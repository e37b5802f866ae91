"""How much memory a call needs at its peak, as Linux counts it."""

import ctypes
import re
from pathlib import Path

import pytest

RESET, STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")
counts_memory = pytest.mark.skipif(not RESET.exists(), reason="memory is read from /proc")


def growth_of_the_peak(call):
    """Megabytes beyond those in use before."""
    # What earlier tests have left free would be used again without being counted.
    ctypes.CDLL(None).malloc_trim(0)
    RESET.write_text("5")
    before = _megabytes("VmRSS")
    call()
    return _megabytes("VmHWM") - before


def _megabytes(line):
    return int(re.search(rf"{line}:\s+(\d+) kB", STATUS.read_text())[1]) / 1024

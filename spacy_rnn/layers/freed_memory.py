"""Memory that is freed stays with the process, where glibc would hand it back after each batch."""

from __future__ import annotations

import ctypes
import os
import sys

# What malloc.h calls them. Where one is set, the other no longer adapts to what a program does.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
# Bytes. Up to this size arrays come from memory that can be kept: the most that glibc goes to.
LARGEST_ARRAY = 1 << 25
MOST_KEPT = 1 << 28
# Whoever has set one of these has made a choice.
SETTINGS = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")


def keep_freed_memory() -> None:
    """Let malloc keep some of what was freed for the next batch, which needs as much again.

    The system clears each page that it hands out: up to a tenth of the time of a batch. Without
    glibc nothing is done.
    """
    if not sys.platform.startswith("linux") or any(name in os.environ for name in SETTINGS):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(MMAP_THRESHOLD, LARGEST_ARRAY)
        mallopt(TRIM_THRESHOLD, MOST_KEPT)

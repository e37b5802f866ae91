"""Worker processes whose death is noticed: spaCy would wait for them forever."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from types import FrameType
from typing import Iterator, Optional


@contextlib.contextmanager
def noticing_dead_workers() -> Iterator[None]:
    """While active, a child process that is killed or fails ends whatever waits for it.

    No more than a plain block where the system cannot tell how a child ended, and in threads.
    RAISES: ChildProcessError in the main thread.
    """
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not (in_main_thread and hasattr(os, "waitid") and hasattr(signal, "SIGCHLD")):
        yield
        return
    before = signal.signal(signal.SIGCHLD, _hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGCHLD, before)


def _hear(number: int, frame: Optional[FrameType]) -> None:
    # WNOWAIT: the one who started the child will ask for its end, too.
    child = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if child is None or (child.si_code == os.CLD_EXITED and child.si_status == 0):
        return
    # Once is enough: others may die while the first death is being dealt with.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    raise ChildProcessError(
        f"A worker process died (signal or exit code {child.si_status}). Is there enough memory "
        "for each? Try a smaller --batch-size or --n-process."
    )

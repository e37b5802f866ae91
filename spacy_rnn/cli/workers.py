"""Worker processes whose death is noticed: spaCy would wait for them forever."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from types import FrameType
from typing import Iterator, Optional

# Seconds after which a death is told again: by then whoever was told has stopped waiting.
PATIENCE = 5.0


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
    deaths = _Deaths()
    before = signal.signal(signal.SIGCHLD, deaths.hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGCHLD, before)
        deaths.forget()


class _Deaths:
    """Tells of the first death only, others may die while it is being dealt with; and again if the
    one who was told ignored it, as Python does with what is raised while it forks."""

    def __init__(self) -> None:
        self.status: Optional[int] = None
        self.reminder: Optional[threading.Timer] = None
        self.overdue = False

    def hear(self, number: int, frame: Optional[FrameType]) -> None:
        if self.status is None:
            # WNOWAIT: the one who started the child will ask for its end, too.
            child = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if child is None or (child.si_code == os.CLD_EXITED and child.si_status == 0):
                return
            self.status = child.si_status
        elif not self.overdue:
            return
        self.overdue = False
        self.reminder = threading.Timer(PATIENCE, self._remind)
        self.reminder.daemon = True
        self.reminder.start()
        raise ChildProcessError(
            f"A worker process died (signal or exit code {self.status}). Is there enough memory "
            "for each? Try a smaller --batch-size or --n-process."
        )

    def forget(self) -> None:
        if self.reminder is not None:
            self.reminder.cancel()

    def _remind(self) -> None:
        self.overdue = True
        signal.pthread_kill(threading.main_thread().ident, signal.SIGCHLD)

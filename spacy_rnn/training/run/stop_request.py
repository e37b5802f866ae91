"""Ctrl-C and SIGTERM as a wish to stop after the step at hand."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any, Dict, Optional

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(Exception):
    """A run ends before its end because of a signal."""

    def __init__(self, signal: int) -> None:
        super().__init__(signal)
        self.signal = signal


class StopRequest:
    """While active, the first signal is only noted; the second has its usual effect.

    signal: the signal that came, or None.
    """

    def __init__(self) -> None:
        self.signal: Optional[int] = None
        self._before: Dict[int, Any] = {}

    def __enter__(self) -> "StopRequest":
        # Python lets only the main thread set handlers.
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._note) for number in SIGNALS}
        return self

    def _note(self, number: int, frame: Optional[FrameType]) -> None:
        self.signal = number
        self._put_back()

    def _put_back(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def __exit__(self, *error: object) -> None:
        self._put_back()

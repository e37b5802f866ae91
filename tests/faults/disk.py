"""Faults at the n-th access to the disk below a folder, in this process and for the rest of it.

Python tells audit hooks of every file that it opens, every folder that it makes, and every name
that it changes or removes: each of these is a point where a program may be hit.
"""

import errno
import os
import signal
import sys
from pathlib import Path
from typing import Callable, Optional

CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "shutil.copytree")
# Directories are exchanged by a call of the C library, which is looked up just before.
EXCHANGE = ("ctypes.dlsym", "renameat2")
WRITES = os.O_WRONLY | os.O_RDWR


class Disk:
    """Counts accesses below a folder, and calls `fault` at one of them.

    fault: called with this disk and whether the access would write.
    count: accesses so far. written: the last file that was opened to be written.
    """

    def __init__(self, folder: Path, at: int, fault: Callable[["Disk", bool], None]) -> None:
        self.folder = str(folder)
        self.at = at
        self.fault = fault
        self.count = 0
        self.written: Optional[str] = None

    def watch(self) -> None:
        """From now on, until the process ends: an audit hook cannot be removed."""
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple) -> None:
        writes = event == "os.mkdir"
        if event == "open":
            path, _, flags = args
            if not self._is_below(path):
                return
            writes = bool(flags & WRITES)
        elif event in CHANGES:
            # Names in an open folder come without its path: rmtree removes them.
            if not self._is_below(args[0]) and not isinstance(args[-1], int):
                return
        elif event != EXCHANGE[0] or args[1] != EXCHANGE[1]:
            return
        self.count += 1
        if self.count >= self.at:
            self.fault(self, writes)
        if event == "open" and writes:
            self.written = args[0]

    def _is_below(self, path: object) -> bool:
        return isinstance(path, (str, os.PathLike)) and os.fspath(path).startswith(self.folder)


def kill(disk: Disk, writes: bool) -> None:
    """kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)


def tear(disk: Disk, writes: bool) -> None:
    """kill -9 half-way through the file before, as far as it is not in place yet."""
    if disk.written and ".draft" in disk.written and os.path.exists(disk.written):
        os.truncate(disk.written, os.path.getsize(disk.written) // 2)
    kill(disk, writes)


def interrupt(disk: Disk, writes: bool) -> None:
    """Ctrl-C, once."""
    if disk.count == disk.at:
        os.kill(os.getpid(), signal.SIGINT)


def insist(disk: Disk, writes: bool) -> None:
    """Ctrl-C again and again."""
    if disk.count < disk.at + 3:
        os.kill(os.getpid(), signal.SIGINT)


def terminate(disk: Disk, writes: bool) -> None:
    """SIGTERM, once."""
    if disk.count == disk.at:
        os.kill(os.getpid(), signal.SIGTERM)


def fill(disk: Disk, writes: bool) -> None:
    """A full disk, from here on."""
    if writes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def nothing(disk: Disk, writes: bool) -> None:
    """No fault."""


FAULTS = (kill, tear, fill, interrupt, insist, terminate)

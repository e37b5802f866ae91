"""Directories that appear whole or not at all, whatever kills the program that writes them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
from pathlib import Path
from typing import Iterator

from ...errors import SaveError

AT_FDCWD = -100
RENAME_EXCHANGE = 2


@contextlib.contextmanager
def replacing_directory(path: Path) -> Iterator[Path]:
    """Write a directory under another name, and exchange it for `path` when it is on the disk.

    YIELDS: the empty directory to write in.
    RAISES: SaveError if it cannot be written, for instance because the disk is full. What stood
        at `path` before is untouched then.
    """
    draft = _draft(path)
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        yield draft
        _sync_tree(draft)
        _put_in_place(draft, path)
    except OSError as error:
        raise SaveError(
            f"{path} could not be written ({error.strerror or error}). What stood there before "
            "is whole. Make room, and continue with --resume."
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def recover_directory(path: Path) -> None:
    """Bring back what `replacing_directory` had put aside when the program was killed, and remove
    what it had begun."""
    shutil.rmtree(_draft(path), ignore_errors=True)
    aside = _aside(path)
    if aside.exists() and not path.exists():
        aside.rename(path)
    shutil.rmtree(aside, ignore_errors=True)


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.draft")


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.old")


def _sync_tree(root: Path) -> None:
    """Wait until every byte is on the disk: a rename may otherwise outlive its content."""
    for folder, _, names in os.walk(root):
        for name in names:
            _sync(os.path.join(folder, name))
        _sync_folder(folder)


def _sync(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(path: str) -> None:
    # Windows cannot open a folder.
    with contextlib.suppress(PermissionError):
        _sync(path)


def _put_in_place(draft: Path, path: Path) -> None:
    if not path.exists():
        draft.rename(path)
    elif not _exchange(draft, path):
        # Two renames: for a moment there is none, which `recover_directory` repairs.
        shutil.rmtree(_aside(path), ignore_errors=True)
        path.rename(_aside(path))
        draft.rename(path)
        shutil.rmtree(_aside(path), ignore_errors=True)
    _sync_folder(str(path.parent))


def _exchange(one: Path, other: Path) -> bool:
    """Swap two directories at once. RETURNS: whether the system can."""
    library = ctypes.CDLL(None) if os.name == "posix" else None
    names = (os.fsencode(one), os.fsencode(other))
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        old, new = names
        return library.renameat2(AT_FDCWD, old, AT_FDCWD, new, RENAME_EXCHANGE) == 0
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        return library.renamex_np(*names, RENAME_EXCHANGE) == 0
    return False

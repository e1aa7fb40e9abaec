"""New files and folders: written under another name, and renamed when they are whole; nothing is overwritten."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import ArchiveError

_OURS = ".gongkai-export"  # in a folder that we are writing


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """The name to write to: ``NAME.part``, which an export that was killed may have left.

    Raises ``FileExistsError`` where ``target`` is there, and ``ArchiveError`` where another export is writing it.
    """
    part = target.with_name(f"{target.name}.part")
    _must_be_new(target)
    with part.open("ab") as lock:
        _hold(lock.fileno(), part)
        try:
            yield part
            _must_be_new(target)
            part.rename(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """The same for a folder; what is in it when it is whole stays."""
    part = target.with_name(f"{target.name}.part")
    _must_be_new(target)
    if part.exists() and not (part / _OURS).exists():
        raise ArchiveError(
            f"{part} is there already and no export of ours began it; take it away or name another folder"
        )
    part.mkdir(exist_ok=True)
    with (part / _OURS).open("ab") as lock:
        _hold(lock.fileno(), part)
        for left in part.iterdir():
            if left.name != _OURS:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        try:
            yield part
            _must_be_new(target)
            (part / _OURS).unlink()
            part.rename(target)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise


def _must_be_new(target: Path) -> None:
    if os.path.lexists(target):
        raise FileExistsError(target)


def _hold(descriptor: int, part: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ArchiveError(f"another export is writing {part}") from None

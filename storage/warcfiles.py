"""The files under the WARC records: one writer each, whole records or nothing, on the disk when it is said so."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import ArchiveError

PREFIX = "gongkai-"  # of the names of our WARC files
OPEN = ".open"  # ending of a file that is being written, or was when its crawl died


class NewWarcFile:
    """``NAME.open``, locked by this process until ``finish`` gives it its name."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.size = 0
        self._torn = False
        self._path = folder / (name + OPEN)
        try:
            # Under the folder's lock nobody can salvage the file between its creation and its own lock.
            with locked_folder(folder):
                if (folder / name).exists():
                    raise ArchiveError(f"{folder / name} exists already")
                self._stream = self._path.open("xb", buffering=0)
                fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                sync_folder(folder)
        except OSError as error:
            raise ArchiveError(
                f"{self._path} cannot be made: {error.strerror}; check the folder and the disk"
            ) from error

    def append(self, record: bytes) -> int:
        """Write all of ``record`` and return its offset; where that fails, the file stays as it was."""
        offset = self.size
        left = memoryview(record)
        try:
            self._mend()
            while left:
                left = left[self._stream.write(left) :]
        except OSError as error:
            self._torn = True
            raise ArchiveError(
                f"{self._path} cannot be written: {error.strerror}; nothing of the page was kept"
            ) from error
        self.size += len(record)
        return offset

    def _mend(self) -> None:
        """Take back what a failed write left of a record: a reader stops at the first torn one."""
        if self._torn:
            self._stream.truncate(self.size)
            self._stream.seek(self.size)
            self._torn = False

    def sync(self) -> None:
        try:
            self._mend()
            os.fsync(self._stream.fileno())
        except OSError as error:
            raise ArchiveError(f"{self._path} cannot be brought to the disk: {error.strerror}") from error

    def finish(self) -> None:
        self.sync()
        rename(self._path, self.name)
        self._stream.close()


def rename(path: Path, name: str) -> None:
    """Give a file its name in its own folder, durably; never over another file."""
    target = path.with_name(name)
    with locked_folder(path.parent):
        if target.exists():
            raise ArchiveError(f"{path.name} cannot become {name}: that file exists already; move one of them away")
        path.rename(target)
        sync_folder(path.parent)


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """One process at a time makes or renames files here."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

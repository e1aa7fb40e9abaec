"""Where WARC files are read from: the folder of this machine, then the store that all machines share."""

import contextlib
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from storage.errors import ArchiveError
from storage.store import NotThere, Store
from storage.warcfiles import OPEN, PREFIX

AROUND = 1 << 18  # bytes a request, where nobody knows how long a record is
_LISTED_FOR = 300.0  # seconds until the store is asked again for a file that it did not have


@dataclass(frozen=True, slots=True)
class Shelf:
    """The WARC files of an archive, by their final names; ``store`` is an fsspec URL, None where there is none."""

    folder: Path
    store: str | None = None

    def open(self, name: str, expected: int = AROUND) -> BinaryIO:
        """A file for reading here and there, be it still under way; ``expected`` is how much is read in one place.

        Raises ``ArchiveError`` where it cannot be had; of one in the store only when it is read.
        """
        here = self._opened(name)
        return here if here is not None else self._shared(name).stream(name, expected)

    @contextmanager
    def whole(self, name: str) -> Iterator[BinaryIO]:
        """A file for reading from its first byte to its last, perhaps twice: of one in the store, a copy on this disk.

        Raises ``ArchiveError`` where it cannot be had.
        """
        here = self._opened(name)
        if here is not None:
            with here:
                yield here
            return
        with tempfile.TemporaryFile(dir=self.folder) as copy:
            self._fetch(name, copy)
            yield copy

    def finished(self) -> dict[str, int]:
        """The files that have their final names, with their bytes."""
        # Here first: a file that is shipped meanwhile is in the store before it is gone from here.
        here = {path.name: path for path in self.folder.glob(f"{PREFIX}*.warc.gz")}
        return _sizes(here) | self.stored()

    def sizes(self) -> dict[str, int]:
        """All files with their bytes, also those that are under way here."""
        under_way = {path.name.removesuffix(OPEN): path for path in self.folder.glob(f"{PREFIX}*{OPEN}")}
        return _sizes(under_way) | self.finished()

    def stored(self) -> dict[str, int]:
        """The files in the store, with their bytes. Raises ``StoreAway``."""
        return Store(self.store).sizes() if self.store else {}

    def local(self, name: str) -> Path | None:
        """Where a file is in this machine's folder, under its final name or the one of a file under way."""
        path = self._path(name)
        return next((one for one in (path, path.with_name(name + OPEN), path) if one.exists()), None)

    def place(self, name: str) -> str:
        """Where a file is, for a person; the store is not asked."""
        if self.store is None or self.local(name) is not None:
            return str(self.folder / name)
        return f"{Store(self.store).name.rstrip('/')}/{name}"

    def _opened(self, name: str) -> BinaryIO | None:
        path = self._path(name)
        # The final name twice: a crawl may rename its file between the first look and the second.
        for candidate in (path, path.with_name(path.name + OPEN), path):
            try:
                return candidate.open("rb")
            except FileNotFoundError:
                continue
            except OSError as error:
                raise ArchiveError(f"{candidate} cannot be read: {error.strerror}") from error
        return None

    def _fetch(self, name: str, copy: BinaryIO) -> None:
        for chunk in self._shared(name).chunks(name):
            try:
                copy.write(chunk)
            except OSError as error:
                raise ArchiveError(f"{name} cannot be copied to {self.folder}: {error.strerror}") from error

    def _shared(self, name: str) -> Store:
        if self.store is None:
            raise NotThere(f"{self.folder / name} is missing: restore it from a copy")
        return Store(self.store)

    def _path(self, name: str) -> Path:
        path = self.folder / name
        if path.resolve().parent != self.folder.resolve():
            raise NotThere(f"{name} is no name of a WARC file")
        return path


class Sizes:
    """How many bytes of a file are held, for a process that asks thousands of times: the store is listed now and then.

    What is in the store never changes, so what it once had needs no second look.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._stored: dict[str, int] = {}
        self._next = 0.0  # when the store may be listed again

    def of(self, name: str) -> int:
        """The bytes of a file; 0 where it is not there. Raises ``StoreAway``, and then says 0 for a while."""
        if (path := self._shelf.local(name)) is not None:
            with contextlib.suppress(OSError):  # it may be shipped meanwhile
                return path.stat().st_size
        if name not in self._stored and time.monotonic() >= self._next:
            self.lose()
            self._stored = self._shelf.stored()
        return self._stored.get(name, 0)

    def lose(self) -> None:
        """The store is away: nothing that is there is asked for, for a while."""
        self._stored, self._next = {}, time.monotonic() + _LISTED_FOR


def _sizes(paths: dict[str, Path]) -> dict[str, int]:
    """The bytes of these files, without those that were moved meanwhile."""
    found = {}
    for name, path in paths.items():
        try:
            found[name] = path.stat().st_size
        except FileNotFoundError:
            continue
    return found

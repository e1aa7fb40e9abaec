"""The archive that is shown: opened when somebody first asks for it, since it may be made while we serve."""

import threading
from pathlib import Path

from starlette.requests import Request

from storage.database import Archive, open_archive


class Opening:
    """An archive by its database URL, or one that is open already; serving never makes one."""

    def __init__(self, archive: Archive | str, warc_dir: Path | None = None, store: str | None = None) -> None:
        self._archive = archive if isinstance(archive, Archive) else None
        self._url = None if isinstance(archive, Archive) else archive
        self._places = (warc_dir, store)
        self._lock = threading.Lock()

    def get(self) -> Archive:
        """Raises ``NoArchive`` while there is none, ``ArchiveError`` where it cannot be opened; may be asked again."""
        with self._lock:
            if self._archive is None:
                warc_dir, store = self._places
                self._archive = open_archive(self._url, warc_dir, store=store, must_exist=True)
            return self._archive

    def close(self) -> None:
        """Close what was opened here; an archive that came open stays so."""
        if self._url is not None and self._archive is not None:
            self._archive.close()


def archive_of(request: Request) -> Archive:
    """The archive of the application that a request came to. Raises as ``Opening.get``."""
    opening: Opening = request.app.state.opening
    return opening.get()

"""The store of finished WARC files, which several machines share: whatever fsspec reaches, S3 or a mounted folder."""

import errno
import io
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from storage.errors import ArchiveError
from storage.warcfiles import PREFIX, sync_folder

CHUNK = 8 << 20  # of what is read or written from one end to the other
_FOLDERS = ("file", "local")


class StoreAway(ArchiveError):
    """The store cannot be reached or used now; nothing is lost, it can be tried again."""


class NotThere(ArchiveError):
    """A WARC file is nowhere that can be seen from here."""


def check_store(url: str, folder: Path) -> None:
    """Raise ``ArchiveError`` for what can be no store of the files of ``folder``; the store itself is not asked."""
    protocol, _, path = url.partition("://")
    shown = _without_password(url)
    try:
        from fsspec import get_filesystem_class  # noqa: PLC0415 - an extra

        get_filesystem_class(protocol if path else "no protocol")
    except ImportError as error:
        needs = f"{error}; for S3: pip install '.[s3]'"
        raise ArchiveError(f"GONGKAI_WARC_STORE is {shown}, which needs a package: {needs}") from error
    except ValueError as error:
        raise ArchiveError(f"GONGKAI_WARC_STORE is {shown}: write s3://BUCKET/FOLDER or file:///FOLDER") from error
    if protocol in _FOLDERS and not path.startswith("/"):
        raise ArchiveError(f"GONGKAI_WARC_STORE is {shown}: write the whole path, as in file:///mnt/share/warc")
    if protocol in _FOLDERS and Path(path).exists() and Path(path).samefile(folder):
        # Whoever ships a file removes it from the folder: it would be gone.
        raise ArchiveError(f"GONGKAI_WARC_STORE is {shown}, the folder that WARC files are written to: name another")


class Store:
    """The files in one folder of a store. Every method raises ``StoreAway`` where it cannot be asked."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._on_disk = url.partition("://")[0] in _FOLDERS
        self.name = _without_password(url)

    def sizes(self) -> dict[str, int]:
        """The finished WARC files with their bytes, by one listing."""
        with self._asked() as (fs, root):
            fs.invalidate_cache()
            try:
                found = fs.ls(root, detail=True)
            except FileNotFoundError:
                found = self._nothing_yet(fs, root)
        sizes = {one["name"].rpartition("/")[2]: one["size"] for one in found if one["type"] == "file"}
        return {name: size for name, size in sizes.items() if name.startswith(PREFIX) and name.endswith(".warc.gz")}

    def _nothing_yet(self, fs: Any, root: str) -> list[dict[str, Any]]:
        """No files: a bucket's folder begins with its first one. A folder of a disk may be one that is not mounted."""
        try:
            if not root.startswith("/"):
                fs.ls(root.partition("/")[0])
                return []
        except FileNotFoundError:
            pass
        raise StoreAway(f"{self.name} is not there: mount it, or make its bucket or folder")

    def size(self, name: str) -> int | None:
        """The bytes of one file; None where there is none."""
        with self._asked(name) as (fs, path):
            fs.invalidate_cache()
            try:
                return int(fs.info(path)["size"])
            except FileNotFoundError:
                return None

    def part(self, name: str, start: int, end: int) -> bytes:
        """The bytes from ``start`` to before ``end``, by one request; fewer where the file ends."""
        with self._asked(name) as (fs, path):
            try:
                return bytes(fs.cat_file(path, start=start, end=end))
            except OSError as error:
                if error.errno == errno.EINVAL:  # S3's word for a start behind the end
                    return b""
                raise

    def chunks(self, name: str) -> Iterator[bytes]:
        """The whole file."""
        start, chunk = 0, b" " * CHUNK
        while len(chunk) == CHUNK:
            chunk = self.part(name, start, start + CHUNK)
            start += len(chunk)
            yield chunk

    def stream(self, name: str, buffer: int) -> io.BufferedReader:
        """The file for reading here and there, so many bytes a request."""
        return io.BufferedReader(_Parts(self, name), buffer)

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a file that nobody reads before it is renamed."""
        with self._asked(name) as (fs, path):
            with fs.open(path, "wb") as target:
                for chunk in chunks:
                    target.write(chunk)
            if self._on_disk:
                with Path(path).open("rb") as written:
                    os.fsync(written.fileno())

    def rename(self, before: str, name: str) -> None:
        with self._asked(before) as (fs, path):
            folder = path.removesuffix(before)
            fs.mv(path, folder + name)
            if self._on_disk:
                sync_folder(Path(folder))

    def remove(self, name: str) -> None:
        with self._asked(name) as (fs, path):
            fs.rm_file(path)

    @contextmanager
    def _asked(self, name: str = "") -> Iterator[tuple[Any, str]]:
        """The file system with a path in it; what goes wrong with them, in one line."""
        try:
            from fsspec.core import url_to_fs  # noqa: PLC0415 - an extra

            fs, root = url_to_fs(self._url)
            yield fs, f"{root.rstrip('/')}/{name}" if name else root
        except ArchiveError:
            raise
        except FileNotFoundError as error:
            where = f"neither here nor in {self.name}"
            raise NotThere(f"{name} is {where}: scrapy verify tells on which machine it should be") from error
        except Exception as error:
            told = (str(error).splitlines() or [type(error).__name__])[0]
            raise StoreAway(f"{self.name} cannot be used: {told}") from error


class _Parts(io.RawIOBase):
    """A file of which each part is fetched when it is read.

    fsspec's own files ask for the size first, a request for each file that is opened; whoever reads one record of it
    needs no size.
    """

    def __init__(self, store: Store, name: str) -> None:
        self._store, self._name, self._at = store, name, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_END:
            raise io.UnsupportedOperation("the end is not known")
        self._at = offset + (self._at if whence == io.SEEK_CUR else 0)
        return self._at

    def readinto(self, buffer: Any) -> int:
        data = self._store.part(self._name, self._at, self._at + len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _without_password(url: str) -> str:
    return re.sub(r"(://[^/:@]*):[^/@]*@", r"\1:***@", url)

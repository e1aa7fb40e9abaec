"""The container: a ZIP file with a description and a digest of each of its parts (WACZ 1.1.1, Frictionless package)."""

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

WACZ_VERSION = "1.1.1"
_PROFILE = "data-package"


class Part:
    """One file of the bundle while it is written: counts its bytes and computes its digest."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._sha256 = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Append ``data``; returns where it begins."""
        offset = self.size
        self._stream.write(data)
        self._sha256.update(data)
        self.size += len(data)
        return offset

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()


class Bundle:
    """Writes ``NAME.part``, which becomes ``NAME`` when the description of its parts stands in it; else it is removed.

    Raises ``FileExistsError`` where ``NAME`` is there already.
    """

    def __init__(self, path: Path, title: str, software: str, description: str) -> None:
        if path.exists():
            raise FileExistsError(path)
        self._path = path
        self._told = {"title": title, "description": description, "software": software}
        self._unfinished = path.with_name(path.name + ".part")
        self._zip = zipfile.ZipFile(self._unfinished, "w", allowZip64=True)
        self._parts: list[dict[str, Any]] = []

    @contextmanager
    def part(
        self, path: str, *, packed: bool = True, size: int = 0, fields: Mapping[str, str] | None = None
    ) -> Iterator[Part]:
        """Write one file; WARC files stay as they are (not ``packed``), so that a reader may look into the middle.

        ``size`` is how many bytes it may have: whatever may grow beyond 2 GB has to be announced (ZIP64), and nothing
        else should be, since ReplayWeb.page 2.4 cannot read small files that were.
        ``fields`` are the columns of a table with their types (Frictionless Table Schema).
        """
        info = zipfile.ZipInfo(path, datetime.now(UTC).timetuple()[:6])
        info.file_size = size
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        with self._zip.open(info, "w") as stream:
            part = Part(stream)
            yield part
        told: dict[str, Any] = {"name": path.rpartition("/")[2], "path": path}
        if fields:
            told["schema"] = {"fields": [{"name": name, "type": kind} for name, kind in fields.items()]}
        self._parts.append(told | {"hash": f"sha256:{part.sha256}", "bytes": part.size})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._describe()
        finally:
            self._zip.close()
            if kind is not None:
                self._unfinished.unlink(missing_ok=True)
        if kind is None:
            self._unfinished.rename(self._path)

    def _describe(self) -> None:
        package = {
            "profile": _PROFILE,
            "wacz_version": WACZ_VERSION,
            "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            **self._told,
            "resources": self._parts,
        }
        data = json.dumps(package, ensure_ascii=False, indent=2).encode()
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        self._zip.writestr("datapackage.json", data, zipfile.ZIP_DEFLATED)
        self._zip.writestr("datapackage-digest.json", json.dumps(digest), zipfile.ZIP_DEFLATED)

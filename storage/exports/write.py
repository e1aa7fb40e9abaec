"""``export_table``: one table of the archive as one file, or on standard output."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from sqlalchemy.orm import Session

from storage.database import Archive
from storage.exports.formats.csv import write_csv
from storage.exports.formats.jsonl import write_jsonl
from storage.exports.formats.parquet import write_parquet
from storage.exports.formats.xlsx import fits, write_xlsx
from storage.exports.long import FIGURES, FINDINGS, REPORTS
from storage.exports.panel import COVERAGE, PANEL
from storage.exports.tables import Row, Scope, Table, count_of, rows_of
from storage.exports.target import new_file

TABLES = {table.name: table for table in (PANEL, FIGURES, REPORTS, FINDINGS, COVERAGE)}
TEXTS = {"csv": write_csv, "jsonl": write_jsonl}  # what may go to standard output
FILES = {"parquet": write_parquet, "xlsx": write_xlsx}
FORMATS = (*TEXTS, *FILES)

Tell = Callable[[str, int, int, int], None]  # which table, counties done, of how many, rows


def export_table(archive: Archive, table: Table, scope: Scope, target: Path, file_format: str, tell: Tell) -> int:
    """Write a table to a new file; returns how many rows it has.

    Raises ``FileExistsError``, and ``ArchiveError`` where a format's library is missing or its rows do not fit.
    """
    with new_file(target) as part, consistent(archive) as session:
        return write_table(session, table, scope, part, file_format, tell)


def print_table(archive: Archive, table: Table, scope: Scope, stream: TextIO, file_format: str, tell: Tell) -> int:
    """Write a table to a stream as ``csv`` or ``jsonl``."""
    with consistent(archive) as session:
        rows = _Counted(session, table, scope, tell)
        TEXTS[file_format](stream, table.fields, rows)
    return rows.number


def write_table(session: Session, table: Table, scope: Scope, path: Path, file_format: str, tell: Tell) -> int:
    """Write a table to this path; returns how many rows it has."""
    rows = _Counted(session, table, scope, tell)
    if file_format in TEXTS:
        with path.open("w", encoding="utf-8", newline="") as file:
            TEXTS[file_format](file, table.fields, rows)
    else:
        if file_format == "xlsx":
            fits(count_of(session, table, scope), table.name)
        FILES[file_format](path, table.fields, rows)
    return rows.number


@contextmanager
def consistent(archive: Archive) -> Iterator[Session]:
    """A session that sees one state of the archive to its end, whatever is written meanwhile."""
    with archive.read() as session:
        if archive.engine.dialect.name == "postgresql":  # SQLite's read transaction is so anyway
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


class _Counted:
    """The rows of a table, counted while they pass."""

    def __init__(self, session: Session, table: Table, scope: Scope, tell: Tell) -> None:
        self._session, self._table, self._scope, self._tell = session, table, scope, tell
        self.number = 0

    def __iter__(self) -> Iterator[Row]:
        def tell(done: int, rows: int) -> None:
            self._tell(self._table.name, done, len(self._scope.codes), rows)

        for row in rows_of(self._session, self._table, self._scope, tell):
            self.number += 1
            yield row

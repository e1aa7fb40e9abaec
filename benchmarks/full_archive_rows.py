"""The rows of a simulated archive: collected by table, inserted as they are, with the readings of practice reports."""

import json
import sqlite3
from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from reports.model import Figure, Outcome, Report
from storage.models import (
    Base,
    CaptureRow,
    FigureRow,
    FindingRow,
    Portal,
    Reading,
    ReportRow,
    Run,
    SectionRow,
    TableRow,
    Visit,
)
from storage.records import RecordType, RunOutcome

_FILE_SIZE = 1 << 30  # bytes of a WARC file
_SOFTWARE = "gongkai-archive/benchmark"
_FIGURE = ("reading_id", "indicator_id", "value", "raw", "state", "note", "block", "grid_row", "grid_column", "page")

Fields = dict[str, Any]


class Sheets:
    """Rows that wait to be inserted, with the numbers that they are given; ``files`` are the WARC files so far."""

    def __init__(self, indicators: dict[str, int], now: datetime) -> None:
        self.now = now
        self.figures = 0
        self.files: dict[str, int] = {}
        self._indicators = indicators
        self._waiting: dict[type[Base], list[Fields]] = defaultdict(list)
        self._figure_rows: list[tuple[Any, ...]] = []
        self._last: Counter[type[Base]] = Counter()
        self._reports: dict[tuple[int, int | None], int] = {}
        self._of_report: dict[int, list[tuple[Any, ...]]] = {}

    def add(self, table: type[Base], **fields: Any) -> None:
        self._waiting[table].append(fields)

    def numbered(self, table: type[Base], **fields: Any) -> int:
        """Add a row with the next number of its table, which is returned."""
        self._last[table] += 1
        self.add(table, id=self._last[table], **fields)
        return self._last[table]

    def begin(self, days: tuple[datetime, ...]) -> tuple[int, ...]:
        """Runs that began at these times and finished; their numbers."""
        fields = {"trigger": "schedule", "arguments": {"county": "all"}, "software": _SOFTWARE, "host": "here"}
        ended = {"pid": 1, "vantage": "here", "outcome": RunOutcome.FINISHED}
        return tuple(
            self.numbered(Run, started_at=day, finished_at=day.replace(hour=23), **fields, **ended) for day in days
        )

    def report_row(self, agency: int, year: int | None) -> int:
        """The report of an agency and year, which its copies share."""
        if (agency, year) not in self._reports:
            self._reports[agency, year] = self.numbered(ReportRow, agency_id=agency, year=year)
        return self._reports[agency, year]

    def capture(self, code: str, url: str, run: int, at: datetime, size: int, status: int = 200) -> int:
        """An answer in the WARC file under way."""
        if not self.files or self.files[list(self.files)[-1]] > _FILE_SIZE:
            self.files[f"gongkai-{at:%Y%m%d%H%M%S}-{len(self.files):05d}-here.warc.gz"] = 400
        name = list(self.files)[-1]
        offset, length = self.files[name], size // 7 + 900
        self.files[name] += length
        number = self._last[CaptureRow] + 1
        return self.numbered(
            CaptureRow,
            run_id=run,
            portal_code=code,
            url=url,
            status=status,
            fetched_at=at,
            record_type=RecordType.RESPONSE,
            warc_file=name,
            warc_offset=offset,
            warc_length=length,
            payload_sha256=f"{number:064x}",
            payload_bytes=size,
            content_type="text/html",
            etag=None,
            last_modified=None,
            ip="127.0.0.1",
        )

    def visit(self, code: str, run: int, at: datetime, **fields: Any) -> None:
        """A visit as most are; ``fields`` say otherwise."""
        plain: Fields = dict.fromkeys(column.name for column in Visit.__table__.columns if column.nullable)
        plain |= {"requests": 20, "list_pages": 1, "detail": "", "family": "trs"}
        self.numbered(Visit, run_id=run, portal_code=code, started_at=at, finished_at=at, **(plain | fields))

    def portal(self, code: str, home: str | None) -> None:
        plain: Fields = dict.fromkeys(column.name for column in Portal.__table__.columns if column.nullable)
        family = {"family": "trs", "family_score": 5, "family_evidence": "meta"} if home else {}
        self.add(Portal, **(plain | {"code": code, "home": home, "notes": ""} | family))

    def reading(self, version: int, report: Report, parser: str, capture: int, **fields: Any) -> int:
        """The reading of a version; ``fields`` say what is not as the report has it."""
        names = [column.name for column in Reading.__table__.columns if hasattr(report, column.name)]
        told: Fields = {name: getattr(report, name) for name in names}
        told |= {"version_id": version, "read_at": self.now, "parser": parser, "published_from": "meta"}
        told |= {"page_capture_id": capture, "read_capture_id": capture, "charset": "utf-8"}
        told["failed_checks"] = sum(one.outcome is Outcome.FAIL and not one.soft for one in report.findings)
        told["repairs"], told["review"] = dict(report.repairs), list(report.review)
        number = self.numbered(Reading, **(told | fields))
        self._parts(number, report)
        return number

    def _parts(self, reading: int, report: Report) -> None:
        for position, one in enumerate(report.sections):
            self.add(
                SectionRow,
                reading_id=reading,
                position=position,
                ordinal=one.ordinal,
                heading=one.heading,
                text=one.text,
            )
        for position, found in enumerate(report.findings):
            told: Fields = {"check_code": found.check, "fingerprint": found.fingerprint, "position": position}
            told |= {name: getattr(found, name) for name in ("subject", "outcome", "detail", "soft")}
            self.add(FindingRow, reading_id=reading, **told)
        for table in report.tables:
            for block, source in table.blocks:
                place: Fields = {"block": block, "part": source.part, "page": source.page}
                place |= {"start_byte": source.start, "end_byte": source.end, "confidence": table.confidence}
                self.add(TableRow, reading_id=reading, name=table.name, form=table.form, **place)
        rows = self._of_report.get(id(report.figures))
        if rows is None:
            rows = [(self._indicators[code], *_figure(one)) for code, one in report.figures.items()]
            self._of_report[id(report.figures)] = sorted(rows)
        self._figure_rows += [(reading, *row) for row in rows]
        self.figures += len(rows)

    def flush(self, database: sqlite3.Connection) -> None:
        """Insert what waits."""
        for table, rows in self._waiting.items():
            names = list(rows[0])
            values = [[_bare(row[name]) for name in names] for row in rows]
            database.executemany(_insert(table, names), values)
        database.executemany(_insert(FigureRow, list(_FIGURE)), self._figure_rows)
        self._waiting.clear()
        self._figure_rows.clear()


def _figure(figure: Figure) -> tuple[Any, ...]:
    block, row, column, page = figure.origin[:4] if figure.origin else (None, None, None, None)
    return figure.value, figure.raw, str(figure.state), figure.note or None, block, row, column, page


def _insert(table: type[Base], names: list[str]) -> str:
    return f"INSERT INTO {table.__tablename__} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - our own names


def _bare(value: Any) -> Any:
    """A value as SQLAlchemy would have stored it."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict | tuple) else value

"""Every report read again from its bytes in the WARC files by today's parser: a new reading beside the old ones.

Nothing is fetched and no version is made: a better parser reads the same bytes, it does not change what stood there.
Documents are read in processes of their own; this one keeps the database.
"""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports import normalize, unread
from reports.covers import File, read_behind
from reports.model import WAITING, Report, Unreadable
from reports.version import PARSER_VERSION
from storage.amendments import counting_reading
from storage.captures import full_captures, to_capture
from storage.database import Archive
from storage.differences import Change, figure_changes
from storage.documents import settle_report
from storage.errors import ArchiveError
from storage.figures import figures_of
from storage.models import Attachment, CaptureRow, Document, Reading, Version
from storage.readings import rows_of, store_reading
from storage.records import AttachmentKind, Capture
from storage.search.index import reindex
from storage.settled import unsettle
from storage.shelf import Shelf
from storage.versions import recency
from storage.warc import read_content

_AT_ONCE = 200  # versions whose captures are looked up together
_AHEAD = 4  # readings under way for each process


class Reread(StrEnum):
    """What reading a version again came to."""

    SAME = "same"  # all figures and the text as before
    TEXT = "text-changed"  # the same figures
    FIGURES = "figures-changed"
    NOW_READ = "now-read"  # it waited for a reader that is there now
    WAITING = "waiting"  # it still does
    FAILED = "failed"  # the bytes are lost or cannot be read any more; the old reading stays


@dataclass(frozen=True, slots=True)
class Job:
    """A version to read: whose portal, what its last reading is, and the full captures of its bytes."""

    version_id: int
    document_id: int
    portal_code: str
    url: str
    title: str
    reading_id: int
    page: Capture
    page_id: int
    further: tuple[Capture, ...]
    files: tuple[tuple[str, Capture, int], ...]  # address on the page, capture, its row


@dataclass(frozen=True, slots=True)
class Outcome:
    """One version read again; ``changes`` counts its figures, ``moved`` says that it is another report's now."""

    url: str
    portal_code: str
    title: str
    reread: Reread
    detail: str = ""
    changes: Mapping[Change, int] = field(default_factory=dict)
    moved: str = ""


def reparse(
    archive: Archive,
    codes: Sequence[str] | None = None,
    *,
    before: int = int(PARSER_VERSION),
    ocr: bool = False,
    dry_run: bool = False,
    processes: int = 1,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Iterator[Outcome]:
    """Read the versions again whose newest reading is by a parser older than ``before``, or waits for a reader.

    Args:
        archive: where the new readings go.
        codes: the portals' counties, or None for all.
        before: a parser's version.
        ocr: whether to recognise pictures, which takes seconds a page.
        dry_run: whether to tell what would change, and keep nothing.
        processes: that read at once.
        tell: called with how many versions are done, and of how many.
    """
    chosen = _chosen(archive, codes, before)
    context = multiprocessing.get_context("forkserver")  # a fork would share this process's database connections
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        done = 0
        waiting: list[tuple[Job, Future[_Read]]] = []
        for job in _jobs(archive, chosen):
            waiting.append((job, pool.submit(_read, archive.shelf, job, ocr=ocr)))
            while len(waiting) >= _AHEAD * processes:
                yield _kept(archive, *waiting.pop(0), dry_run=dry_run)
                done += 1
                tell(done, len(chosen))
        for job, read in waiting:
            yield _kept(archive, job, read, dry_run=dry_run)
            done += 1
            tell(done, len(chosen))


@dataclass(frozen=True, slots=True)
class _Read:
    """What a process made of the bytes: a report with the row of the capture it was read from, or why there is none."""

    report: Report | None
    capture_id: int
    error: str = ""


def _read(shelf: Shelf, job: Job, *, ocr: bool) -> _Read:
    """Read one version; runs in a process of its own and touches nothing but WARC files."""
    hints = {"url": job.page.url, "county_code": job.portal_code, "title_hint": job.title}
    try:
        body = read_content(shelf, job.page)
        further = [read_content(shelf, part) for part in job.further]
        try:
            page = normalize(body, content_type=job.page.content_type, further=further, ocr=ocr, **hints)
        except Unreadable as error:
            if error.waits_for is None:
                raise
            return _Read(unread(error.waits_for, **hints), job.page_id)
        rows = {url: row for url, _, row in job.files}
        files = {url: File(one.url, read_content(shelf, one), one.content_type) for url, one, _ in job.files}
        behind = read_behind(page, files, county_code=job.portal_code, ocr=ocr)
        return _Read(behind.report, rows[behind.read_from[0]] if behind.read_from else job.page_id)
    except (ArchiveError, Unreadable) as error:
        return _Read(None, job.page_id, str(error))


def _chosen(archive: Archive, codes: Sequence[str] | None, before: int) -> list[int]:
    """The versions to read, in the order in which they came."""
    rows = (
        select(Reading.version_id, Reading.parser, Reading.content_kind)
        .join(Version, Version.id == Reading.version_id)
        .join(Document, Document.id == Version.document_id)
        .order_by(Reading.version_id, Reading.id)
    )
    if codes is not None:
        rows = rows.where(Document.portal_code.in_(codes))
    settled: dict[int, bool] = {}
    with archive.read() as session:
        for version, parser, kind in session.execute(rows):
            done = kind not in WAITING and int(parser) >= before
            settled[version] = settled.get(version, False) or done
    return [version for version, done in settled.items() if not done]


def _jobs(archive: Archive, versions: Sequence[int]) -> Iterator[Job]:
    for start in range(0, len(versions), _AT_ONCE):
        with archive.read() as session:
            jobs = [_job(session, version) for version in versions[start : start + _AT_ONCE]]
        yield from jobs


def _job(session: Session, version: int) -> Job:
    document = session.scalars(
        select(Document).join(Version, Version.document_id == Document.id).where(Version.id == version)
    ).one()
    last = counting_reading(session, version)
    rows = session.scalars(select(Attachment).where(Attachment.version_id == version).order_by(Attachment.id)).all()
    held = [(row, row.capture) for row in rows if row.capture is not None]
    full = full_captures(session, {last.page_capture.payload_sha256, *(one.payload_sha256 for _, one in held)})

    def of(capture: CaptureRow) -> Capture:
        found = full.get(capture.payload_sha256)
        return to_capture(capture) if found is None else replace(found, url=capture.url)

    return Job(
        version_id=version,
        document_id=document.id,
        portal_code=document.portal_code,
        url=document.url,
        title=last.title,
        reading_id=last.id,
        page=of(last.page_capture),
        page_id=last.page_capture_id,
        further=tuple(of(one) for row, one in held if row.kind is AttachmentKind.PAGE),
        files=tuple((row.url, of(one), one.id) for row, one in held if row.kind is not AttachmentKind.PAGE),
    )


def _kept(archive: Archive, job: Job, future: "Future[_Read]", *, dry_run: bool) -> Outcome:
    """What a new reading changes, and, unless it is a rehearsal, the reading in the archive."""
    read = future.result()
    report = read.report
    if report is None:
        return Outcome(job.url, job.portal_code, job.title, Reread.FAILED, read.error)
    with archive.read() as session:
        last = session.get_one(Reading, job.reading_id)
        changes = Counter(one.change for one in figure_changes(figures_of(session, last.id), report.figures))
        kind = _kind(last, report, changes)
    moved = ""
    if not dry_run:
        rows = rows_of(report)
        with archive.write() as session:
            unsettle(session, job.portal_code)
            store_reading(session, job.version_id, rows, job.page_id, read.capture_id)
            moved = _moved(session, job.version_id, report)
            unsettle(session, job.portal_code)
            reindex(session, [job.document_id])
    return Outcome(job.url, job.portal_code, report.title, kind, "", dict(changes), moved)


def _kind(last: Reading, report: Report, changes: Mapping[Change, int]) -> Reread:
    if report.content_kind in WAITING:
        return Reread.WAITING if last.content_kind in WAITING else Reread.TEXT
    if last.content_kind in WAITING:
        return Reread.NOW_READ
    if changes:
        return Reread.FIGURES
    return Reread.SAME if last.fingerprint == report.fingerprint else Reread.TEXT


def _moved(session: Session, version: int, report: Report) -> str:
    """Where a document goes whose present version is another report's by its new reading; "" if it stays."""
    document = session.scalars(
        select(Document).join(Version, Version.document_id == Document.id).where(Version.id == version)
    ).one()
    versions = session.scalars(select(Version).where(Version.document_id == document.id))
    if max(versions, key=recency).id != version or counting_reading(session, version).fingerprint != report.fingerprint:
        return ""
    return settle_report(session, document, report)

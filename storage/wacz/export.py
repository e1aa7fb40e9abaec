"""``export_wacz``: the records, their index, a page for each version of a report, and what was read of it."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.amendments import counting_reading
from storage.cdxj import sorted_index
from storage.database import Archive
from storage.errors import ArchiveError
from storage.evidence import Held
from storage.figures import figures_of, text_of
from storage.members import Member, TornMember, contents, read_member
from storage.models import Indicator, Reading, Version
from storage.records import Capture, RecordType
from storage.store import StoreAway
from storage.wacz.bundle import Bundle, Part
from storage.wacz.choice import chosen_captures, chosen_reports

RECORDS = "records.warc.gz"
FIGURES = {
    "county_code": "string",  # GB/T 2260
    "year": "integer",
    "agency_kind": "string",
    "url": "string",
    "version": "integer",
    "indicator": "string",
    "unit": "string",
    "state": "string",  # number, zero, blank, not_applicable, missing or text
    "value": "number",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds; ``damaged`` records could not be proved and are left out, by name."""

    reports: int
    records: int
    size: int  # bytes of the file
    damaged: tuple[str, ...]


def export_wacz(
    archive: Archive,
    target: Path,
    codes: Sequence[str] | None,
    years: Collection[int] | None,
    *,
    title: str,
    software: str,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Exported:
    """Write the reports of these counties and years (None: all) with all that proves them to ``target``.

    ``tell`` is called with how many records are done, and of how many. Raises ``ArchiveError`` where there is nothing
    to export, and ``FileExistsError``.
    """
    with archive.read() as session:
        reports = chosen_reports(session, codes, years)
        captures = chosen_captures(session, reports, codes, years)
        if not captures:
            raise ArchiveError("nothing is archived of that; scrapy coverage shows what is held")
        told = f"{len(reports)} documents, {len(captures)} records; figures/ holds what was read of them"
        with Bundle(target, title, software, told) as bundle:
            with bundle.part(f"archive/{RECORDS}", packed=False, size=_most(captures)) as part:
                copied, damaged = _copy(archive, captures, part, tell)
            with bundle.part("indexes/index.cdxj") as part:
                for line in sorted_index((capture, RECORDS, place) for capture, place in copied):
                    part.write(f"{line}\n".encode())
            with bundle.part("pages/pages.jsonl") as part:
                for page in _pages(session, reports, frozenset(capture.url for capture, _ in copied)):
                    part.write(f"{json.dumps(page, ensure_ascii=False)}\n".encode())
            with bundle.part("figures/figures.csv", fields=FIGURES) as part:
                for line in _figures(session, reports):
                    part.write(line.encode())
    return Exported(len(reports), len(copied), target.stat().st_size, tuple(damaged))


def _most(captures: Sequence[Capture]) -> int:
    """As many bytes as these records can take, with their requests and the warcinfo records."""
    return sum(capture.warc_length + 4_096 for capture in captures)


def _copy(
    archive: Archive, captures: Sequence[Capture], part: Part, tell: Callable[[int, int], None]
) -> tuple[list[tuple[Capture, int]], list[str]]:
    """Copy the records byte for byte, each with its request, and each file's warcinfo before its first one."""
    copied: list[tuple[Capture, int]] = []
    damaged: list[str] = []
    done = 0
    for name, grouped in groupby(captures, key=lambda one: one.warc_file):
        with ExitStack() as stack:
            stream: BinaryIO | None = None
            for capture in grouped:
                try:
                    if stream is None:
                        stream = stack.enter_context(archive.shelf.open(name))
                        _copy_info(stream, part)
                    copied.append((capture, _copy_record(stream, capture, part)))
                except StoreAway:
                    raise
                except (ArchiveError, TornMember, EOFError) as error:
                    damaged.append(f"{name}, byte {capture.warc_offset}, {capture.url}: {error or 'no record'}")
                done += 1
                tell(done, len(captures))
    return copied, damaged


def _copy_info(stream: BinaryIO, part: Part) -> None:
    """Copy the record that says how the file was made; without one, the others are as good."""
    with suppress(TornMember, EOFError):
        info = read_member(stream, 0)
        if info.type == "warcinfo":
            part.write(_raw(stream, info))


def _copy_record(stream: BinaryIO, capture: Capture, part: Part) -> int:
    """Copy one record, proved, with the request behind it; returns where it begins."""
    record = read_member(stream, capture.warc_offset)
    _prove(record, capture)
    place = part.write(_raw(stream, record))
    request = _request(stream, record)
    if request is not None:
        part.write(_raw(stream, request))
    return place


def _raw(stream: BinaryIO, member: Member) -> bytes:
    stream.seek(member.offset)
    return stream.read(member.length)


def _prove(record: Member, capture: Capture) -> None:
    if record.type != capture.record_type:
        raise ArchiveError(f"a {record.type} record stands there")
    if capture.record_type is not RecordType.REVISIT:
        digest = hashlib.sha256(contents(record)[2]).hexdigest()
        if digest != capture.payload_sha256:
            raise ArchiveError(f"the payload's sha256 is {digest}, recorded was {capture.payload_sha256}")


def _request(stream: BinaryIO, record: Member) -> Member | None:
    """The request behind an answer; none behind what a person saved, nor where it was torn away."""
    try:
        following = read_member(stream, record.offset + record.length)
    except (EOFError, TornMember):
        return None
    return following if following.type == "request" else None


def _versions(session: Session, reports: Sequence[Held]) -> Iterator[tuple[Held, Version, Reading]]:
    for document in reports:
        versions = select(Version).where(Version.document_id == document.document_id).order_by(Version.number)
        for version in session.scalars(versions):
            yield document, version, counting_reading(session, version.id)


def _pages(session: Session, reports: Sequence[Held], there: Collection[str]) -> Iterator[dict[str, object]]:
    """The entry points for a reader of the archive (pages.jsonl), with the text to be searched: of what is in it."""
    yield {"format": "json-pages-1.0", "id": "pages", "title": "Reports", "hasText": True}
    for document, version, reading in _versions(session, reports):
        page = reading.page_capture
        if page.url not in there:
            continue
        yield {
            "id": f"{document.document_id}-{version.number}",
            "url": page.url,
            "ts": page.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "title": f"{document.county_code} {document.year or '?'} {reading.title}",
            "text": text_of(session, reading.id),
        }


def _figures(session: Session, reports: Sequence[Held]) -> Iterator[str]:
    """The figures as CSV, a cell a line; blank, ``/`` and 0 are told apart by their state."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    units = {code: unit for code, unit in session.execute(select(Indicator.code, Indicator.unit))}  # noqa: C416
    writer.writerow(FIGURES)
    for document, version, reading in _versions(session, reports):
        about = (document.county_code, document.year, document.kind, document.url, version.number)
        for code, figure in figures_of(session, reading.id).items():
            writer.writerow((*about, code, units[code], figure.state, figure.value))
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()

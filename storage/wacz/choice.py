"""What goes into an export: some counties' reports of some years, and the captures behind them."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from storage.captures import CAPTURE_COLUMNS, full_captures
from storage.evidence import Held, gather
from storage.models import Attachment, CaptureRow, Document, Reading, Version
from storage.records import Capture, RecordType

_AT_ONCE = 500  # documents asked for together


def chosen_reports(session: Session, codes: Sequence[str] | None, years: Collection[int] | None) -> list[Held]:
    """The documents about these counties' reports of these years (None: all), by county and year."""
    wanted = None if codes is None else frozenset(codes)
    return sorted(
        (
            document
            for (code, year), documents in gather(session, codes).reports.items()
            if (wanted is None or code in wanted) and (years is None or year in years)
            for document in documents
        ),
        key=lambda one: (one.county_code, one.year or 0, one.document_id),
    )


def chosen_captures(
    session: Session, reports: Sequence[Held], codes: Sequence[str] | None, years: Collection[int] | None
) -> list[Capture]:
    """The captures behind these reports, in the order of the WARC files, and the records that they repeat.

    Where no years are named, everything that the counties' portals were ever asked: list pages, what failed.
    """
    queries = list(_of_documents([one.document_id for one in reports]))
    if years is None:
        asked = select(*CAPTURE_COLUMNS)
        queries.append(asked if codes is None else asked.where(CaptureRow.portal_code.in_(codes)))
    found = {_place(one): one for query in queries for one in (Capture(*row) for row in session.execute(query))}
    full = {one.payload_sha256 for one in found.values() if one.record_type is not RecordType.REVISIT}
    repeated = {one.payload_sha256 for one in found.values()} - full
    found.update((_place(one), one) for one in full_captures(session, repeated).values())
    return [found[place] for place in sorted(found)]


def _place(capture: Capture) -> tuple[str, int]:
    return capture.warc_file, capture.warc_offset


def _of_documents(documents: Sequence[int]) -> Iterator[Select[Any]]:
    """All that was captured at the documents' addresses, what they were read from, and what belongs to them."""
    for start in range(0, len(documents), _AT_ONCE):
        ours = documents[start : start + _AT_ONCE]
        here = and_(CaptureRow.portal_code == Document.portal_code, CaptureRow.url == Document.url)
        yield select(*CAPTURE_COLUMNS).join(Document, here).where(Document.id.in_(ours))
        versions = select(Version.id).where(Version.document_id.in_(ours))
        for capture, version in (
            (Reading.page_capture_id, Reading.version_id),
            (Reading.read_capture_id, Reading.version_id),
            (Attachment.capture_id, Attachment.version_id),
        ):
            captures = select(capture).where(version.in_(versions))
            yield select(*CAPTURE_COLUMNS).where(CaptureRow.id.in_(captures))

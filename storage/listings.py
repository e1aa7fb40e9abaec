"""List pages in SQL: what stood on them and until when, an unchanged page without a second copy of its links."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple

from sqlalchemy import insert, select

from storage.captures import store_captures, store_portal
from storage.database import Archive
from storage.models import Candidate, Listing
from storage.records import Capture, ListingRecord, PortalRecord
from storage.settled import unsettle


def save_listing(
    archive: Archive, run_id: int, portal: PortalRecord, listing: ListingRecord, captures: Sequence[Capture]
) -> None:
    """Record one list page as read.

    Where it shows the same links with the same verdicts as the last time, whatever its counters and ads do, the
    listing at hand is prolonged to this capture: a yearly list read weekly stays one listing.
    """
    content = _content_sha256(listing)
    seen = listing.capture.fetched_at
    with archive.write() as session:
        store_portal(session, portal)
        ids = store_captures(session, run_id, [*captures, listing.capture], portal.code)
        capture_id = ids[listing.capture]
        same_page = select(Listing).where(Listing.portal_code == portal.code, Listing.url == listing.url)
        row = session.scalar(same_page.order_by(Listing.id.desc()).limit(1))
        if row is None or row.content_sha256 != content:
            row = Listing(
                portal_code=portal.code,
                url=listing.url,
                number=listing.number,
                column_name=listing.column_name,
                last=listing.last,
                end_proof=listing.end,
                content_sha256=content,
                first_capture_id=capture_id,
                last_capture_id=capture_id,
                first_run_id=run_id,
                last_run_id=run_id,
                first_seen=seen,
                last_seen=seen,
            )
            session.add(row)
            session.flush()
            links = [
                {"listing_id": row.id, "position": position}
                | {name: getattr(candidate, name) for name in candidate.__dataclass_fields__}
                for position, candidate in enumerate(listing.candidates)
            ]
            if links:
                session.execute(insert(Candidate), links)
        unsettle(session, portal.code)
        row.last_capture_id, row.last_run_id, row.last_seen = capture_id, run_id, seen


def _content_sha256(listing: ListingRecord) -> str:
    content = [listing.number, listing.column_name, listing.last, [astuple(link) for link in listing.candidates]]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()

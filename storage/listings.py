"""List pages in SQL: what stood on them and until when, an unchanged page without a second copy of its links."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from storage.captures import store_captures, store_portal
from storage.database import Archive
from storage.inserting import insert_row, insert_rows
from storage.models import Candidate, Listing
from storage.records import Capture, ListingRecord, PortalRecord
from storage.settled import unsettle


def save_listings(
    archive: Archive, run_id: int, portal: PortalRecord, listings: Sequence[ListingRecord], captures: Sequence[Capture]
) -> None:
    """Record list pages as read.

    Where one shows the same links with the same verdicts as the last time, whatever its counters and ads do, the
    listing at hand is prolonged to this capture: a yearly list read weekly stays one listing.
    """
    contents = list(map(_content_sha256, listings))
    every = [*captures, *(listing.capture for listing in listings)]
    with archive.write() as session:
        store_portal(session, portal)
        ids = store_captures(session, run_id, every, portal.code)
        for listing, content in zip(listings, contents, strict=True):
            _store(session, run_id, portal, listing, ids[listing.capture], content)
        unsettle(session, portal.code)


def _store(
    session: Session, run_id: int, portal: PortalRecord, listing: ListingRecord, capture_id: int, content: str
) -> None:
    seen = listing.capture.fetched_at
    latest = session.execute(_LATEST, {"portal": portal.code, "url": listing.url}).one_or_none()
    last = {"last_capture_id": capture_id, "last_run_id": run_id, "last_seen": seen}
    if latest is not None and latest.content_sha256 == content:
        session.connection().execute(update(Listing).where(Listing.id == latest.id), last)
        return
    row = {
        "portal_code": portal.code,
        "url": listing.url,
        "number": listing.number,
        "column_name": listing.column_name,
        "last": listing.last,
        "end_proof": listing.end,
        "content_sha256": content,
        "first_capture_id": capture_id,
        "first_run_id": run_id,
        "first_seen": seen,
    }
    listing_id = insert_row(session, Listing, row | last)
    links = [
        {"listing_id": listing_id, "position": position}
        | {name: getattr(candidate, name) for name in candidate.__dataclass_fields__}
        for position, candidate in enumerate(listing.candidates)
    ]
    insert_rows(session, Candidate, links)


_LATEST = (
    select(Listing.id, Listing.content_sha256)
    .where(Listing.portal_code == bindparam("portal"), Listing.url == bindparam("url"))
    .order_by(Listing.id.desc())
    .limit(1)
)


def _content_sha256(listing: ListingRecord) -> str:
    content = [listing.number, listing.column_name, listing.last, [astuple(link) for link in listing.candidates]]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()

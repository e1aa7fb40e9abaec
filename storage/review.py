"""What waits for a person, the documents whose identity the parser is not sure of, and what the person says of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from reports.model import AgencyKind
from storage.amendments import counting_reading
from storage.database import Archive
from storage.errors import ArchiveError
from storage.evidence import Held, gather
from storage.models import Decision, Document, Version
from storage.records import Verdict
from storage.search.index import reindex
from storage.settled import unsettle
from storage.versions import recency


@dataclass(frozen=True, slots=True)
class Correction:
    """What a document is instead of what its reading says; None: as read."""

    county_code: str | None = None
    kind: AgencyKind | None = None
    year: int | None = None


def decide(
    archive: Archive, document_id: int, verdict: Verdict, by: str, reason: str, correction: Correction | None = None
) -> Decision:
    """Record what a person says of a document as it stands now; the reading stays as it is.

    Raises:
        ArchiveError: no document has this number.
    """
    said = correction or Correction()
    with archive.write() as session:
        document = session.get(Document, document_id)
        if document is None:
            raise ArchiveError(f"no document has the number {document_id}; scrapy review lists those that wait")
        versions = session.scalars(select(Version).where(Version.document_id == document_id))
        seen = counting_reading(session, max(versions, key=recency).id)
        decision = Decision(
            document_id=document_id,
            reading_id=seen.id,
            verdict=verdict,
            decided_by=by,
            reason=reason,
            decided_at=datetime.now(UTC),
            county_code=said.county_code,
            agency_kind=said.kind,
            year=said.year,
        )
        session.add(decision)
        session.flush()
        unsettle(session, document.portal_code)
        reindex(session, [document_id])
        session.expunge(decision)
    return decision


def in_doubt(archive: Archive, codes: Sequence[str] | None) -> list[Held]:
    """The documents in doubt that were found on these counties' portals, or are about them; None: all."""
    with archive.read() as session:
        found = gather(session, codes)
    documents = [one for there in found.by_url.values() for one in there if one.needs_review]
    return sorted(documents, key=lambda one: (one.portal_code, one.year or 0, one.document_id))

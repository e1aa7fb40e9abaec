"""People's decisions on documents in doubt: in force while the version that they saw stands there."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Decision, Reading
from storage.models.base import among


def latest_decisions(session: Session, documents: Sequence[int] | None = None) -> dict[int, tuple[Decision, int]]:
    """The latest decision on each document (None: all) that people spoke of, with the version that was seen."""
    latest = select(func.max(Decision.id)).where(among(Decision.document_id, documents)).group_by(Decision.document_id)
    rows = (
        select(Decision, Reading.version_id)
        .join(Reading, Reading.id == Decision.reading_id)
        .where(Decision.id.in_(latest))
    )
    return {decision.document_id: (decision, version) for decision, version in session.execute(rows)}

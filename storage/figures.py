"""The figures of a county's own report of a year, as its newest reading gives them."""

from sqlalchemy import select

from reports.model import Figure
from storage.coverage import stand
from storage.database import Archive
from storage.evidence import gather
from storage.models import FigureRow, Indicator


def figures(archive: Archive, code: str, year: int) -> dict[str, Figure]:
    """Indicator code to figure, in the order of the official forms; empty where no report is held."""
    with archive.read() as session:
        document = stand(gather(session, [code]), code, year).document
        if document is None:
            return {}
        rows = (
            select(Indicator.code, FigureRow.value, FigureRow.raw, FigureRow.state)
            .join(Indicator, Indicator.id == FigureRow.indicator_id)
            .where(FigureRow.reading_id == document.reading_id)
            .order_by(Indicator.id)
        )
        return {name: Figure(value, raw, state) for name, value, raw, state in session.execute(rows)}

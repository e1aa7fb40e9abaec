"""What a reading gave: the figures of a county's own report of a year, and its text."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.model import Figure, Origin
from storage.database import Archive
from storage.evidence import gather
from storage.models import FigureRow, Indicator, SectionRow
from storage.standing import stand


def figures(archive: Archive, code: str, year: int) -> dict[str, Figure]:
    """Indicator code to figure, in the order of the official forms; empty where no report is held."""
    with archive.read() as session:
        document = stand(gather(session, [code]), code, year).document
        if document is None:
            return {}
        return figures_of(session, document.reading_id)


def figures_of(session: Session, reading_id: int) -> dict[str, Figure]:
    """The figures of one reading by indicator code, in the order of the official forms."""
    rows = (
        select(Indicator.code, FigureRow)
        .join(Indicator, Indicator.id == FigureRow.indicator_id)
        .where(FigureRow.reading_id == reading_id)
        .order_by(Indicator.id)
    )
    return {name: _figure(row) for name, row in session.execute(rows)}


def text_of(session: Session, reading_id: int) -> str:
    """The text of a reading, headings included, as ``reports.model.Report.text`` gave it."""
    rows = select(SectionRow).where(SectionRow.reading_id == reading_id).order_by(SectionRow.position)
    return "\n".join(part for row in session.scalars(rows) for part in (row.heading, row.text) if part)


def _figure(row: FigureRow) -> Figure:
    origin = None
    if row.block is not None and row.grid_row is not None and row.grid_column is not None:
        sure = 1.0 if row.confidence is None else row.confidence
        origin = Origin(row.block, row.grid_row, row.grid_column, row.page, sure)
    return Figure(row.value, row.raw, row.state, row.note or "", origin)

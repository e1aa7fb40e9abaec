"""What a version was read as: its figures and checks, the readings before, and who saved it where a person did."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports.model import Outcome
from storage.differences import Change, figure_changes
from storage.figures import figures_of
from storage.models import CaptureRow, FigureRow, FindingRow, Reading, Run
from storage.records import RecordType
from storage.why.steps import Step, beijing_time


def reading_steps(session: Session, counting: Reading) -> Iterator[Step]:
    """The reading that counts with its checks, and the others of the same bytes."""
    yield from _reading(session, counting)
    yield from _readings_before(session, counting)


def _reading(session: Session, reading: Reading) -> Iterator[Step]:
    figures = session.scalar(select(func.count()).where(FigureRow.reading_id == reading.id))
    review = f"; to be reviewed: {'; '.join(reading.review)}" if reading.needs_review else ""
    who = f"{reading.agency or 'agency not known'}, {reading.year or 'year not known'}"
    form = f"form {reading.form}" if reading.form else "no official form"
    yield Step("reading", f"{who}, parser {reading.parser}, {form}, {figures} figures{review}")
    checks = session.scalars(
        select(FindingRow).where(FindingRow.reading_id == reading.id).order_by(FindingRow.position)
    ).all()
    counts = Counter(_named(check) for check in checks)
    told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"
    yield Step("check", f"checks: {told}")
    for check in checks:
        if check.outcome is Outcome.FAIL:
            failed = "does not hold, which need not be a mistake (a soft check)" if check.soft else "failed"
            yield Step("check", f"{check.check_code} on {check.subject} {failed}: {check.detail}")


def _readings_before(session: Session, counting: Reading) -> Iterator[Step]:
    """The readings of the same bytes that do not count any more, or never did; they are kept."""
    others = select(Reading).where(Reading.version_id == counting.version_id, Reading.id != counting.id)
    for reading in session.scalars(others.order_by(Reading.id.desc())):
        changes = Counter(
            one.change for one in figure_changes(*(figures_of(session, one.id) for one in (reading, counting)))
        )
        told = ", ".join(f"{changes[change]} {change}" for change in Change if changes[change]) or "none"
        yield Step(
            "reading", f"also read by parser {reading.parser}, {beijing_time(reading.read_at)}; figures since: {told}"
        )


def _named(check: FindingRow) -> str:
    """The outcome of a check; a soft one that fails is no sum that does not add up."""
    return f"soft {check.outcome}" if check.soft and check.outcome is Outcome.FAIL else check.outcome


def by_hand(session: Session, capture: CaptureRow) -> str:
    """That a person saved the page, where they did."""
    if capture.record_type is not RecordType.RESOURCE:
        return ""
    run = session.get(Run, capture.run_id) if capture.run_id else None
    who = f" by {run.arguments['by']}" if run else ""
    return f", saved by hand{who}, {beijing_time(capture.fetched_at)} Beijing time"

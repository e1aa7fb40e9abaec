"""What is held of a cell: versions with their captures, readings, checks and amendments, copies, neighbouring years."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.checks import across_years
from reports.copies import Likeness, compare
from reports.model import WAITING, CellState, Figure, Outcome
from storage.amendments import Amendment, amendments, counting_reading
from storage.evidence import Evidences, Held
from storage.figures import figures_of, text_of
from storage.models import Decision, Gone, Version
from storage.records import Verdict
from storage.standing import stand
from storage.why.readings import by_hand, reading_steps
from storage.why.steps import Step, beijing_time, proved, span
from storage.withdrawals import Withdrawal

_LIKENESS = {
    Likeness.COPY: "a copy of the same report",
    Likeness.EDITION: "another edition of the same report",
    Likeness.OTHER: "another text of the same agency and year",
}
_NAMED = 5  # figures that differ, lists without a document


def document_steps(session: Session, found: Evidences, code: str, year: int, document: Held) -> Iterator[Step]:
    """A document that is held, from its bytes to its checks, and how it agrees with the others that are held."""
    yield from _document(session, document)
    if document.decision is not None:
        yield decided(document.decision, document.url)
    if document.withdrawn is not None:
        yield from _taken_down(session, document, document.withdrawn)
    yield from _copies(session, found, code, year, document)
    yield from _neighbours(session, found, code, year, document)


def _document(session: Session, document: Held) -> Iterator[Step]:
    versions = select(Version).where(Version.document_id == document.document_id).order_by(Version.number)
    for version in session.scalars(versions):
        seen = f"seen {span(version.first_seen, version.last_seen)}"
        yield Step("version", f"version {version.number}, {seen}, content {version.fingerprint[:12]}", document.url)
        reading = counting_reading(session, version.id)
        page = reading.page_capture
        yield proved(session, "capture", f"the page{by_hand(session, page)}", page.url, page)
        if reading.read_capture_id != reading.page_capture_id:
            text = "what the figures were read from"
            yield proved(session, "capture", text, reading.read_capture.url, reading.read_capture)
        yield from reading_steps(session, reading)
    for amendment in amendments(session, document.document_id):
        yield from _amended(amendment)


def decided(decision: Decision, url: str) -> Step:
    """What a person said of a document."""
    said = (decision.county_code, decision.agency_kind, decision.year)
    what = f" to {' '.join(str(one) for one in said if one)}" if decision.verdict is Verdict.CORRECT else ""
    when = f"{beijing_time(decision.decided_at)} Beijing time"
    return Step("decision", f"{decision.verdict}{what}, by {decision.decided_by}, {when}: {decision.reason}", url)


def _taken_down(session: Session, document: Held, withdrawal: Withdrawal) -> Iterator[Step]:
    """The answer that nothing is there, and the readings of the whole list that do not show it."""
    gone = session.get_one(Gone, withdrawal.gone_id)
    told = f"asked {beijing_time(gone.seen_at)} Beijing time: {gone.reason} (HTTP {gone.capture.status})"
    yield proved(session, "gone", told, document.url, gone.capture)
    days = ", ".join(beijing_time(finished) for _, finished in withdrawal.lists[:_NAMED])
    more = f" and {len(withdrawal.lists) - _NAMED} later" if len(withdrawal.lists) > _NAMED else ""
    yield Step("gone", f"the whole list was read without it, {days}{more} Beijing time")


def _amended(amendment: Amendment) -> Iterator[Step]:
    """What a version says otherwise than the one before it: a line, and one for each figure and line of text."""
    before, after = amendment.before, amendment.after
    figures, lines = len(amendment.figures), len(amendment.text)
    old, new = amendment.parsers
    doubt = "" if old == new else f"; read by parsers {old} and {new}, scrapy reparse tells whose difference it is"
    seen = f"last seen {beijing_time(before.last_seen)}, this first seen {beijing_time(after.first_seen)} Beijing time"
    counts = f"{figures} figures and {lines} lines of text"
    yield Step("amended", f"version {after.number} against {before.number}: {counts} differ; that {seen}{doubt}")
    for change in amendment.figures:
        yield Step("change", f"{change.code} {change.change}: {_printed(change.before)} → {_printed(change.after)}")
    for line in amendment.text:
        yield Step("change", line)


def _printed(figure: Figure | None) -> str:
    """A figure as it stood there; what holds no number by its state."""
    if figure is None:
        return CellState.MISSING
    return f"“{figure.raw}”" if figure.raw.strip() else figure.state


def _copies(session: Session, found: Evidences, code: str, year: int, document: Held) -> Iterator[Step]:
    """What the other documents of the same agency and year are to the one that counts."""
    text, figures = text_of(session, document.reading_id), figures_of(session, document.reading_id)
    for other in found.reports[code, year]:
        if (
            other.document_id == document.document_id
            or other.kind is not document.kind
            or other.content_kind in WAITING
        ):
            continue
        compared = compare(text, figures, text_of(session, other.reading_id), figures_of(session, other.reading_id))
        codes = ", ".join(compared.differing[:_NAMED]) + (" …" if len(compared.differing) > _NAMED else "")
        differ = f"figures that differ: {len(compared.differing)} ({codes})" if codes else "no figure differs"
        shared = f", {compared.shared:.0%} of the text is the same" if compared.shared else ""
        yield Step("copy", f"{_LIKENESS[compared.likeness]} ({other.content_kind}): {differ}{shared}", other.url)


def _neighbours(session: Session, found: Evidences, code: str, year: int, document: Held) -> Iterator[Step]:
    """What the reports of the years before and after say of this one, where they are held."""
    for earlier, later in ((year - 1, year), (year, year + 1)):
        other = stand(found, code, earlier + later - year).document
        if other is None:
            continue
        readings = {year: document.reading_id, earlier + later - year: other.reading_id}
        for check in across_years(*(figures_of(session, readings[one]) for one in (earlier, later))):
            if check.outcome is Outcome.FAIL:
                yield Step("check", f"{check.check}, {earlier} against {later}, does not hold: {check.detail}")

"""The rules by which a county's year has its state: what is held decides, then what is listed, then the last visit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from reports.calendar import BEIJING, clock, due_date
from reports.divisions import by_code
from reports.model import AgencyKind, ContentKind
from reports.states import Clock, Evidence, VisitOutcome
from storage.evidence import Evidences, Held, LastVisit


@dataclass(frozen=True, slots=True)
class Standing:
    """The evidence of one cell with its reason, and what it rests on: a document that is held, else a visit."""

    evidence: Evidence
    detail: str
    document: Held | None = None
    visit: LastVisit | None = None
    before_list: bool = False  # older than all that is held or listed: what is missing may have been taken down


def legal_clock(standing: Standing, year: int, today: date) -> Clock:
    """Where a cell stands against the legal date; overdue only if the list was seen without it after that date.

    A list that begins with a later year says nothing of what stood there in its time.
    """
    if standing.evidence is Evidence.NOT_FOUNDED:
        return Clock.NOT_DUE
    if standing.document is not None:
        return clock(year, today, archived=True, published_at=standing.document.published_at)
    stands = clock(year, today, archived=False, published_at=None)
    proof = standing.visit if standing.evidence is Evidence.NOT_LISTED and not standing.before_list else None
    if stands is Clock.OVERDUE and (proof is None or proof.day <= due_date(year, AgencyKind.GOVERNMENT)):
        return Clock.UNKNOWN  # what was not looked at since may well have been published
    return stands


def stand(found: Evidences, code: str, year: int) -> Standing:
    """The state of one cell: what is held decides, then what is listed, then how the last visit ended."""
    there = found.reports.get((code, year), [])
    own = [document for document in there if document.kind is AgencyKind.GOVERNMENT]
    doubtful = [document for document in there if document.kind is AgencyKind.OTHER and document.needs_review]
    standing = _held(_best(found, own or doubtful), own) if own or doubtful else _listed(found, code, year)
    standing = standing or _missing(found, code, year)
    others = sorted({document.kind for document in there} - {AgencyKind.GOVERNMENT, AgencyKind.OTHER})
    if others:
        also = f"also held: {', '.join(others)} reports"
        return replace(standing, detail="; ".join(filter(None, (standing.detail, also))))
    return standing


def _best(found: Evidences, documents: Sequence[Held]) -> Held:
    """The document that counts: sure before doubtful, what stands there, the county's own page, what could be read.

    One that was last seen before another was taken down (a portal has moved, and its old host is not asked any more),
    or before its address showed another report (one address, every year), is no sign that it still stands anywhere.
    """
    taken = max((one.withdrawn.last_seen for one in documents if one.withdrawn), default=None)

    def merit(one: Held) -> tuple[bool, int, bool, bool, int]:
        here = found.by_url[one.portal_code, one.url]
        stale = any(other.last_seen > one.last_seen for other in here) or (taken is not None and one.last_seen < taken)
        presence = 1 if one.withdrawn else 0 if stale else 2
        unread = one.content_kind in (ContentKind.ATTACHMENT_ONLY, ContentKind.IMAGE_ONLY)
        return not one.needs_review, presence, one.portal_code == one.county_code, not unread, -one.document_id

    return max(documents, key=merit)


def _held(document: Held, own: Sequence[Held]) -> Standing:
    """The state of the document that counts; an edit that was seen at an address which the report had before is one."""
    if document.needs_review:
        return Standing(Evidence.NEEDS_REVIEW, "; ".join(document.review), document)
    if (taken := document.withdrawn) is not None:
        last, gone = (moment.astimezone(BEIJING).date() for moment in (taken.last_seen, taken.gone_at))
        told = f"last seen on {last}, gone on {gone}, and {len(taken.lists)} whole lists since do not show it"
        return Standing(Evidence.WITHDRAWN, told, document)
    if document.content_kind is ContentKind.ATTACHMENT_ONLY:
        return Standing(Evidence.ATTACHMENT_ONLY, "the page names an attachment and holds no text", document)
    if document.content_kind is ContentKind.IMAGE_ONLY:
        return Standing(Evidence.IMAGE_ONLY, "the page holds pictures and no text", document)
    edited = max((one for one in own if one.versions > 1), key=lambda one: one.last_seen, default=document)
    if edited.versions > 1:
        elsewhere = "" if document.versions > 1 else f", at another address: {edited.url}"
        return Standing(Evidence.AMENDED, f"{max(document.versions, edited.versions)} versions{elsewhere}", document)
    return Standing(Evidence.ARCHIVED, "", document)


def _listed(found: Evidences, code: str, year: int) -> Standing | None:
    """A link that was not fetched, or led to something doubtful; None where all of them led to other reports."""
    doubtful: Held | None = None
    for link in found.links.get((code, year), []):
        documents = found.by_url.get((code, link.url), [])
        if not documents:
            return Standing(Evidence.LISTED_NOT_FETCHED, f"listed as {link.title} ({link.url}), but not in the archive")
        doubtful = doubtful or next((document for document in documents if document.needs_review), None)
    if doubtful is None:
        return None
    return Standing(Evidence.NEEDS_REVIEW, "; ".join(doubtful.review), doubtful)


def _missing(found: Evidences, code: str, year: int) -> Standing:
    """How the last visit ended; a list read to its end stays the proof for every year that was over by then.

    Of a year in which the county did not exist no visit can say more than that.
    """
    county = by_code(code)
    if county is not None and not county.existed(year):
        reason = (
            f"abolished in {county.abolished}" if (county.founded or year) <= year else f"founded in {county.founded}"
        )
        return Standing(Evidence.NOT_FOUNDED, f"{county.name} was {reason}")
    visit, whole, newest = found.visits.get(code), found.whole.get(code), found.newest.get(code)
    if whole is not None and whole.day.year > year:
        visit = whole
    since = ""
    if newest is not None and newest != visit:
        since = f"; the last attempt: {newest.outcome}" + (f" ({newest.detail})" if newest.detail else "")
        if newest.outcome is VisitOutcome.PROBED:
            since = f"; the list was found on {newest.day} and is still to be read"
    if visit is None:
        if code in found.homes and found.homes[code] is None:
            return Standing(Evidence.NO_PORTAL, "the registry knows no address" + since)
        return Standing(Evidence.NEVER_TRIED, since.removeprefix("; ") or "no visit yet")
    if visit.outcome is VisitOutcome.COMPLETE:
        oldest = found.oldest.get(code)
        before = oldest is not None and year < oldest
        told = f", and begins with the report of {oldest}" if before else ""
        told = f"the list was read to its end on {visit.day}{told}{since}"
        return Standing(Evidence.NOT_LISTED, told, visit=visit, before_list=before)
    told = f"visit of {visit.day}: {visit.outcome}" + (f", {visit.detail}" if visit.detail else "")
    return Standing(Evidence(visit.outcome.value), told + since, visit=visit)

"""What a link on a list is taken for, before it is fetched, and why: the county government's own reports come first."""

from collections.abc import Iterable

from crawler.allowlist import Allowlist
from crawler.families.base import Entry
from reports.agencies import Agency
from reports.divisions import Division
from reports.model import AgencyKind
from reports.states import CandidateVerdict
from reports.titles import TitleClaim, classify_title
from storage.records import CandidateRecord

_ORGANS = "机关"  # 城口县人民政府机关: how some cities call the government itself, as against all its departments


def judge(entry: Entry, county: Division, allowlist: Allowlist) -> CandidateRecord:
    """Read a link's title and address; every link gets a verdict with a reason, none is dropped."""
    claim = classify_title(entry.title, county=county)
    verdict, reason = _verdict(entry, claim, county, allowlist)
    return CandidateRecord(entry.url, entry.title, entry.date, verdict, claim.year, claim.agency_kind, reason)


def _verdict(entry: Entry, claim: TitleClaim, county: Division, allowlist: Allowlist) -> tuple[CandidateVerdict, str]:
    if not allowlist.allows(entry.url):
        return CandidateVerdict.OFF_ALLOWLIST, "leads to a host that is not the county's"
    if claim.chart:
        return CandidateVerdict.CHART, "a chart or explanation of a report"
    if claim.site_statistics:
        return CandidateVerdict.SITE_STATISTICS, "the yearly statistics of a website"
    if not claim.is_report:
        return CandidateVerdict.OTHER, "not the title of an annual report"
    return _whose(claim, county)


def _whose(claim: TitleClaim, county: Division) -> tuple[CandidateVerdict, str]:
    if claim.agency and (place := stranger(claim.agency, county)):
        return CandidateVerdict.OTHER_PLACE, f"names {place}"
    if claim.agency_kind is None:
        return CandidateVerdict.REPORT, "names no agency: the column's own"
    if claim.agency_kind is AgencyKind.GOVERNMENT:
        organs = claim.agency is not None and claim.agency.own_name.endswith(_ORGANS)
        return CandidateVerdict.REPORT, "names the government's own organs" if organs else "names the government"
    return CandidateVerdict.OTHER_AGENCY, f"names another agency ({claim.agency_kind})"


def stranger(agency: Agency, county: Division) -> str:
    """The place that an agency names, where it is not this county; "" where it is, or where no place is named."""
    if agency.division is not None:
        return "" if agency.division.code == county.code else agency.division.name
    known = (county.name, county.short_name, *county.old_names)
    return "" if agency.place in ("", *known) else agency.place


def is_own(entry: Entry, county: Division | None) -> bool:
    """Whether a link may be a report of the county's government itself (None: of any government)."""
    claim = classify_title(entry.title, county=county)
    if not claim.is_report or claim.year is None or claim.agency_kind not in (None, AgencyKind.GOVERNMENT):
        return False
    return claim.agency is None or county is None or not stranger(claim.agency, county)


def stand_ins(candidates: Iterable[CandidateRecord]) -> list[CandidateRecord]:
    """The office's reports of the years for which no report of the government itself is listed.

    They are kept as the office's, never as the county's; but where nothing else was published they are what there is.
    """
    listed = list(candidates)
    own = {candidate.year for candidate in listed if candidate.verdict is CandidateVerdict.REPORT}
    return [
        candidate
        for candidate in listed
        if candidate.verdict is CandidateVerdict.OTHER_AGENCY
        and candidate.agency_kind is AgencyKind.OFFICE
        and candidate.year is not None
        and candidate.year not in own
    ]

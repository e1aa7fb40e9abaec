"""A look at one address: whose portal it is, which family, where its annual reports are listed, and what is listed."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse, Response

from crawler.candidates import is_own
from crawler.discovery import Column, find_column, look
from crawler.families import FAMILIES, detect
from crawler.families.base import Detection, Entry, ListUnreadable
from crawler.fetch import Fetcher
from crawler.identity import site_id_code
from crawler.outcomes import BudgetSpent, NotFetched, VisitEnded
from crawler.registry import COLUMNS, Portal
from reports.calendar import BEIJING
from reports.divisions import Division, by_code, by_site_id_code
from reports.states import Reason, VisitOutcome
from reports.titles import classify_title


@dataclass(slots=True)
class Findings:
    """What a probe found; empty where it did not get so far. ``county`` is the one asked for, else the code's owner."""

    url: str
    county: Division | None
    known: Portal | None = None  # the registry's row of this address
    outcome: VisitOutcome = VisitOutcome.PROBED
    reason: Reason | None = None
    detail: str = ""
    site_id_code: str | None = None
    owners: tuple[Division, ...] = ()
    detection: Detection | None = None
    column: Column | None = None
    entries: Sequence[Entry] = ()
    years: tuple[int, ...] = ()  # of the county's own reports on the first list page
    requests: int = 0
    transport: dict[str, str] = field(default_factory=dict)

    @property
    def hosted_by(self) -> Division | None:
        """The city whose code the portal bears, where the county asked for lies in it."""
        if self.county is None or not self.site_id_code or any(map(self.site_id_code.startswith, self.county.codes)):
            return None
        owner = by_code(self.site_id_code[:6])
        return owner if owner is not None and owner.contains(self.county) else None

    @property
    def row(self) -> str:
        """The registry row to paste; "" while the county is not known."""
        if self.county is None or self.column is None:
            return ""
        parts = urlsplit(self.url)
        row = dict.fromkeys(COLUMNS, "") | {
            "code": self.county.code,
            "home": f"{parts.scheme}://{parts.netloc}/",
            "since": f"{datetime.now(BEIJING):%Y-%m}",
            "family": self.column.detection.family,
            "column_url": self.column.url,
            "hosted_by": self.hosted_by.code if self.hosted_by else "",
            "tls": "legacy" if any("legacy" in told for told in self.transport.values()) else "",
        }
        if self.known is not None:
            kept = self.known
            row |= {"hosts": " ".join(kept.hosts), "platform": kept.platform or "", "notes": kept.notes}
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(row.values())
        return line.getvalue()


async def probe(
    first: Response | Exception, request: Request, fetch: Fetcher, county: Division | None, known: Portal | None = None
) -> Findings:
    """Look at the answer to ``request``, and as far behind it as a list of reports can be found."""
    found = Findings(request.url, county, known)
    try:
        page = fetch.judged(await fetch.settle(first, request), request)
        _identify(found, page)
        if found.outcome is VisitOutcome.PROBED:
            await _find(found, page, fetch)
    except NotFetched as failure:
        found.outcome, found.reason, found.detail = failure.outcome, failure.reason, str(failure)
    except VisitEnded as ended:
        found.outcome, found.reason, found.detail = ended.outcome, ended.reason, ended.detail
    except ListUnreadable as problem:
        found.outcome, found.reason, found.detail = VisitOutcome.LIST_UNREADABLE, problem.reason, str(problem)
    except BudgetSpent as spent:
        found.outcome, found.reason, found.detail = VisitOutcome.LIST_UNREADABLE, Reason.BUDGET, str(spent)
    found.requests, found.transport = fetch.requests, fetch.transport
    return found


def _identify(found: Findings, page: HtmlResponse) -> None:
    found.detection = detect(page)
    found.site_id_code = site_id_code(page) or found.site_id_code
    found.owners = by_site_id_code(found.site_id_code)
    if found.county is None:
        counties = [owner for owner in found.owners if owner.level == "county"]
        found.county = counties[0] if len(counties) == 1 else None
        return
    own = not found.site_id_code or any(map(found.site_id_code.startswith, found.county.codes))
    if not own and found.hosted_by is None:
        names = " or ".join(owner.name for owner in found.owners) or "nobody known"
        found.outcome, found.reason = VisitOutcome.IDENTITY_MISMATCH, Reason.SITE_CODE
        found.detail = f"the site code {found.site_id_code} belongs to {names}, not to {found.county.name}"


async def _find(found: Findings, page: HtmlResponse, fetch: Fetcher) -> None:
    is_home = urljoin(page.url, "/") == page.url
    found.column = None if is_home else await look(page, fetch, found.county, sure=True)
    if found.column is None:
        await fetch.probe_soft_404(page.url)
        found.column = await find_column(page, fetch, found.county)
    _identify(found, found.column.first)
    found.detection = found.column.detection
    found.entries = FAMILIES[found.detection.family].entries(found.column.first)
    own = [entry for entry in found.entries if is_own(entry, found.county)]
    found.years = tuple(sorted({year for entry in own if (year := classify_title(entry.title).year)}, reverse=True))

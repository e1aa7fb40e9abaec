"""What stands on a portal's lists: reports of all kinds of agencies, and the things that only look like reports."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reports.model import AgencyKind
from reports.states import Reason, VisitOutcome


class Kind(StrEnum):
    """What a listed page is."""

    REPORT = "report"
    CHART = "chart"  # 图解: a picture instead of text
    SITE_STATISTICS = "site-statistics"  # 政府网站工作年度报表
    NEWS = "news"
    MIRROR = "mirror"  # a link to a page on somebody else's host
    GUEST = "guest"  # another county's report, copied onto this portal


class Content(StrEnum):
    """What carries a report."""

    HTML = "html"
    PDF = "pdf"  # the page says only "see the attachment"


@dataclass(frozen=True, slots=True)
class Document:
    """One entry of a list and the page behind it. ``published`` is Beijing time without zone, as portals print it."""

    kind: Kind
    column: str  # reports, departments, townships or news
    title: str
    year: int
    agency: str
    agency_kind: AgencyKind
    published: datetime
    serial: int
    content: Content = Content.HTML
    pictures: int = 0
    modified: float = 0.0  # seconds since 1970; 0 for "when it was published"
    link: str = ""  # the absolute address of a page that is not this portal's


@dataclass(frozen=True, slots=True)
class PublishedReport:
    """The truth about one published report: what a reader of the portal has to find.

    ``figures`` hold the official cells by code (None: blank or ``/``), ``narrative`` the totals of section one.
    ``url`` is the page's address, ``attachment_url`` the PDF's where the report is one.
    """

    year: int
    title: str
    url: str
    agency: str
    agency_kind: AgencyKind
    county_code: str
    form: str
    content: Content
    published_at: datetime
    figures: dict[str, int | float | None]
    narrative: dict[str, int]
    attachment_url: str | None = None
    picture_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """How a visit to a portal has to end; ``kind`` is what the portal suffers from, "" where it is well."""

    kind: str
    outcome: VisitOutcome
    reason: Reason | None


HEALTHY = Expected("", VisitOutcome.COMPLETE, None)

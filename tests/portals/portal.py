"""One practice portal as parameters: whose it is, what it publishes, how it misbehaves, how it changes."""

import random
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from reports.model import AgencyKind
from tests.portals.documents import HEALTHY, Content, Document, Expected, Kind, PublishedReport
from tests.portals.families import family_of
from tests.portals.figures import Facts, Source, Value, draw
from tests.portals.printing import number
from tests.portals.prose import narrative_codes
from tests.portals.quirks import Fault, Quirk
from tests.portals.tables import codes, form_of


@dataclass(eq=False)
class Portal:
    """A replica portal. ``family`` names a renderer in families/, or ``refused``: an address where nobody listens.

    ``county`` is the full name; ``owner`` (code, name) is set where the portal at this address is another county's.
    ``host`` may be empty: then the portal is known by its bare address.
    """

    code: str
    county: str
    host: str
    family: str
    years: tuple[int, ...]
    withheld: frozenset[int] = frozenset()
    quirks: frozenset[Quirk] = frozenset()
    owner: tuple[str, str] | None = None
    site_serial: str = "0001"
    address: str = ""
    extra_hosts: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    townships: tuple[str, ...] = ()
    stray: int = 1  # every n-th report of departments and townships stands on the county's own list
    charts: tuple[int, ...] = ()
    site_statistics: tuple[int, ...] = ()
    pdf_years: frozenset[int] = frozenset()
    pictures: dict[int, int] = field(default_factory=dict)
    facts: dict[int, Facts] = field(default_factory=dict)
    corrections: dict[int, dict[str, Value]] = field(default_factory=dict)
    forms: dict[int, str] = field(default_factory=dict)
    published_at: dict[int, datetime] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)  # of the county's reports, where they are not the usual one
    twice: frozenset[int] = frozenset()  # years for which the office has a report of its own on the county's list
    guests: tuple[tuple[str, int], ...] = ()  # (county, year) of other counties' reports copied onto this portal
    addresses: dict[int, str] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()  # (title, address) of foreign pages on the report list
    faults: list[Fault] = field(default_factory=list)
    layout: dict[str, str] = field(
        default_factory=dict
    )  # the family's directories or column numbers, where they differ
    platform: str = ""
    hosted_by: str = ""
    notes: str = "practice portal"
    expected: Expected = HEALTHY  # how a visit has to end
    port: int = 8061

    def __post_init__(self) -> None:
        code = self.code
        self.address = self.address or f"127.{int(code[:2])}.{int(code[2:4])}.{int(code[4:])}"
        self.host = self.host or self.address
        self.version = 0
        self._lock = threading.Lock()
        self._years = set(self.years) - self.withheld
        self._modified: dict[int, float] = {}
        self._clock = 0.0
        self._listed: tuple[int, tuple[Document, ...]] | None = None
        self.list_modified = 0.0
        self.pages = family_of(self)

    # --- What it is ----------------------------------------------------------------------------------------------
    @property
    def base(self) -> str:
        """The home page's address without the closing slash, as pages and browsers have it."""
        scheme = "https" if {Quirk.HTTPS_ONLY, Quirk.TLS_LEGACY} & self.quirks else "http"
        return f"{scheme}://{self.host}:{self.port}"

    @property
    def registered(self) -> str:
        """The same as a registry has it: it may name the scheme that does not work."""
        scheme = "https" if {Quirk.HTTPS_BROKEN, Quirk.TLS_LEGACY} & self.quirks else "http"
        return f"{scheme}://{self.host}:{self.port}"

    @property
    def owner_code(self) -> str:
        return self.owner[0] if self.owner else self.code

    @property
    def owner_name(self) -> str:
        return self.owner[1] if self.owner else self.county

    @property
    def site_id_code(self) -> str:
        return f"{self.owner_code}{self.site_serial}"

    def source(self, agency: str) -> Source:
        government = f"{self.owner_name}人民政府"
        if agency == government:
            return Source(self.owner_code, large=True, facts=self.facts)
        return Source(f"{self.owner_code}:{agency}", large=False)

    # --- What it publishes ---------------------------------------------------------------------------------------
    def documents(self) -> tuple[Document, ...]:
        """Everything that stands on a list, newest first."""
        listed, version = self._listed, self.version
        if listed is None or listed[0] != version:
            listed = (version, tuple(sorted(self._all(), key=lambda d: (d.published, d.serial), reverse=True)))
            self._listed = listed
        return listed[1]

    def form(self, document: Document) -> str:
        return self.forms.get(document.year, form_of(document.year))

    def figures(self, document: Document) -> dict[str, Value]:
        """The report's cells, as they are printed."""
        figures = draw(self.source(document.agency), document.year, self.form(document))
        if document.agency_kind is AgencyKind.GOVERNMENT:
            figures |= self.corrections.get(document.year, {})
        return figures

    def received(self, document: Document) -> int:
        """New applications as the prose gives them; a cell edited afterwards leaves the prose alone."""
        figures = draw(self.source(document.agency), document.year, self.form(document))
        return int(figures.get("applications.new.total", figures.get("stat.requests.received")) or 0)

    def published(self) -> list[PublishedReport]:
        """The truth: every report that stands on one of the lists now, departments' and townships' included."""
        return [self._truth(document) for document in self.documents() if document.kind is Kind.REPORT]

    # --- How it changes ------------------------------------------------------------------------------------------
    def edit_figure(self, year: int, code: str, value: Value) -> None:
        """Change one cell of the county's report quietly: same address, same date on the page.

        Raises:
            KeyError: the year's report has no such cell.
        """
        if code not in codes(self.forms.get(year, form_of(year))):
            raise KeyError(f"{code}: no figure of the {year} report")
        with self._lock:
            self.corrections = {**self.corrections, year: {**self.corrections.get(year, {}), code: value}}
            self._modified = {**self._modified, year: self._now()}
            self.version += 1

    def publish(self, year: int) -> None:
        """Put the county's report of a year on the list."""
        with self._lock:
            self._years = self._years | {year}
            self.list_modified = self._now()
            self._modified = {**self._modified, year: self.list_modified}
            self.version += 1

    def withdraw(self, year: int) -> None:
        """Take the county's report of a year down: off the list, and its address answers 404."""
        with self._lock:
            self._years = self._years - {year}
            self.list_modified = self._now()
            self.version += 1

    def show_years(self, years: tuple[int, ...]) -> None:
        """Let the portal be as it is in the spring after the last of these years; what was taken down stays down."""
        with self._lock:
            self._years = (self._years | (set(years) - set(self.years))) & set(years) - self.withheld
            self.years = years
            self.list_modified = self._now()
            self.version += 1

    def hold_still(self) -> None:
        """Let the list stay as it is while it is read."""
        self.quirks = self.quirks - {Quirk.LIST_GROWS, Quirk.LIST_SHRINKS}
        self.pages = family_of(self)

    def settle(self, port: int) -> None:
        """Take the port the portal is served on; it stands in addresses."""
        with self._lock:
            self.port = port
            self.version += 1

    def _now(self) -> float:
        """A modification time in whole seconds, later than any before: If-Modified-Since notices each change."""
        self._clock = max(float(int(time.time())), self._clock + 1)
        return self._clock

    # --- Inside --------------------------------------------------------------------------------------------------
    def _truth(self, document: Document) -> PublishedReport:
        source, form, origin = self.source(document.agency), self.form(document), self.pages.origin()
        pdf = document.content is Content.PDF
        return PublishedReport(
            year=document.year,
            title=document.title,
            url=origin + self.pages.address(document),
            agency=document.agency,
            agency_kind=document.agency_kind,
            county_code=self.owner_code,
            form=form,
            content=document.content,
            published_at=document.published,
            figures={code: number(value) for code, value in self.figures(document).items()},
            narrative=narrative_codes(source, document.year, form, self.received(document)),
            attachment_url=origin + self.pages.attachment(document) if pdf else None,
            picture_urls=tuple(origin + self.pages.picture(document, n) for n in range(document.pictures)),
        )

    def _all(self) -> list[Document]:
        name = self.owner_name
        government = f"{name}人民政府"
        found: list[Document] = []
        for year in sorted(self._years):
            document = self._document(Kind.REPORT, "reports", year, government, AgencyKind.GOVERNMENT)
            modified = self._modified.get(year, 0.0)
            content = Content.PDF if year in self.pdf_years else Content.HTML
            pictures, title = self.pictures.get(year, 0), self.titles.get(year, document.title)
            found.append(replace(document, title=title, modified=modified, content=content, pictures=pictures))
        found += self._others()
        for year in sorted(self.twice):
            found.append(self._document(Kind.REPORT, "reports", year, f"{government}办公室", AgencyKind.OFFICE))
        for county, year in self.guests:
            found.append(self._document(Kind.GUEST, "reports", year, f"{county}人民政府", AgencyKind.OTHER))
        for kind, years in ((Kind.CHART, self.charts), (Kind.SITE_STATISTICS, self.site_statistics)):
            found += [self._document(kind, "reports", year, government, AgencyKind.OTHER) for year in years]
        found += [self._document(Kind.NEWS, "news", year, name, AgencyKind.OTHER) for year in self.years[-5:]]
        for title, link in self.links:
            document = self._document(Kind.MIRROR, "reports", self.years[-1], government, AgencyKind.OTHER)
            found.append(replace(document, title=title, link=link.replace("{port}", str(self.port))))
        return _renumbered(found)

    def _others(self) -> list[Document]:
        """Reports of the office, the departments and the townships; some of them stray on the county's list."""
        name = self.owner_name
        agencies = [(f"{name}{department}", AgencyKind.DEPARTMENT, "departments") for department in self.departments]
        agencies += [(f"{name}{township}人民政府", AgencyKind.TOWNSHIP, "townships") for township in self.townships]
        if agencies:
            agencies.insert(0, (f"{name}人民政府办公室", AgencyKind.OFFICE, "departments"))
        found: list[Document] = []
        for year in self.years:
            for agency, kind, column in agencies:
                stray = len(found) % self.stray == 0
                found.append(self._document(Kind.REPORT, "reports" if stray else column, year, agency, kind))
        return found

    def _document(self, kind: Kind, column: str, year: int, agency: str, agency_kind: AgencyKind) -> Document:
        rng = random.Random(f"{self.code}:{kind}:{year}:{agency}")  # noqa: S311 - practice data
        own = agency_kind is AgencyKind.GOVERNMENT
        # Departments are due by 31 January, the county itself by 31 March (Regulation, article 49).
        day = timedelta(
            days=rng.randrange(40, 85) if own else rng.randrange(8, 30), seconds=rng.randrange(30_000, 60_000)
        )
        published = self.published_at.get(year) if own else None
        titles = {
            Kind.REPORT: f"{agency}{year}年政府信息公开工作年度报告",
            Kind.GUEST: f"{agency}{year}年政府信息公开工作年度报告",
            Kind.CHART: f"图解：{agency}{year}年政府信息公开工作年度报告",
            Kind.SITE_STATISTICS: f"{self.owner_name}政府网站工作年度报表（{year}年度）",
            Kind.NEWS: f"{self.owner_name}召开{year}年度重点工作推进会",
            Kind.MIRROR: "",
        }
        published = published or datetime(year + 1, 1, 1) + day  # noqa: DTZ001 - Beijing time as printed
        return Document(
            kind, column, titles[kind], year, agency, agency_kind, published, rng.randrange(100_000, 999_999)
        )


def _renumbered(documents: list[Document]) -> list[Document]:
    """The same documents, none with the number of one before it: numbers stand in addresses."""
    taken: set[int] = set()
    found = []
    for document in documents:
        serial = document.serial
        while serial in taken:
            serial += 1
        taken.add(serial)
        found.append(replace(document, serial=serial) if serial != document.serial else document)
    return found

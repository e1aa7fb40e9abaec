"""What the tests of the reading room share: a client, a server, an archive with one of each, a crawled one."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import uvicorn
from starlette.testclient import TestClient

from reports.model import AgencyKind, CellState, ContentKind, Figure, Finding, Outcome, Report, Section
from reports.states import VisitOutcome
from storage.database import Archive
from storage.records import AttachmentKind, AttachmentRecord
from tests.crawling import Practice, practice
from tests.portals import demo_country
from tests.storage_samples import MEI, Crawl, link, report
from web.app import make_app
from web.opening import Opening

TODAY = date(2025, 6, 30)
CHROMIUM = shutil.which("chromium")
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",  # the tests may run as root, and visit nothing but this machine
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
PLACES = (
    "/",
    "/coverage",
    "/coverage/61",
    "/coverage/6103",
    f"/county/{MEI}",
    f"/why/{MEI}/2024",
    f"/why/{MEI}/2022",
    "/report/1",
    "/report/1?version=1",
    "/capture/1",
    "/search",
    "/indicators",
    "/indicators/share.reconsideration_corrected",
    "/indicators/review.reconsideration.total?place=61",
    "/api",
    "/health",
    "/about",
    "/county?q=新",
)


def reader(archive: Archive | Opening, *, contact: str = "", **options: Any) -> TestClient:
    """A browser without a screen, on the clock of the tests; a mistake of ours is an answer to it, as to others."""
    app = make_app(archive, today=lambda: TODAY, contact=contact)
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False, **options)


def table_3(total: str = "3") -> dict[str, Figure]:
    """A block of table 3 in which 3 and 1 should make 4, and another one with everything that is no number."""
    row = {"upheld": "3", "corrected": "1", "other": "0", "pending": "0", "total": total}
    figures = {
        f"review.reconsideration.{name}": Figure(int(raw), raw, CellState.ZERO if raw == "0" else CellState.NUMBER)
        for name, raw in row.items()
    }
    other = "review.litigation_direct"
    return figures | {
        f"{other}.upheld": Figure(None, "", CellState.BLANK),
        f"{other}.corrected": Figure(None, "/", CellState.NOT_APPLICABLE),
        f"{other}.other": Figure(None, "若干", CellState.TEXT),
        f"{other}.pending": Figure(0, "0", CellState.ZERO),
    }


def sample(total: str = "3", **fields: Any) -> Report:
    """A report with a sum that does not add up, unless ``total`` is 4."""
    detail = f"reconsideration.upheld 3 + reconsideration.corrected 1 = 4, printed reconsideration.total {total}"
    outcome = Outcome.PASS if total == "4" else Outcome.FAIL
    given: dict[str, Any] = {
        "form": "v2021",
        "figures": table_3(total),
        "findings": (Finding("C1", "review.reconsideration", outcome, detail),),
        "sections": (
            Section(1, "一、总体情况", "全年主动公开信息一百条。"),
            Section(4, "四、政府信息公开行政复议、行政诉讼情况", "见表。"),
        ),
        **fields,
    }
    return report(2024, **given)


def fill(crawl: Crawl) -> None:
    """One county: a report in two versions with an attachment, its office's, a whole list, a year that is not on it."""
    crawl.listing([link(2024)])
    page = "<h1>年报</h1><p>正文 <script>alert(1)</script></p>".encode()
    crawl.document(sample(), page)
    file = crawl.fetch("http://www.meixian.test/a/../年报.pdf", b"%PDF-1.4 figures")
    kept = AttachmentRecord("http://www.meixian.test/a/../年报.pdf", "年报.pdf", AttachmentKind.ATTACHMENT, file)
    lost = AttachmentRecord("http://www.meixian.test/b.png", "", AttachmentKind.IMAGE, None, "HTTP 404")
    crawl.document(sample("4"), page + b" ", attachments=(kept, lost))
    office = report(2022, agency="眉县人民政府办公室", agency_kind=AgencyKind.OFFICE)
    crawl.document(office, url="http://www.meixian.test/office.html")
    cover = report(2021, content_kind=ContentKind.IMAGE_ONLY, figures={}, findings=(), sections=())
    crawl.document(cover, b"pictures")
    crawl.visit(VisitOutcome.COMPLETE)
    crawl.close()


@contextmanager
def crawled_twice(folder: Path) -> Iterator[Practice]:
    """The demo's country after a crawl, an edit at one portal and another crawl of that one; it is served meanwhile."""
    with practice(demo_country(), folder) as site:
        ended = site.crawl()
        assert ended.code == 0, ended.err
        site.country.portal(MEI).edit_figure(2020, "applications.new.total", 7)
        ended = site.crawl(MEI)
        assert ended.code == 0, ended.err
        yield site


@contextmanager
def served(archive: Archive) -> Iterator[str]:
    """The address of the reading room over an archive."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(make_app(archive, today=lambda: TODAY), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()

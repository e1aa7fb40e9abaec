"""What one visit asks and concludes, against portals made for the case."""

from pathlib import Path

import pytest
from sqlalchemy import select

from storage.models import Portal as PortalRow
from storage.models import Visit
from tests.crawling import Practice, practice
from tests.portals import demo_country
from tests.portals.quirks import Fault


def _visit(site: Practice, code: str = "610326") -> tuple[str, str]:
    with site.archive() as archive, archive.read() as session:
        visit = session.scalars(select(Visit).where(Visit.portal_code == code).order_by(Visit.id.desc())).first()
        assert visit
        return visit.outcome, visit.detail


def test_a_column_that_moved_is_found_again(tmp_path: Path) -> None:
    with practice(demo_country(), tmp_path) as site:
        site.crawl("610326")
        with site.archive() as archive, archive.write() as session:
            session.get_one(PortalRow, "610326").column_url = f"http://www.meixian.test:{site.server.port}/moved/"
        site.crawl("610326")
        assert _visit(site) == ("complete", "")
        with site.archive() as archive, archive.read() as session:
            assert (session.get_one(PortalRow, "610326").column_url or "").endswith("/col14973/")


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault("/robots.txt", "status", status=500), "complete"),
        (Fault("/col14875/col14972/col14973/", "status", status=403), "blocked"),
        (Fault("/col14875/col14972/col14973/index_1.html", "status", status=404), "list-unreadable"),
        (Fault("/col14875/col14972/col14973/index_1.html", "reset"), "unreachable"),
        (Fault("/", "status", status=503), "unreachable"),
        (Fault("/", "cut"), "unreachable"),
    ],
)
def test_what_stands_in_the_way_is_named(tmp_path: Path, fault: Fault, outcome: str) -> None:
    country = demo_country()
    country.portal("610326").faults.append(fault)
    with practice(country, tmp_path) as site:
        site.crawl("610326")
        assert _visit(site)[0] == outcome

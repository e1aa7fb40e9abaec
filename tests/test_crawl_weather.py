"""A bad day: every fault of the network at once, each under its right name, and the healthy portals lose nothing."""

from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from reports.states import Evidence
from storage.models import StandingRow, Visit
from storage.settled import settle
from tests.crawling import practice
from tests.portals.nation import LAST_YEAR, Makeup, nation
from tests.portals.quirks import Quirk
from tests.portals.weather import WEATHER

HEALTHY = 4
BUDGET = 80  # requests a visit
SMALL = Makeup({"trs": 1, "generic": 1}, years=(3, 4), few=0, pdfs=0)
YEARS = range(LAST_YEAR - 4, LAST_YEAR + 1)


def test_every_fault_has_its_name_and_healthy_portals_lose_nothing(tmp_path: Path) -> None:
    country = nation(7, HEALTHY + len(WEATHER), 1, SMALL, WEATHER)
    codes = [portal.code for portal in country.portals]
    with practice(country, tmp_path) as site:
        limits = ("DOWNLOAD_TIMEOUT=3", f"GONGKAI_PAGE_BUDGET={BUDGET}")
        ended = site.scrapy("crawl", "reports", f"-acounty={','.join(codes)}", *(f"-s{one}" for one in limits))
        hits = Counter(hit.host for hit in site.server.hits)
        with site.archive() as archive:
            settle(archive, codes, YEARS)
            with archive.read() as session:
                visits = {visit.portal_code: visit for visit in session.scalars(select(Visit))}
                archived = dict(
                    session.execute(
                        select(StandingRow.county_code, func.count())
                        .where(StandingRow.evidence == Evidence.ARCHIVED)
                        .group_by(StandingRow.county_code)
                    ).all()
                )
    assert ended.code == 0, ended.err
    named = {portal.code: (visits[portal.code].outcome, visits[portal.code].reason) for portal in country.portals}
    assert named == {portal.code: (portal.expected.outcome, portal.expected.reason) for portal in country.portals}
    well = [portal for portal in country.portals if not portal.expected.kind]
    assert len(well) > HEALTHY  # one of them has a list that grows while it is read
    # What is published after a list's first page was read, the next visit finds.
    expected = {one.code: len(set(one.years) - one.withheld) - (Quirk.LIST_GROWS in one.quirks) for one in well}
    assert {portal.code: archived.get(portal.code, 0) for portal in well} == expected
    assert max(hits.values()) <= BUDGET + 2  # robots.txt, and a start that is repeated

"""A small practice country, a portal of each family and of each trouble: all found, none wrong, every end named."""

from collections.abc import Iterator

import pytest

from benchmarks.discovery_measures import endings, results, strangers
from benchmarks.discovery_runs import Traffic, crawl
from tests.crawling import Practice, practice
from tests.portals.ailments import AILMENTS
from tests.portals.nation import HEALTHY_FAMILIES, nation

SEED = 7


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Practice, Traffic]]:
    """The country after one crawl; tests only read."""
    country = nation(SEED, len(HEALTHY_FAMILIES) + len(AILMENTS), each=1)
    with practice(country, tmp_path_factory.mktemp("discovery")) as site:
        yield site, crawl(site, "first pass")


def test_every_family_and_every_trouble_is_there(crawled: tuple[Practice, Traffic]) -> None:
    portals = crawled[0].country.portals
    healthy = {portal.family for portal in portals if not portal.expected.kind}
    assert healthy == set(HEALTHY_FAMILIES)
    assert {portal.expected for portal in portals} >= {ailment.expected for ailment in AILMENTS}


def test_every_report_is_found_and_none_is_wrong(crawled: tuple[Practice, Traffic]) -> None:
    site, _ = crawled
    with site.archive() as archive:
        found = results(archive, [portal for portal in site.country.portals if not portal.expected.kind])
    assert sum(result.found for result in found) > 100
    assert [line for result in found for line in (*result.missed, *result.wrong)] == []


def test_every_visit_ends_under_its_name(crawled: tuple[Practice, Traffic]) -> None:
    site, _ = crawled
    with site.archive() as archive:
        ended = endings(archive, site.country.portals)
    assert {one.portal.code: one.got for one in ended} == {one.portal.code: one.expected for one in ended}


def test_no_request_goes_astray(crawled: tuple[Practice, Traffic]) -> None:
    site, traffic = crawled
    assert traffic.strays == []
    with site.archive() as archive:
        assert strangers(archive, site.country.portals) == []

"""A crawl of portals that are hard to reach or give nothing: each is reached all the same, or named for what it is."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from sqlalchemy import select
from warcio.archiveiterator import ArchiveIterator

from reports.divisions import by_code
from reports.states import Reason, VisitOutcome
from storage.models import Visit
from tests.crawling import Practice, practice
from tests.portals import Country, Hit, Mirror, Portal, Quirk
from tests.portals.client import governments

YEARS = (2019, 2020, 2021)
REACHED = {
    "610302": Quirk.HTTPS_BROKEN,
    "610303": Quirk.HTTPS_ONLY,
    "610304": Quirk.TLS_LEGACY,
    "610305": Quirk.COOKIE_302,
    "610323": Quirk.SOFT_404,
    "610324": Quirk.HOME_404,
}
NOT_REACHED = {
    "610402": ("challenge", VisitOutcome.BLOCKED, Reason.CHALLENGE_RUISHU),
    "610403": ("challenge-jiasule", VisitOutcome.BLOCKED, Reason.CHALLENGE_JIASULE),
    "610404": ("challenge-acw", VisitOutcome.BLOCKED, Reason.CHALLENGE_ACW),
    "610422": ("challenge-page", VisitOutcome.BLOCKED, Reason.CHALLENGE),
    "610423": ("firewall-page", VisitOutcome.BLOCKED, Reason.FIREWALL),
    "610424": ("login-wall", VisitOutcome.BLOCKED, Reason.LOGIN_WALL),
    "610425": ("maintenance", VisitOutcome.UNREACHABLE, Reason.MAINTENANCE),
    "610426": ("single-page", VisitOutcome.LIST_UNREADABLE, Reason.JS_SHELL),
    "610428": ("redirect-circle", VisitOutcome.LIST_UNREADABLE, Reason.REDIRECT_LOOP),
    "610481": ("sends-away", VisitOutcome.LIST_UNREADABLE, Reason.OFF_ALLOWLIST),
    "610429": ("refused", VisitOutcome.UNREACHABLE, Reason.REFUSED),
}
SHARED = ("610430", "610431")
DELAY = 0.1


def _portal(code: str, family: str = "generic", *quirks: Quirk, platform: str = "") -> Portal:
    county = by_code(code)
    assert county
    host = f"www.p{code}.test"
    return Portal(code, county.name, host, family, YEARS, quirks=frozenset(quirks), platform=platform)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """All of them after one crawl; tests only read."""
    portals = [_portal(code, "generic", quirk) for code, quirk in REACHED.items()]
    portals += [_portal(code, family) for code, (family, _, _) in NOT_REACHED.items()]
    portals += [_portal(code, platform="cloud") for code in SHARED]
    country = Country(tuple(portals), (Mirror("www.816969.test", "127.81.69.69", original="610302"),))
    with practice(country, tmp_path_factory.mktemp("transport")) as site:
        codes = ",".join(portal.code for portal in country.portals)
        command = (
            "crawl",
            "reports",
            f"-acounty={codes}",
            "-arecheck=0",
            f"-sDOWNLOAD_DELAY={DELAY}",
            "-sDOWNLOAD_DELAY_JITTER=0",
        )
        ended = site.scrapy(*command)
        assert ended.code == 0, ended.err
        yield site


def _visits(site: Practice) -> dict[str, Visit]:
    with site.archive() as archive, archive.read() as session:
        return {visit.portal_code: visit for visit in session.scalars(select(Visit))}


def _hits(site: Practice, code: str) -> list[Hit]:
    host = site.country.portal(code).host
    return [hit for hit in site.server.hits if hit.host == host]


def _request_heads(site: Practice, host: str) -> list[bytes]:
    """The heads of all requests to a host, as the WARC files have them."""
    found = []
    for path in sorted((site.folder / "warc").glob("*.warc.gz")):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                url = record.rec_headers.get_header("WARC-Target-URI") or ""
                if record.rec_type == "request" and f"//{host}:" in url:
                    found.append(record.http_headers.to_bytes())
    return found


# --- What is reached all the same ----------------------------------------------------------------------------------


def test_every_report_of_a_portal_that_is_hard_to_reach_is_archived(crawled: Practice) -> None:
    visits, states = _visits(crawled), crawled.states("2019-2021")
    for code in (*REACHED, *SHARED):
        assert visits[code].outcome == VisitOutcome.COMPLETE, visits[code].detail
        assert {states[code, year] for year in governments(crawled.country.portal(code))} == {"archived"}, code


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("610302", "http instead of https"),
        ("610303", "https instead of http, certificate not verified"),
        ("610304", "legacy TLS"),
        ("610305", ""),
    ],
)
def test_what_it_took_to_reach_a_portal_is_recorded(crawled: Practice, code: str, told: str) -> None:
    host = crawled.country.portal(code).host
    assert _visits(crawled)[code].transport == (f"{host}: {told}" if told else "")


def test_robots_txt_is_asked_for_the_way_that_works_and_once(crawled: Practice) -> None:
    for code in ("610302", "610303", "610304"):
        assert [hit.path for hit in _hits(crawled, code)].count("/robots.txt") == 1


def test_a_cookie_is_taken_and_given_back(crawled: Practice) -> None:
    first, *rest = _hits(crawled, "610305")
    assert "cookie" not in first.headers
    sent = [hit for hit in rest if hit.path != "/robots.txt"]
    assert sum("cookie" not in hit.headers for hit in sent) == 1, "one jar a visit"


def test_the_warc_file_has_the_cookie_that_was_sent(crawled: Practice) -> None:
    assert any(b"Cookie: CT6T=c6af10" in record for record in _request_heads(crawled, "www.p610305.test"))


# --- What is not ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", NOT_REACHED)
def test_what_gives_nothing_has_its_name(crawled: Practice, code: str) -> None:
    _, outcome, reason = NOT_REACHED[code]
    visit = _visits(crawled)[code]
    assert (visit.outcome, visit.reason) == (outcome, reason), visit.detail


def test_a_redirect_to_a_stranger_is_not_followed(crawled: Practice) -> None:
    assert not [hit for hit in crawled.server.hits if hit.address == "127.81.69.69"]


# --- Manners -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("codes", [SHARED, ("610302",)])
def test_a_platform_and_a_host_are_asked_one_thing_at_a_time(crawled: Practice, codes: tuple[str, ...]) -> None:
    hits = sorted((hit for code in codes for hit in _hits(crawled, code)), key=lambda hit: hit.began)
    assert {hit.host for hit in hits} == {f"www.p{code}.test" for code in codes}
    assert all(after.began >= before.at for before, after in pairwise(hits)), "two at once"
    # Over all, since a busy machine lets one arrive late and the next in time.
    assert hits[-1].began - hits[0].began >= DELAY * (len(hits) - 1) * 0.9

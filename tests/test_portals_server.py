"""The practice server: unfriendly portals, conditional requests, changes between runs, the command line."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.registry import load_registry
from tests.portals import Country, Fault, Portal, PortalServer, PortTaken, Quirk, demo_country, serve
from tests.portals.client import fetch, governments
from tests.portals.resolver import PracticeResolver


@pytest.fixture(scope="module")
def server() -> Iterator[PortalServer]:
    """The demo country; tests that use it change nothing in it."""
    with serve(demo_country()) as running:
        yield running


def test_challenge_stands_before_every_page_but_robots(server: PortalServer) -> None:
    for path in ("/", "/zwgk/", "/col/col1/index.html"):
        answer = fetch(server, f"http://www.xindu.test:{server.port}{path}")
        assert answer.status == 412
        assert "$_ts" in answer.text
    assert fetch(server, f"http://www.xindu.test:{server.port}/robots.txt").status == 404


def test_nobody_listens_at_the_refused_portal(server: PortalServer) -> None:
    with pytest.raises(ConnectionRefusedError):
        fetch(server, f"http://www.lulong.test:{server.port}/")


def test_the_misidentified_portal_names_its_real_owner(server: PortalServer) -> None:
    home = fetch(server, f"http://www.lanxi.test:{server.port}/").text
    assert 'name="SiteIDCode" content="3307810001"' in home
    reports = server.country.portal("231222").published()
    assert {(report.county_code, report.agency) for report in reports} == {("330781", "兰溪市人民政府")}


def test_the_mirror_copies_and_is_watched(server: PortalServer) -> None:
    before = len(server.hits)
    url = f"http://www.816969.test:{server.port}/col14875/col14972/col14973/202102/t20210219_518175.html"
    page = fetch(server, url).text
    assert "主站蜘蛛池模板" in page
    assert "www.meixian.test" not in page
    hit = server.hits[before]
    assert (hit.host, hit.address, hit.status) == ("www.816969.test", "127.81.69.69", 200)
    assert hit.sent == len(page.encode())


def test_robots_files_differ(server: PortalServer) -> None:
    assert "Disallow: /was5/" in fetch(server, f"http://www.meixian.test:{server.port}/robots.txt").text
    assert fetch(server, f"http://www.xiaoshan.test:{server.port}/robots.txt").status == 404
    portal = Portal("110113", "顺义区", "www.shunyi.test", "trs", (2020,), quirks=frozenset({Quirk.ROBOTS_CLOSED}))
    with serve(Country((portal,))) as closed:
        assert "Disallow: /\n" in fetch(closed, f"{portal.base}/robots.txt").text


def test_faults_strike_as_often_as_they_say() -> None:
    faults = [
        Fault("/robots.txt", "reset", times=1),
        Fault("/gknb/", "status", status=503),
        Fault("/xwzx/", "cut", times=1),
        Fault("/gkzn/", "slow", seconds=0.01),
    ]
    layout = {"reports": "/gknb/", "news": "/xwzx/zwyw/", "guide": "/gkzn/"}
    portal = Portal("610303", "金台区", "www.jintai.test", "trs", (2020,), faults=faults, layout=layout)
    with serve(Country((portal,))) as server:
        with pytest.raises(ConnectionResetError):
            fetch(server, f"{portal.base}/robots.txt")
        assert fetch(server, f"{portal.base}/robots.txt").status == 404
        assert fetch(server, portal.base + portal.pages.list_address()).status == 503
        with pytest.raises(http.client.IncompleteRead):
            fetch(server, f"{portal.base}/xwzx/zwyw/")
        assert fetch(server, f"{portal.base}/gkzn/").status == 200
        assert [hit.status for hit in server.hits] == [0, 404, 503, 200, 200]


def test_a_bare_address_is_a_portal_too() -> None:
    portal = Portal("150824", "乌拉特中旗", "", "generic", (2020, 2021))
    with serve(Country((portal,))) as server:
        assert portal.base == f"http://127.15.8.24:{server.port}"
        assert fetch(server, portal.published()[0].url).status == 200


def test_unknown_pages_and_hosts(server: PortalServer) -> None:
    assert fetch(server, f"http://www.meixian.test:{server.port}/nothing.html").status == 404
    answer = fetch(server, f"http://127.61.3.26:{server.port}/", Host="www.elsewhere.test")
    assert answer.status == 421


@pytest.mark.parametrize(
    ("code", "validator", "condition"),
    [("610326", "etag", "If_None_Match"), ("330109", "last-modified", "If_Modified_Since")],
)
def test_an_unchanged_page_is_not_sent_again_and_an_edited_one_is(code: str, validator: str, condition: str) -> None:
    with serve(demo_country()) as server:
        portal = server.country.portal(code)
        report = governments(portal)[2020]
        first = fetch(server, report.url)
        again = fetch(server, report.url, **{condition: first.headers[validator]})
        assert (again.status, again.body) == (304, b"")
        assert [hit.sent for hit in server.hits][1:] == [0]
        assert condition.replace("_", "-").lower() in server.hits[1].headers

        portal.edit_figure(2020, "applications.new.total", 7)
        edited = fetch(server, report.url, **{condition: first.headers[validator]})
        assert edited.status == 200
        assert edited.body != first.body
        assert governments(portal)[2020].figures["applications.new.total"] == 7
        portal.edit_figure(2020, "applications.new.total", 8)
        assert fetch(server, report.url, **{condition: edited.headers[validator]}).status == 200
        with pytest.raises(KeyError, match="no figure of the 2020 report"):
            portal.edit_figure(2020, "disclosure.permits.made", 1)


@pytest.mark.parametrize("code", ["610326", "330109", "130427"])
def test_publishing_and_withdrawing_show_at_once(code: str) -> None:
    with serve(demo_country()) as server:
        portal = server.country.portal(code)
        url = portal.base + portal.pages.list_address()
        condition = {"If_Modified_Since": "Mon, 01 Dec 2025 00:00:00 GMT"}
        charset = "gb18030" if code == "130427" else "utf-8"
        assert "2025年政府信息公开" not in fetch(server, url).body.decode(charset)
        portal.publish(2025)
        assert "2025年政府信息公开" in fetch(server, url, **condition).body.decode(charset)
        assert fetch(server, governments(portal)[2025].url).status == 200
        withdrawn = governments(portal)[2019]
        portal.withdraw(2019)
        assert fetch(server, withdrawn.url).status == 404
        assert 2019 not in governments(portal)


def test_two_countries_are_independent_and_alike() -> None:
    first, second = demo_country(), demo_country()
    first.portal("610326").withdraw(2024)
    assert 2024 in governments(second.portal("610326"))
    assert first.portal("330109").published() == second.portal("330109").published()


def test_head_says_what_get_would_send(server: PortalServer) -> None:
    url = governments(server.country.portal("610326"))[2024].url
    head, get = fetch(server, url, "HEAD"), fetch(server, url)
    assert head.body == b""
    assert head.headers["content-length"] == str(len(get.body))
    assert server.hits[-2].sent == 0


def test_compressed_and_chunked_answers(server: PortalServer) -> None:
    answer = fetch(server, governments(server.country.portal("330109"))[2024].url)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["transfer-encoding"] == "chunked"
    assert "ZJEG_RSS.content.begin" in answer.text


def test_files_for_the_crawl(server: PortalServer, tmp_path: Path) -> None:
    server.write_practice(tmp_path / "practice")
    registry = load_registry(tmp_path / "practice" / "registry.csv")
    assert registry["610326"].home == f"http://www.meixian.test:{server.port}/"
    assert {portal.family for portal in registry.values()} == {None}
    hosts = json.loads((tmp_path / "practice" / "hosts.json").read_text(encoding="utf-8"))
    assert hosts["www.meixian.test"] == "127.61.3.26"
    assert {"www.lulong.test", "www.816969.test"} < set(hosts)


def test_a_taken_port_is_said(server: PortalServer) -> None:
    with (
        pytest.raises(PortTaken, match=f"127.61.3.26:{server.port} cannot be listened on"),
        serve(demo_country(), server.port),
    ):
        pass


def test_a_country_has_one_portal_for_each_code() -> None:
    portals = (
        Portal("610326", "眉县", "a.test", "trs", ()),
        Portal("610326", "眉县", "b.test", "trs", (), address="127.1.1.1"),
    )
    with pytest.raises(ValueError, match="share a code"):
        Country(portals)


def test_resolver_knows_practice_hosts_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hosts.json"
    path.write_text('{"www.meixian.test": "127.61.3.26"}', encoding="utf-8")
    monkeypatch.setenv("GONGKAI_PRACTICE_HOSTS", str(path))
    resolver = PracticeResolver(None, 0, 1.0)  # type: ignore[arg-type] # it never asks the reactor
    answers: list[object] = []
    for name in ("www.meixian.test", "127.61.3.26", "www.meixian.gov.cn", "1.2.3.4"):
        resolver.getHostByName(name).addBoth(answers.append)
    assert answers[:2] == ["127.61.3.26", "127.61.3.26"]
    assert ["is no practice host" in str(answer) for answer in answers[2:]] == [True, True]
    monkeypatch.delenv("GONGKAI_PRACTICE_HOSTS")
    with pytest.raises(RuntimeError, match="GONGKAI_PRACTICE_HOSTS"):
        PracticeResolver(None, 0, 1.0)  # type: ignore[arg-type]


def test_command_line_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.portals", "--port", "0", "--folder", str(tmp_path)]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:  # noqa: S603 - ours
        assert process.stdout
        line = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert line.startswith("listening: 7 hosts")
    assert (tmp_path / "registry.csv").exists()

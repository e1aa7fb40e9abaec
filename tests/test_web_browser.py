"""The reading room in a browser: what a reader does, with the keyboard too, and what nobody should stumble over."""

import csv
import re
import select
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.reading_room import CHROMIUM, CHROMIUM_ARGUMENTS, crawled_twice, served
from tests.storage_samples import MEI, Crawl, new_archive

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with crawled_twice(tmp_path_factory.mktemp("room")) as site, site.archive() as archive, served(archive) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window; whatever it asks of any other machine is a fault."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    elsewhere: list[str] = []
    opened.on("request", lambda asked: None if "//127.0.0.1:" in asked.url else elsewhere.append(asked.url))
    yield opened
    context.close()
    assert not elsewhere


def test_from_a_county_to_the_sum_that_fails(page: Page, room: str) -> None:
    page.goto(room)
    page.get_by_role("textbox", name="按名称或代码查找县").fill("眉县")
    page.get_by_role("button", name="查找").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("眉县")
    row = page.get_by_role("row", name=re.compile("^2021"))
    expect(row).to_contain_text("1 项核验不符")
    row.get_by_role("link", name="眉县人民政府2021年").click()
    sign = page.locator("td a.mark.fail")
    expect(sign).to_have_count(1)
    expect(page.locator('td[id="review.reconsideration.total"]')).to_contain_text("3")
    sign.click()
    expect(page.locator("tr:target")).to_contain_text("“行政复议 结果维持” 3 + “行政复议 结果纠正” 1 = 4")


def test_two_versions_are_compared(page: Page, room: str) -> None:
    page.goto(f"{room}/why/{MEI}/2020?lang=zh")
    page.get_by_role("link", name="查看报告").click()
    change = page.locator("#change-2")
    expect(change.locator("summary")).to_contain_text("第 2 版与第 1 版相比")
    expect(change.get_by_role("row", name=re.compile("本年新收政府信息公开申请数量 总计"))).to_contain_text("数值改变")
    page.get_by_role("link", name="第 1 版").click()
    expect(page.locator(".warning")).to_contain_text("这是第 1 版")


def test_two_characters_are_searched(page: Page, room: str) -> None:
    page.goto(f"{room}/search?lang=zh")
    page.get_by_label("词语或句子").fill("复议")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("份报告")
    expect(page.locator("mark").first).to_have_text("复议")
    page.locator(".hits a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("政府信息公开工作年度报告")


def test_the_panel_is_taken_away(page: Page, room: str) -> None:
    page.goto(f"{room}/county/{MEI}?lang=zh")
    with page.expect_download() as begun:
        page.get_by_role("link", name="每年一行、每项指标一列").click()
    assert begun.value.suggested_filename == f"panel-{MEI}.csv"
    rows = list(csv.DictReader(begun.value.path().read_text("utf-8-sig").splitlines()))
    held = {row["year"]: row["review.reconsideration.total"] for row in rows if row["evidence"] == "archived"}
    assert held["2021"] == "3"


def test_the_keyboard_alone_will_do(page: Page, room: str) -> None:
    page.goto(f"{room}/?lang=zh")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到正文")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(MEI)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("眉县")
    page.goto(f"{room}/coverage/6103")
    link = page.locator(f'a[href="/why/{MEI}/2022"]')
    link.focus()
    assert link.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_contain_text("未列出")
    page.keyboard.press("Tab")  # the order of focus is the order of the page
    expect(page.locator(":focus")).to_have_text("跳到正文")


def test_the_language_is_switched_and_kept(page: Page, room: str) -> None:
    page.goto(f"{room}/coverage/6103")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Health").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Health of the archive")


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_no_page_has_a_grave_fault(browser: Browser, room: str, scheme: Literal["light", "dark"], width: int) -> None:
    """Axe's rules on every kind of page, as wide as a telephone and as a desk: colours by scheme, places by width."""
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    for place in _places(page, room):
        page.goto(room + place)
        found = Axe().run(page, options={"iframes": False}).response["violations"]
        faults = [(one["id"], [node["html"] for node in one["nodes"][:3]]) for one in found if one["impact"] in GRAVE]
        assert not faults, (place, scheme, width)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, (place, width)
    context.close()


def test_an_archived_page_does_nothing(browser: Browser, tmp_path: Path) -> None:
    """Neither scripts nor forms, frames, refreshes, plug-ins or anything loaded: nobody hears that it is read."""
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        host = f"http://127.0.0.1:{stranger.getsockname()[1]}"
        hostile = f"""<html><head><meta charset="utf-8"><base href="{host}/">
            <link rel="preconnect" href="{host}"><link rel="dns-prefetch" href="{host}"><link rel="prefetch" href="/p">
            <link rel="preload" as="image" href="/l"><link rel="stylesheet" href="/s.css">
            <meta http-equiv="refresh" content="0;url={host}/refresh"><style>body{{background:url({host}/b.png)}}
            @import "{host}/i.css"; @font-face{{font-family:x;src:url({host}/f)}} p{{font-family:x}}</style>
            <script>top.location = "{host}/script"</script></head>
            <body onload="top.location='{host}/load'"><p>年报</p><img src="{host}/i.png" onerror="top.location='/e'">
            <iframe src="{host}/frame"></iframe><object data="{host}/o"></object>
            <embed src="{host}/m"><video src="{host}/v" autoplay></video>
            <form id=f action="{host}/form" target="_top"><input name=a autofocus onfocus="f.submit()"></form>
            <svg onload="top.location='/svg'"/></body></html>"""
        archive = new_archive(tmp_path)
        crawl = Crawl(archive)
        capture = crawl.fetch("http://www.meixian.test/x.html", hostile.encode())
        crawl.kept(capture)
        crawl.close()
        with served(archive) as address:
            context = browser.new_context()
            page = context.new_page()
            for place in ("/capture/1", "/raw/1"):
                page.goto(address + place)
                shown = page.frame_locator("iframe.replay") if place == "/capture/1" else page
                expect(shown.locator("p", has_text="年报").first).to_be_visible()
                page.wait_for_timeout(700)  # a refresh, or a connection ahead of its use, would come by then
                assert page.url == address + place
                assert page.frame(url=f"{address}/raw/1")
            heard = select.select([stranger], [], [], 0)[0]
            assert not heard
            context.close()
        archive.close()


def _places(page: Page, room: str) -> list[str]:
    page.goto(f"{room}/county/{MEI}?lang=en")
    reports = page.locator('main a[href^="/report/"]').evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    broken = next(one for one in reports if "#" in one).partition("#")[0]
    return [
        "/",
        "/coverage?year=2020",
        "/coverage/61",
        "/coverage/6103",
        f"/county/{MEI}",
        "/county?q=新",
        f"/why/{MEI}/2020",
        f"/why/{MEI}/2022",
        broken,
        "/capture/9",
        "/search?q=复议",
        "/search?q=没有的话",
        "/indicators",
        "/indicators/applications.new.total",
        "/api",
        "/health",
        "/about",
        "/nothing",
    ]

"""Which hosts a visit may ask: the row's, its registrable domain, the other hosts; mirrors never."""

import pytest
from scrapy import Request
from scrapy.utils.test import get_crawler

from crawler.allowlist import Allowlist, AllowlistMiddleware, OffAllowlist
from crawler.registry import Portal

MEIXIAN = Portal("610326", "http://www.meixian.gov.cn/", hosts=("gk.baoji-data.cn",))
BARE = Portal("150824", "http://1.25.240.11:8082/")


@pytest.mark.parametrize(
    ("portal", "url", "allowed"),
    [
        (MEIXIAN, "http://www.meixian.gov.cn/a.html", True),
        (MEIXIAN, "https://xxgk.meixian.gov.cn:8443/a.html", True),
        (MEIXIAN, "http://meixian.gov.cn/", True),
        (MEIXIAN, "http://gk.baoji-data.cn/x.pdf", True),
        (MEIXIAN, "http://www.baoji-data.cn/x.pdf", False),
        (MEIXIAN, "http://www.816969.cn/col14875/a.html", False),
        (MEIXIAN, "http://meixian.gov.cn.816969.cn/", False),
        (MEIXIAN, "http://notmeixian.gov.cn/", False),
        (MEIXIAN, "http://www.fengxiang.gov.cn/", False),
        (MEIXIAN, "http://www.meixian.gov.cn@816969.cn/", False),
        (MEIXIAN, "ftp://www.meixian.gov.cn/", False),
        (MEIXIAN, "http://[/", False),
        (MEIXIAN, "http://zw.baoji.gov.cn/", False),
        (BARE, "http://1.25.240.11:8082/x", True),
        (BARE, "http://11.25.240.11/x", False),
        (MEIXIAN, "http://127.0.0.1/x", False),
    ],
)
def test_allowed_addresses(portal: Portal, url: str, allowed: bool) -> None:
    assert Allowlist.of(portal).allows(url) is allowed


def test_what_is_refused_is_counted() -> None:
    crawler = get_crawler()
    middleware = AllowlistMiddleware.from_crawler(crawler)
    for url in ("http://www.meixian.gov.cn/", "http://www.816969.cn/", "http://www.816969.cn/nb/"):
        request = Request(url, meta={"allowlist": Allowlist.of(MEIXIAN)})
        if "meixian" in url:
            middleware.process_request(request)
            continue
        with pytest.raises(OffAllowlist):
            middleware.process_request(request)
    assert crawler.stats
    assert crawler.stats.get_value("allowlist/refused") == 2

"""The demo's country: three families as they are in life, and three ways to get nothing from a portal."""

from datetime import datetime

from tests.portals.country import Country, Mirror
from tests.portals.figures import Facts, Value
from tests.portals.portal import Portal
from tests.portals.quirks import Quirk
from tests.portals.tables import applicant_kinds, codes

YEARS = tuple(range(2015, 2025))

_COLUMN = "/col14875/col14972/col14973/"
_DEPARTMENTS = ("财政局", "教育体育局", "卫生健康局", "自然资源局", "市场监督管理局")
_MORE_DEPARTMENTS = (*_DEPARTMENTS, "民政局", "司法局", "审计局", "统计局", "应急管理局")


def demo_country() -> Country:
    """Six portals and a mirror, anew at each call: 眉县, 萧山区, 磁县; 新都区, 卢龙县, 兰西县."""
    mirror = Mirror("www.816969.test", "127.81.69.69", original="610326")
    portals = (_mei_county(), _xiaoshan(), _ci_county(), _xindu(), _lulong(), _lanxi())
    return Country(portals, (mirror,))


def _mei_county() -> Portal:
    """TRS, with a year withheld (2022), a PDF (2018), a late report (2016) and a sum that does not add up (2021)."""
    facts = Facts(
        new_applications=(5, 0, 0, 0, 0, 0),
        prose={
            "affairs": 981,
            "news": 1777,
            "social": 3016,
            "elsewhere": 5985,
            "citizens": 22,
            "meetings": 11,
            "wechat": 18,
            "weibo": 6,
            "city_proposals": 4,
            "county_proposals": 175,
            "charts": 3,
            "reprints": 13,
            "suggestions": 4,
            "adopted": 3,
            "inspections": 3,
            "notices": 6,
        },
    )
    broken: dict[str, Value] = {
        "review.reconsideration.upheld": 3,
        "review.reconsideration.corrected": 1,
        "review.reconsideration.other": 0,
        "review.reconsideration.pending": 0,
        "review.reconsideration.total": 3,
    }
    return Portal(
        code="610326",
        county="眉县",
        host="www.meixian.test",
        family="trs",
        years=YEARS,
        withheld=frozenset({2022}),
        quirks=frozenset({Quirk.ETAG, Quirk.LAST_MODIFIED, Quirk.ROBOTS, Quirk.FAULTY_META}),
        site_serial="0004",
        departments=_DEPARTMENTS,
        townships=("槐芽镇", "横渠镇", "汤峪镇"),
        stray=7,
        charts=(2020, 2023),
        site_statistics=(2018, 2020, 2023),
        pdf_years=frozenset({2018}),
        pictures={2023: 2},
        facts={2020: facts},
        corrections={2021: broken},
        published_at={
            2016: datetime(2017, 5, 12, 9, 30, 2),  # noqa: DTZ001 - Beijing time as printed, here and below
            2017: datetime(2018, 1, 31, 13, 25, 55),  # noqa: DTZ001
            2020: datetime(2021, 1, 31, 17, 45, 13),  # noqa: DTZ001
        },
        addresses={
            2017: f"{_COLUMN}201801/t20180116_518154.html",
            2020: f"{_COLUMN}202102/t20210219_518175.html",
        },
        links=(
            (
                "眉县人民政府2020年政府信息公开工作年度报告",
                f"http://www.816969.test:{{port}}{_COLUMN}202102/t20210219_518175.html",
            ),
        ),
        layout={
            "open": "/col14875/",
            "guide": "/col14875/col14970/",
            "rules": "/col14875/col14971/",
            "reports": _COLUMN,
            "departments": "/col14875/col14972/col14974/",
            "townships": "/col14875/col14972/col14975/",
            "news": "/col8264/",
        },
    )


def _xiaoshan() -> Portal:
    """Hanweb, with so many departments on the county's list that older years come from dataproxy.jsp alone."""
    return Portal(
        code="330109",
        county="萧山区",
        host="www.xiaoshan.test",
        family="hanweb",
        years=YEARS,
        quirks=frozenset({Quirk.LAST_MODIFIED, Quirk.GZIP, Quirk.CHUNKED, Quirk.FAULTY_META}),
        departments=_MORE_DEPARTMENTS,
        townships=("瓜沥镇", "临浦镇"),
        charts=(2022,),
        pdf_years=frozenset({2021}),
        layout={"open": "1229709800", "reports": "1229709821", "unit": "7380136"},
    )


def _ci_county() -> Portal:
    """The long tail in GBK: no validators, a counter, one year in a sub-column, one year with blank columns."""
    blank: dict[str, Value] = {
        code: None
        for code in codes("v2021")
        if code.startswith("applications.") and code.rpartition(".")[2] in applicant_kinds()[1:]
    }
    blank["disclosure.regulations.made"] = "/"
    return Portal(
        code="130427",
        county="磁县",
        host="www.cixian.test",
        family="generic",
        years=YEARS,
        quirks=frozenset({Quirk.COUNTER, Quirk.ROBOTS}),
        departments=_DEPARTMENTS[:3],
        townships=("岳城镇",),
        stray=3,
        facts={2023: Facts(new_applications=(9, 0, 0, 0, 0, 0))},
        corrections={2023: blank},
        layout={"apart": "2019"},
    )


def _xindu() -> Portal:
    return Portal(code="510114", county="新都区", host="www.xindu.test", family="challenge", years=YEARS)


def _lulong() -> Portal:
    return Portal(code="130324", county="卢龙县", host="www.lulong.test", family="refused", years=YEARS)


def _lanxi() -> Portal:
    """The address registered for 兰西县 belongs to 兰溪市, whose name sounds the same."""
    return Portal(
        code="231222",
        county="兰西县",
        host="www.lanxi.test",
        family="hanweb",
        years=YEARS[-4:],
        quirks=frozenset({Quirk.ETAG}),
        owner=("330781", "兰溪市"),
        layout={"reports": "1229663090", "open": "1229663000", "news": "1229663001", "unit": "6611340"},
    )

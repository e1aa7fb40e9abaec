"""Reports under unusual titles and headings, and pages that were never closed: whose they are, and whether whole."""

from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports import normalize
from reports.blocks import Page, Paragraph
from reports.identity import classify_title, identify
from reports.model import AgencyKind, Unreadable
from reports.sections import read_sections
from reports.titles import is_other_paper, noticed_title

TITLES = (
    *("一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况"),
    *("四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项"),
)
OLD = (
    *("一、概述", "二、主动公开政府信息的情况", "三、依申请公开政府信息办理情况"),
    *("四、收费及减免情况", "五、行政复议和诉讼情况", "六、存在的主要问题及改进措施"),
)
PROSE = "全县依法公开信息，网站访问量达三万次，由县政府主办。"
REPORT = "乾县人民政府2023年政府信息公开工作年度报告"
NOTICE = f"乾县人民政府办公室关于印发《{REPORT}》的通知"


@pytest.mark.parametrize(
    "title",
    [
        "关于乾县2023年政府信息公开工作年度报告的公告",
        "乾县人民政府关于发布2023年政府信息公开工作年度报告的公告",
        "乾县2023年政府信息公开工作年度报告公示",
        "关于公布《乾县2023年政府信息公开工作年度报告》的通告",
        "乾县2023年政府信息公开工作总结报告",
        "乾县2023年政府信息公开工作年度报告（含图解）",
        "乾县2023年政府信息公开工作年度报告（附图解）",
        "乾县人民政府办公室关于乾县2023年政府信息公开工作年度报告",
        "中共乾县县委 乾县人民政府2023年政务公开工作年度报告",
        "中共乾县委员会、乾县人民政府2023年政务公开工作年度报告",
        "《乾县实施〈政府信息公开条例〉2023年度报告》",
        "乾县人民政府贯彻实施《中华人民共和国政府信息公开条例》2023年年度报告",
        "乾县实施政府信息公开条例年度报告（2023年）",
        "乾县2023年开展政府信息公开工作年度报告",
        "乾县人民政府关于开展政府信息公开工作的2023年年报",
        "2023年政府信息公开年报 乾县人民政府",
        "乾县人民政府2023年政府信息公开年度报告 县政府办公室",
    ],
)
def test_titles_of_the_countys_report(title: str) -> None:
    claim = classify_title(title)
    assert (claim.is_report, claim.chart, claim.year, claim.agency_kind) == (True, False, 2023, AgencyKind.GOVERNMENT)
    assert claim.agency is not None
    assert claim.agency.canonical == "乾县人民政府"


def test_a_division_of_the_corps_is_no_part_of_the_citys_name() -> None:
    claim = classify_title("第六师五家渠市2023年政府信息公开工作年度报告")
    assert claim.agency is not None
    assert (claim.agency.place, claim.agency_kind) == ("五家渠市", AgencyKind.GOVERNMENT)
    assert classify_title("第六师农业农村局2023年政府信息公开年度报告").agency_kind is AgencyKind.DEPARTMENT


@pytest.mark.parametrize(
    "title",
    [
        "关于做好2023年政府信息公开工作年度报告的通知",
        "关于报送2023年政府信息公开工作年度报告的公告",
        "关于征求《乾县2023年政府信息公开工作年度报告》意见的公告",
        "关于开展乾县2023年政府信息公开工作年度报告公示的通知",
        "乾县2023年政府信息公开工作总结",
        "乾县2023年实施《政府信息公开条例》年度报告制度",
        "关于开展2023年政府信息公开工作年度报告编制的通知",
        "《政府信息公开条例》解释：2023年年度报告由政府公布",
        "中华人民共和国政府信息公开条例",
        "乾县2023年开展政府信息公开年度报告工作",
        "图解：乾县2023年政府信息公开工作年度报告（附解读）",
        NOTICE,
    ],
)
def test_titles_of_other_papers(title: str) -> None:
    assert not classify_title(title).is_report


def test_a_departments_paper_about_its_county_is_not_the_governments() -> None:
    claim = classify_title("乾县司法局关于乾县2023年政府信息公开工作年度报告")
    assert claim.agency_kind is not AgencyKind.GOVERNMENT
    assert classify_title("中共乾县县委组织部2023年信息公开年度报告").agency_kind is AgencyKind.DEPARTMENT


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("2023年政府信息公开年报 县水利局", AgencyKind.DEPARTMENT),
        ("2023年政府信息公开年度报告县教体局", AgencyKind.DEPARTMENT),
        ("《2023年政府信息公开年度报告》县教体局_乾县人民政府", AgencyKind.DEPARTMENT),
        ("乾县2023年政府信息公开年度报告县教体局", AgencyKind.DEPARTMENT),
        ("2023年政府信息公开年报 城关镇", AgencyKind.TOWNSHIP),
        ("2023年政府信息公开年报 县政府办", AgencyKind.OFFICE),
        ("乾县水利局实施《政府信息公开条例》2023年度报告", AgencyKind.DEPARTMENT),
        ("2023年政府信息公开年报（部门）", AgencyKind.OTHER),
        ("2023年政府信息公开年度报告（镇街）", AgencyKind.OTHER),
        ("2023年政府信息公开年度报告（各乡镇、部门）", AgencyKind.OTHER),
        ("【县直单位】2023年政府信息公开年度报告", AgencyKind.OTHER),
        ("乾县2023年政府信息公开年报（部门）", AgencyKind.OTHER),
        ("2023年政府信息公开年报 全文", None),
        ("2023年政府信息公开年报（含部门）", None),
        ("《政府信息公开条例》2023年度报告", None),
    ],
)
def test_another_agency_is_named_before_or_behind_the_title(title: str, kind: AgencyKind | None) -> None:
    claim = classify_title(title)
    assert (claim.is_report, claim.year, claim.agency_kind) == (True, 2023, kind)


_WORDS = (
    "【",
    "】",
    "（",
    "）",
    "《",
    "》",
    "图解：",
    "附件1.",
    "1、",
    "..",
    "…",
    "-",
    "_",
    "2023年",
    "二〇二三年",
    "关于",
    "实施",
    "条例",
    "通知",
    "部门",
    "县",
    "局",
    "政府信息公开",
    "年度报告",
    "年报",
)


@given(st.one_of(st.text(), st.lists(st.sampled_from(_WORDS)).map("".join)), st.integers(1, 50_000))
@example("【】", 50_000)
@example("图解：", 30_000)
@example("政府信息公开", 16_000)
@example("2023年关于政府信息公开年报通知", 6_000)
def test_a_text_of_any_length_is_read_at_once(text: str, times: int) -> None:
    title = text * min(times, 100_000 // (len(text) or 1))
    start = perf_counter()
    for read in (classify_title, noticed_title, is_other_paper):
        read(title)
    assert perf_counter() - start < 1


def document(title: str, headings: tuple[str, ...]) -> Page:
    lines = (title, *(line for heading in headings for line in (heading, PROSE)))
    return Page("html", tuple(map(Paragraph, lines)), {("title", "h1"): title})


@pytest.mark.parametrize(
    "title",
    [
        NOTICE,
        "关于印发乾县2023年政府信息公开工作年度报告的通知",
        "乾县人民政府关于公布2023年政府信息公开工作年度报告的通知",
    ],
)
def test_a_notice_over_the_report_itself_is_read_through(title: str) -> None:
    report = identify(document(title, TITLES))
    assert (report.agency, report.kind, report.year) == ("乾县人民政府", AgencyKind.GOVERNMENT, 2023)
    assert report.review == ()


def test_a_notice_without_the_report_stays_one() -> None:
    assert "the title is not that of a report" in identify(document(NOTICE, TITLES[:4])).review
    order = "关于做好乾县2023年政府信息公开工作年度报告编制工作的通知"
    assert "the title is not that of a report" in identify(document(order, TITLES)).review


def test_who_signs_below_a_title_is_no_part_of_it() -> None:
    title = "2023年政府信息公开工作年度报告"
    texts = (title, "乾县大数据局", *(line for heading in TITLES for line in (heading, "我县公开信息，县政府带头。")))
    report = identify(Page("html", tuple(map(Paragraph, texts)), {}), county_code="610424")
    assert report.title == title


def unclosed(headings: tuple[str, ...], footer: str = "", year: int = 2023, above: str = "") -> bytes:
    title = f"乾县人民政府{year}年政府信息公开工作年度报告"
    text = "".join(f"<p>{heading}</p><p>{PROSE * 4}</p>" for heading in headings)
    around = f"<div class=foot>{footer}</div>" if footer else ""
    return f"<html><body>{above}<h1>{title}</h1><div id=zoom>{text}</div>{around}".encode()


@pytest.mark.parametrize(
    "footer",
    ["主办：乾县人民政府 承办：乾县人民政府办公室", "您是第123位访客", "技术支持：某公司", "<b>总访问量</b>：12345"],
)
def test_a_page_never_closed_is_whole_if_its_footer_arrived(footer: str) -> None:
    report = normalize(unclosed(OLD, footer, 2016))
    assert [section.ordinal for section in report.sections] == [1, 2, 3, 4, 5, 6]
    unnumbered = unclosed(OLD, footer, 2016).decode()
    for heading in OLD:
        unnumbered = unnumbered.replace(heading, "")
    assert [section.ordinal for section in normalize(unnumbered.encode()).sections] == [0]


@pytest.mark.parametrize("last", ["六、其他", "六、其他需报告事项", "六、其他事项", "六、其他需要说明的事项"])
def test_a_page_never_closed_is_whole_if_its_last_section_arrived(last: str) -> None:
    assert len(normalize(unclosed((*TITLES[:5], last))).sections) == 6


@pytest.mark.parametrize("year", [2016, 2023])
def test_a_page_that_breaks_off_is_an_error_in_every_year(year: int) -> None:
    above = "<div><a>网站地图</a> 主办：乾县人民政府 您是第9位访客</div>"
    for headings in (OLD, OLD[:3], TITLES[:5], ("本报告",)):
        with pytest.raises(Unreadable, match="truncated HTML"):
            normalize(unclosed(headings, year=year, above=above))
    with pytest.raises(Unreadable, match="truncated HTML"):
        normalize(unclosed(TITLES[:5]) + "<p>六、其他".encode())


def test_official_titles_in_brackets_are_the_sections_where_no_others_are() -> None:
    bracketed = tuple(f"（{title[0]}）{title[2:]}" for title in TITLES)
    blocks = document(REPORT, bracketed).blocks
    assert [(part.ordinal, part.heading) for part in read_sections(blocks)] == list(enumerate(bracketed, 1))
    below = document(REPORT, (TITLES[0], *bracketed[1:3])).blocks
    assert [part.ordinal for part in read_sections(below)] == [1]
    assert not normalize(unclosed(bracketed) + b"</body></html>").needs_review

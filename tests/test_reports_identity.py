"""Whose report and of which year: titles as lists print them, documents that disagree with themselves, hints."""

import pytest

from reports.blocks import Page, Paragraph
from reports.divisions import by_code
from reports.identity import classify_title, identify, read_time
from reports.model import AgencyKind
from reports.periods import period_years

GOVERNMENT, OFFICE, DEPARTMENT = AgencyKind.GOVERNMENT, AgencyKind.OFFICE, AgencyKind.DEPARTMENT
TOWNSHIP, OTHER = AgencyKind.TOWNSHIP, AgencyKind.OTHER


@pytest.mark.parametrize(
    ("title", "year", "kind"),
    [
        ("眉县人民政府2020年政府信息公开工作年度报告", 2020, GOVERNMENT),
        ("眉县2019年度政府信息公开年报", 2019, GOVERNMENT),
        ("2018年眉县信息公开年度报告", 2018, GOVERNMENT),
        ("眉县 2020 年度政府信息公开 工作年度 报 告", 2020, GOVERNMENT),
        ("关于眉县二〇一五年政府信息公开工作的报告", 2015, GOVERNMENT),
        ("眉县政府信息公开工作2017年年度报告", 2017, GOVERNMENT),
        ("眉县2018年度政务公开年度工作报告", 2018, GOVERNMENT),
        ("眉县人民政府机关2020年政府信息公开工作年度报告.pdf", 2020, GOVERNMENT),
        ("宁乡市2020年政府信息公开工作年度报告", 2020, GOVERNMENT),
        ("县政府办2022年度政府信息公开工作年度报告", 2022, OFFICE),
        ("中共眉县县委办公室眉县人民政府办公室2020年政府信息公开年度报告", 2020, OFFICE),
        ("眉县财政局2020年政府信息公开工作年度报告", 2020, DEPARTMENT),
        ("眉县卫生健康委员会 2021政府信息公开工作年度报告", 2021, DEPARTMENT),
        ("眉县退役军人事务局2021年度报告", 2021, DEPARTMENT),
        ("眉县槐芽镇2020年政府信息公开工作年度报告", 2020, TOWNSHIP),
        ("2021年首善街道办政府信息公开工作年度报告", 2021, TOWNSHIP),
        ("眉县第一中学2022年信息公开年度报告", 2022, OTHER),
        ("高新区管委会2022年政府信息公开年度报告", 2022, OTHER),
        ("2020年政府信息公开工作年度报告", 2020, None),
        ("2020年度眉县人民政府信息公开工作年度报告", 2020, GOVERNMENT),
        ("眉县人民政府信息公开2020年度工作报告", 2020, GOVERNMENT),
        ("眉县（本级）2020年政府信息公开工作年度报告", 2020, GOVERNMENT),
        ("眉县本级政府2020年政府信息公开工作年度报告", 2020, GOVERNMENT),
        ("眉县人民政府２０２０年政府信息公开工作年度报告", 2020, GOVERNMENT),
        ("[2021-01-31]眉县2020年政府信息公开工作年度报告", 2020, GOVERNMENT),
        ("眉县2020年政府信息公开工作年度报告 2021-01-31", 2020, GOVERNMENT),
        ("眉县2020年政府信息公开工作年度报告2021年1月31日", 2020, GOVERNMENT),
        ("眉县2019年政府信息公开工作年度报告（2020年发布）", 2019, GOVERNMENT),
        ("附件1：眉县2020年政府信息公开工作年度报告.pdf", 2020, GOVERNMENT),
        ("1、眉县2020年政府信息公开工作年度报告", 2020, GOVERNMENT),
        ("眉县2020年政府信息公开工作年度报...", 2020, GOVERNMENT),
        ("眉县政务公开工作领导小组办公室2020年政府信息公开工作年度报告", 2020, OFFICE),
        ("眉县2020年政府信息公开工作年度报告（政府办）", 2020, OFFICE),
        ("眉县2020年政府信息公开工作年度报告（县教体局）", 2020, DEPARTMENT),
        ("政府信息公开工作年度报告（眉县财政局2020年）", 2020, DEPARTMENT),
        ("2020年政府信息公开工作年度报告-眉县财政局", 2020, DEPARTMENT),
        ("2020年政府信息公开工作年度报告（横渠镇）", 2020, TOWNSHIP),
        ("眉县残联2020年信息公开年度报告", 2020, DEPARTMENT),
        ("眉县政协2020年信息公开年度报告", 2020, OTHER),
        ("眉县城关2020年政府信息公开工作年度报告", 2020, OTHER),
    ],
)
def test_titles_of_reports(title: str, year: int, kind: AgencyKind | None) -> None:
    claim = classify_title(title)
    assert (claim.is_report, claim.year, claim.agency_kind) == (True, year, kind)
    assert (claim.chart, claim.site_statistics) == (False, False)


@pytest.mark.parametrize(
    "title",
    [
        "关于做好2020年政府信息公开工作年度报告编制发布工作的通知",
        "政府信息公开工作年度报告格式",
        "国办公开办函〔2021〕30号",
        "某省政府信息公开年度报告制度(试行)",
        "眉县政府信息公开情况统计表",
        "眉县政府信息公开指南",
        "2020年财政决算报告",
        "2020年度法治政府建设年度报告",
        "眉县人民政府2020年工作报告",
        "眉县2020年环境信息公开年度报告",
        "眉县2020年政府信息公开年度报告发布会",
        "眉县37个部门全部发布2020年政府信息公开年度报告",
        "",
    ],
)
def test_titles_that_are_no_reports(title: str) -> None:
    assert not classify_title(title).is_report


def test_charts_and_site_statistics_are_told_apart() -> None:
    chart = classify_title("【图解】眉县2020年政府信息公开工作年度报告")
    assert (chart.is_report, chart.chart, chart.year, chart.agency_kind) == (False, True, 2020, GOVERNMENT)
    assert classify_title("一图读懂2020年政府信息公开年度报告").chart
    statistics = classify_title("眉县人民政府网站工作年度报表（2020年度）")
    assert (statistics.is_report, statistics.site_statistics) == (False, True)


def test_the_agency_of_a_chart_is_read_behind_its_label() -> None:
    claim = classify_title("图解：眉县人民政府2020年政府信息公开工作年度报告")
    assert (claim.chart, claim.agency_kind) == (True, GOVERNMENT)


def test_two_years_in_a_title_are_none() -> None:
    assert classify_title("2015年、2016年政府信息公开年报").year is None


def page(*lines: str, title: str = "", **claims: str) -> Page:
    named = {tuple(key.split("__")): value for key, value in claims.items()}
    found = {("title", "h1"): title} if title else {}
    return Page("html", tuple(map(Paragraph, lines)), {**found, **named})  # type: ignore[dict-item]


PERIOD = "统计期限自2020年1月1日至2020年12月31日。"


def test_the_fullest_printed_name_is_the_agencys() -> None:
    report = identify(
        page("本报告由淮安市洪泽区人民政府办公室编制。", title="洪泽区人民政府2020年政府信息公开工作年度报告")
    )
    assert (report.agency, report.kind, report.county_code) == ("淮安市洪泽区人民政府", GOVERNMENT, "320813")
    assert identify(page("地址：宝鸡市眉县", title="眉县2020年政府信息公开年报")).agency == "眉县人民政府"


def test_a_title_split_over_lines_names_the_agency() -> None:
    report = identify(page("政府信息公开制度", "眉县人民政府", "2020年政府信息公开", "工作年度报告", PERIOD))
    assert report.title == "眉县人民政府2020年政府信息公开工作年度报告"
    assert (report.agency, report.year, report.review) == ("眉县人民政府", 2020, ())


@pytest.mark.parametrize(
    ("printed", "agency", "kind"),
    [
        ("县政府办", "眉县人民政府办公室", OFFICE),
        ("县财政局", "眉县财政局", DEPARTMENT),
        ("槐芽镇", "眉县槐芽镇人民政府", TOWNSHIP),
        ("首善街道办", "眉县首善街道办事处", TOWNSHIP),
        ("我县", "眉县人民政府", GOVERNMENT),
    ],
)
def test_the_expected_county_completes_abbreviations(printed: str, agency: str, kind: AgencyKind) -> None:
    document = page(PERIOD, title=f"{printed}2020年政府信息公开工作年度报告")
    report = identify(document, county_code="610326")
    assert (report.agency, report.kind, report.county_code, report.review) == (agency, kind, "610326", ())
    assert identify(document).county_code is None
    assert identify(document).review


def test_the_expected_county_never_replaces_a_printed_one() -> None:
    report = identify(page(title="扶风县2020年政府信息公开工作年度报告"), county_code="610326")
    assert report.county_code == "610324"
    assert any("expected was 眉县" in doubt for doubt in report.review)


def test_places_of_one_name_need_a_hint() -> None:
    title = "鼓楼区2020年政府信息公开工作年度报告"
    assert identify(page(title=title)).county_code is None
    assert identify(page(title=title)).review
    assert identify(page(title=title), county_code="410204").county_code == "410204"


def test_a_title_without_agency_is_the_governments_only_if_the_text_says_so() -> None:
    title = "2020年政府信息公开工作年度报告"
    county = page("我县公开信息，全县办理申请，县政府带头。", PERIOD, title=title)
    assert identify(county, county_code="610326").agency == "眉县人民政府"
    window = page("我县公开信息，全县办理申请。受理窗口设在眉县人民政府办公室，开放全年。", PERIOD, title=title)
    assert identify(window, county_code="610326").agency == "眉县人民政府"
    assert identify(page("工作有序推进。", PERIOD, title=title), county_code="610326").review


@pytest.mark.parametrize("name", ["眉县城关", "槐芽", "汤峪旅游", "眉县水利", "宝鸡", "眉县县"])
def test_an_agency_that_is_not_understood_is_never_the_government(name: str) -> None:
    document = page("我县公开信息，全县办理申请，县政府带头。", PERIOD, title=f"{name}2020年政府信息公开工作年度报告")
    report = identify(document, county_code="610326")
    assert (report.agency, report.kind) == (name, OTHER)
    assert report.review == (f"the title names {name}, which is no agency that is known",)


def test_brackets_behind_the_title_name_the_agency() -> None:
    report = identify(page(PERIOD, title="眉县2020年政府信息公开工作年度报告（县教体局）"), county_code="610326")
    assert (report.agency, report.kind, report.county_code, report.review) == ("眉县教体局", DEPARTMENT, "610326", ())


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("2020年，县卫健局认真贯彻落实，服务全县。我县。", ""),
        ("我县公开信息，全县办理申请。", "眉县财政局"),
        ("我县公开信息，全县办理申请。我局、我局、我局。", ""),
    ],
)
def test_a_text_or_source_that_is_another_agencys_is_not_the_governments(text: str, source: str) -> None:
    document = page(text, PERIOD, title="2020年政府信息公开工作年度报告", source__meta=source)
    report = identify(document, county_code="610326")
    assert report.kind is not GOVERNMENT
    assert report.review


def test_prose_and_source_of_one_department_tell_whose_report_it_is() -> None:
    text = "2020年，县卫健局认真贯彻落实，服务全县。"
    document = page(text, PERIOD, title="2020年政府信息公开工作年度报告", source__meta="眉县卫健局")
    assert identify(document, county_code="610326").agency == "眉县卫健局"


@pytest.mark.parametrize(
    "text", ["2020年，我局认真落实。全县。", "我镇成立领导小组。", "根据要求，眉县财政局编制本报告。"]
)
def test_a_government_title_over_another_agencys_text_goes_to_review(text: str) -> None:
    assert identify(page(text, PERIOD, title="眉县2020年政府信息公开工作年度报告")).review


@pytest.mark.parametrize(
    "title",
    [
        "关于做好2020年政府信息公开工作年度报告编制发布工作的通知",
        "【图解】眉县人民政府2020年政府信息公开工作年度报告",
        "《眉县人民政府2020年政府信息公开工作年度报告》解读",
        "眉县人民政府2020年工作报告",
        "政府网站工作年度报表（2020年度）",
    ],
)
def test_other_papers_go_to_review(title: str) -> None:
    document = page("我县公开信息，全县办理申请，县政府带头。", PERIOD, title=title)
    assert any("the title is" in doubt for doubt in identify(document, county_code="610326").review)


def test_a_notice_or_a_list_under_a_reports_title_goes_to_review() -> None:
    title = "眉县2020年政府信息公开工作年度报告"
    assert identify(page("关于做好2020年政府信息公开工作年度报告发布的通知", PERIOD, title=title)).review
    years = (f"眉县{year}年政府信息公开工作年度报告" for year in range(2015, 2021))
    assert "the page is a list of reports" in identify(page(*years, title=title)).review


def test_a_list_title_copied_onto_the_article_is_no_title() -> None:
    document = page(title="眉县2020年政府信息公开年报", title__meta="政府信息公开工作年度报告")
    assert identify(document).title == "眉县2020年政府信息公开年报"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("眉县2014年政府信息公开工作年度报告", "统计期限为2015年1月1日至2015年12月31日"),
        ("眉县2014年政府信息公开工作年度报告", "统计期限2013年1月1日至2014年12月31日"),
        ("眉县2024年政府信息公开工作年度报告", "2023年，我县推进公开。2023年共公开若干条。"),
        ("眉县政府信息公开工作年度报告", "无日期"),
        ("眉县2021年政府信息公开工作年度报告", "自2020年1月1日零时起至2020年12月31日24时止"),
    ],
)
def test_years_that_disagree_go_to_review(title: str, text: str) -> None:
    assert identify(page(text, title=title)).review


def test_a_first_section_of_another_year_goes_to_review() -> None:
    title = "眉县2021年政府信息公开工作年度报告"
    lines = ("现公布眉县2021年政府信息公开工作年度报告。", "一、总体情况", "2020年，有序推进。2020年，收到申请。")
    assert identify(page(title, *lines, title=title)).review


def test_a_notice_of_another_year_in_brackets_is_no_disagreement() -> None:
    text = "根据《关于做好2023年年度报告的通知》（2023年第1号）编制，统计时间为2024年1月1日至12月31日。"
    assert identify(page(text, title="眉县2024年政府信息公开工作年度报告")).review == ()


def test_kinds_that_disagree_go_to_review() -> None:
    document = page(title="眉县财政局2020年政府信息公开年报", title__meta="眉县人民政府2020年政府信息公开年报")
    assert identify(document).review


def test_a_foreign_site_code_goes_to_review() -> None:
    document = Page("html", (), {("title", "h1"): "眉县2020年政府信息公开年报"}, site_id_code="3208290001")
    assert identify(document).review
    hosted = Page("html", (), {("title", "h1"): "眉县2020年政府信息公开年报"}, site_id_code="6103000010")
    assert identify(hosted).review == ()


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("自2020年1月1日至2020年12月31日", {2020}),
        ("201911日至20191231日", {2019}),
        ("2017年1月日起至2017年12月31日止", {2017}),
        ("2020年1月1日至12月21日", {2020}),
        ("2024年1月1日—2024年12月31日", {2024}),
        ("2015-01-01至2015-12-30", {2015}),
        ("2020年1月1日零时起至2020年12月31日", {2020}),
        ("从2020年元月1日到2020年12月31日", {2020}),
        ("自二〇二〇年一月一日至二〇二〇年十二月三十一日", {2020}),
        ("自２０２０年１月１日至２０２０年１２月３１日", {2020}),
        ("2020年6月底", set()),
    ],
)
def test_statistics_periods(text: str, years: set[int]) -> None:
    assert period_years(text) == years


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("发布时间: 2021-01-31 17:45:13", "2021-01-31 17:45:13"),
        ("2021年01月31日来源:某办", "2021-01-31"),
        ("2017—04—12 21∶37", "2017-04-12 21:37:00"),
        ("2021-02-30", None),
        ("", None),
    ],
)
def test_publication_times_as_printed(text: str, when: str | None) -> None:
    assert read_time(text) == when


def test_the_place_of_the_publication_time_is_told_and_meta_comes_first() -> None:
    document = page(published_at__body="2021-03-29", published_at__meta="2023-08-21 10:00")
    assert (identify(document).published_at, identify(document).published_from) == ("2023-08-21 10:00:00", "meta")
    document = page(published_at__body="2021-03-29", published_at__meta="见正文")
    assert (identify(document).published_at, identify(document).published_from) == ("2021-03-29", "body")


@pytest.mark.parametrize(("published", "doubts"), [("2019-01-01", 1), ("2020-06-01", 1), ("2020-12-31", 0)])
def test_a_report_published_before_its_year_was_over_goes_to_review(published: str, doubts: int) -> None:
    document = page(PERIOD, title="眉县2020年政府信息公开年报", published_at__meta=published)
    assert len(identify(document).review) == doubts


def test_the_county_of_a_list_decides_its_titles() -> None:
    claim = classify_title("鼓楼区2020年政府信息公开年报", county=by_code("350102"))
    assert claim.agency is not None
    assert claim.agency.division == by_code("350102")

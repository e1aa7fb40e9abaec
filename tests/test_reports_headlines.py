"""Where a page prints its title: lines around it that are no part of it, and names that are not told."""

import pytest

from reports.blocks import Page, Paragraph
from reports.identity import classify_title, identify
from reports.model import AgencyKind

TITLE = "槐芽镇人民政府2023年政府信息公开工作年度报告"


def read(*lines: str) -> tuple[str, str | None]:
    report = identify(Page("html", tuple(map(Paragraph, lines))), county_code="610326")
    return report.title, report.agency


@pytest.mark.parametrize("above", ["无障碍浏览 长者专版", "政府信息公开", "113307000025920705/2018-04367", "主动公开"])
def test_a_line_above_the_title_is_no_part_of_the_agencys_name(above: str) -> None:
    assert read(above, TITLE) == (TITLE, "眉县槐芽镇人民政府")
    assert read(above, "槐芽镇人民政府", "2023年政府信息公开工作年度报告") == (TITLE, "眉县槐芽镇人民政府")


def test_the_agencys_first_half_above_the_title_is_part_of_it() -> None:
    assert read("眉县", "财政局2023年政府信息公开工作年度报告")[1] == "眉县财政局"


@pytest.mark.parametrize(
    "sentence",
    [
        "现将我乡2023年度信息公开工作情况报告如下",
        "特向社会公布槐芽镇2023年度信息公开年度报告。",
        "我局2023年信息公开工作报告；",
    ],
)
def test_a_sentence_about_the_report_is_no_title(sentence: str) -> None:
    assert read(sentence) == ("", None)


def test_the_label_of_a_title_is_no_part_of_it() -> None:
    for label in ("标   题 ", "标题：", "信息名称 | ", "名称："):
        claim = classify_title(f"{label}县政府办2023年度政府信息公开工作年度报告")
        assert claim.agency is not None
        assert (claim.agency.printed, claim.agency_kind) == ("县政府办", AgencyKind.OFFICE)


@pytest.mark.parametrize("behind", ["_政府信息公开年报_门户网站", "-政府信息公开年报", "|政务公开年度报告"])
def test_names_of_column_and_site_behind_a_title_without_its_subject(behind: str) -> None:
    claim = classify_title(f"眉县统计局2023年度报告{behind}")
    assert (claim.is_report, claim.year, claim.agency_kind, claim.unknown) == (True, 2023, AgencyKind.DEPARTMENT, "")


def test_an_agency_whose_name_is_left_out_goes_to_review() -> None:
    report = identify(Page("html", (), {("title", "h1"): "眉县某局2023年政府信息公开工作年度报告"}))
    assert report.review == ("the title leaves its agency's name out: 眉县某局",)


@pytest.mark.parametrize("carried", ["结转2024年办理1件", "1件结转到2024年度办理", "结转至2024年2件"])
def test_the_year_that_applications_are_carried_into_is_no_doubt(carried: str) -> None:
    page = Page("html", (Paragraph(f"收到申请2件，{carried}。"),), {("title", "h1"): "眉县2023年政府信息公开年报"})
    assert identify(page).review == ()
    other = Page("html", (Paragraph("2024年收到申请2件。"),), {("title", "h1"): "眉县2023年政府信息公开年报"})
    assert identify(other).review

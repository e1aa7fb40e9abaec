"""Sections by their numerals, and the legal calendar."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.blocks import Block, Cell, Page, Paragraph, Picture, Table
from reports.calendar import clock, due_date
from reports.model import AgencyKind, Outcome, Section
from reports.sections import heading_of, read_sections, section_findings, split_tail
from reports.states import Clock

SIX = (
    *("一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况"),
    *("四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项"),
)


def sections(*lines: str) -> list[tuple[int, str]]:
    return [(section.ordinal, section.text) for section in read_sections(tuple(map(Paragraph, lines)))]


@pytest.mark.parametrize(
    ("line", "ordinal"),
    [
        *((title, number) for number, title in enumerate(SIX, 1)),
        ("1. 总体情况", 1),
        ("一 工作概述", 1),
        ("二、主动公开信息情况", 2),
        ("三、行政机关收到和处理政府信息公开申请情况", 3),
        ("四、因政府信息公开工作被申请行政复议、提起行政诉讼情况", 4),
        ("五、存在问题和改进措施", 5),
        ("一总体情况", 1),
        ("第一部分总体情况", 1),
        ("第一部分 总体情况", 1),
        ("九、附表", 9),
        ("十一、附图", 11),
    ],
)
def test_headings(line: str, ordinal: int) -> None:
    assert heading_of(line) == (ordinal, line)


@pytest.mark.parametrize(
    "line",
    [
        "（一）主动公开情况。",
        "(二)部分公开",
        "一是加强领导",
        "一、本年新收政府信息公开申请数量",
        "四、结转下年度继续办理",
        "1.属于国家秘密",
        "一、2020年，我县加强领导。各部门密切配合",
        "二十条措施",
    ],
)
def test_lines_that_are_no_headings(line: str) -> None:
    assert heading_of(line) is None


def test_six_sections_and_no_preamble() -> None:
    lines = [line for title in SIX for line in (title, "（一）事项。正文")]
    assert sections("眉县人民政府", "现报告如下：", *lines) == [(n, "（一）事项。正文") for n in range(1, 7)]


def test_what_stands_before_a_missing_first_section_is_kept() -> None:
    assert sections("工作情况", SIX[1], "正文") == [(0, "工作情况"), (2, "正文")]
    assert sections("只有正文") == [(0, "只有正文")]


def test_a_list_inside_a_section_does_not_start_it_again() -> None:
    assert [n for n, _ in sections(SIX[0], SIX[4], "一、人员不足", "二、培训不够", SIX[5])] == [1, 5, 6]


@pytest.mark.parametrize("leader", ["", "……1", "......... 12"])
def test_a_table_of_contents_is_left_out(leader: str) -> None:
    lines = [line for title in SIX for line in (title, "正文")]
    assert sections("目录", *(title + leader for title in SIX), *lines) == [(n, "正文") for n in range(1, 7)]


@pytest.mark.parametrize("line", ["一、总体情况。2021年，有序推进。", "一、总体情况：2021年，有序推进。"])
def test_a_title_and_its_text_in_one_line(line: str) -> None:
    assert sections(line, SIX[1]) == [(1, "2021年，有序推进。"), (2, "")]


def test_a_list_ahead_of_the_official_titles_starts_no_section() -> None:
    lines = [SIX[0], "一、主动公开情况", "甲", "二、依申请公开情况", "乙", "三、平台建设情况", "丙", *SIX[1:]]
    assert [n for n, _ in sections(*lines)] == [1, 2, 3, 4, 5, 6]


def test_titles_that_start_again_are_kept_apart() -> None:
    assert [n for n, _ in sections(*SIX, SIX[1], "表")] == [1, 2, 3, 4, 5, 6, 2]


def test_a_page_on_one_line_is_cut() -> None:
    text = "标题 一、总体情况 全年有序。 二、主动公开政府信息情况 无 三、收到和处理政府信息公开申请情况 无"
    assert [n for n, _ in sections(text)] == [1, 2, 3]


def test_numerals_in_tables_are_text() -> None:
    cell = Cell("一、总体情况", 0, 0)
    (section,) = read_sections((Paragraph(SIX[2]), Table(((cell,),))))
    assert (section.ordinal, section.text) == (3, "一、总体情况")


def test_the_footer_is_split_off() -> None:
    page = Page("text", tuple(map(Paragraph, (*SIX, "无。", "责任编辑：某某", "版权所有：某县"))))
    blocks, tail = split_tail(page)
    assert (len(blocks), tail) == (7, "责任编辑：某某\n版权所有：某县")


def test_nothing_ahead_of_a_table_is_split_off_and_no_picture() -> None:
    table, picture = Table(((Cell("规章", 0, 0),),)), Picture("W1.jpg", "")
    blocks: tuple[Block, ...] = (
        *map(Paragraph, SIX),
        Paragraph("责任编辑：某某"),
        table,
        Paragraph("打印本页"),
        picture,
    )
    kept, tail = split_tail(Page("html", blocks))
    assert (kept, tail) == ((*blocks[:8], picture), "打印本页")


@pytest.mark.parametrize(
    "line",
    ["附件：统计表", "编辑：办公室编印公报12期", "分享交流经验材料5篇。", "地址：眉县", "打印设备不足，关闭渠道。"],
)
def test_words_of_buttons_in_a_text_split_nothing_off(line: str) -> None:
    page = Page("text", tuple(map(Paragraph, (*SIX, line, "下文继续"))))
    assert split_tail(page) == (page.blocks, "")


def test_a_missing_section_is_a_finding_where_the_form_asks_for_it() -> None:
    five = tuple(Section(n, SIX[n - 1], "") for n in (1, 2, 3, 5, 6))
    (found,) = section_findings(five, 2019)
    assert (found.check, found.subject, found.outcome) == ("S", "section.4", Outcome.NOT_ASSESSABLE)
    whole = tuple(Section(n, title, "") for n, title in enumerate(SIX, 1))
    assert section_findings(whole, 2024)[0].outcome is Outcome.PASS
    assert section_findings(five, 2018) == ()


@given(st.lists(st.text(alphabet="一二三四五六十、. 1总体情况。\n", max_size=30), max_size=8))
def test_no_text_is_lost_or_invented(lines: list[str]) -> None:
    printed = ["一、总体情况", *(part for line in lines for part in (line, "正文"))]
    read = read_sections(tuple(map(Paragraph, printed)))
    assert "".join("".join((s.heading + s.text).split()) for s in read) == "".join("".join(printed).split())


def test_due_dates_before_and_after_the_revision() -> None:
    assert due_date(2018, AgencyKind.DEPARTMENT) == date(2019, 3, 31)
    assert due_date(2019, AgencyKind.DEPARTMENT) == date(2020, 1, 31)
    assert due_date(2019, AgencyKind.GOVERNMENT) == date(2020, 3, 31)


@pytest.mark.parametrize(
    ("today", "archived", "published_at", "expected"),
    [
        ("2020-12-31", False, None, Clock.NOT_DUE),
        ("2021-01-01", False, None, Clock.DUE),
        ("2021-03-31", False, None, Clock.DUE),
        ("2021-04-01", False, None, Clock.OVERDUE),
        ("2022-01-01", True, "2021-03-31 23:59:59", Clock.ON_TIME),
        ("2022-01-01", True, "2021-04-01", Clock.PUBLISHED_LATE),
        ("2022-01-01", True, None, Clock.UNKNOWN),
        ("2022-01-01", True, "9999-99-99", Clock.UNKNOWN),
    ],
)
def test_the_clock(today: str, archived: bool, published_at: str | None, expected: Clock) -> None:
    assert clock(2020, date.fromisoformat(today), archived=archived, published_at=published_at) is expected

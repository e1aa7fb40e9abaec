"""Repair: inserted pinyin, Traditional pages, injected links; what is clean stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.blocks import Cell, Page, Paragraph, Table
from reports.divisions import counties
from reports.repair import repair_page, repair_texts
from reports.repair.spam import cut_spam
from reports.repair.traditional import simplify, to_simplified

HAN = st.text(st.sampled_from("县政府信息公开務發開縣條複復著作力乾隆亳州的一二(（wù）)bó12,。\n |"), max_size=60)


def one(text: str) -> tuple[str, dict[str, int]]:
    (repaired,), counts = repair_texts([text])
    return repaired, counts


def test_pinyin_goes_before_the_conversion_and_both_are_counted() -> None:
    assert one("本縣政務(wù)公開發(fā)布規(guī)則") == (
        "本县政务公开发布规则",
        {"pinyin_removed": 3, "traditional_converted": 6},
    )


@pytest.mark.parametrize(
    "text",
    [
        "亳(bó)州",
        "盱眙(yí)县",
        "涪(fú)陵",
        "蠡(lǐ)县",
        "浚(xùn)县",
        "郫(pí)县",
        "重(chóng)复",
        "甲(a)",
        "附件(pdf)",
        "三(个)",
        "乾县与乾安县的著作",
    ],
)
def test_what_an_author_put_in_brackets_stays(text: str) -> None:
    assert one(text) == (text, {})


def test_toneless_notes_go_only_where_there_are_many() -> None:
    assert one("公(gong)開文(wen)章")[1].get("pinyin_removed") is None
    assert one("公(gong)開文(wen)章(zhang)" * 5)[1]["pinyin_removed"] == 15


def test_county_names_survive_the_conversion() -> None:
    for county in counties():
        assert to_simplified(county.name) == county.name


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("乾縣", "乾县"),
        ("著力推進", "着力推进"),
        ("著作權與顯著", "著作权与显著"),
        ("沿著", "沿着"),
        ("乾隆與乾燥", "乾隆与干燥"),
        ("濬縣", "浚县"),
        ("陜西覆核", "陕西复核"),
    ],
)
def test_words_a_plain_converter_gets_wrong(traditional: str, simplified: str) -> None:
    assert to_simplified(traditional) == simplified


def test_a_simplified_page_with_some_traditional_letters_is_left_alone() -> None:
    text = "本县依法公开信息并及时答复群众，" * 20 + "繁體版"
    assert simplify(text) == (text, 0)


def test_injected_links_are_cut_with_all_that_follows() -> None:
    page = Page("html", (Paragraph("六、其他"), Paragraph("无。蜘蛛池模板: 甲|乙"), Paragraph("更多链接")))
    repaired, counts = repair_page(page)
    assert [block.text for block in repaired.blocks if isinstance(block, Paragraph)] == ["六、其他", "无。"]
    assert counts == {"spam_cut_characters": len("蜘蛛池模板: 甲|乙") + len("更多链接")}


def test_links_in_the_middle_of_a_report_end_nothing() -> None:
    page = Page(
        "html", tuple(map(Paragraph, ("主站蜘蛛池模板：甲", "一、总体情况", "正文", "蜘蛛池模板", "六、其他", "无。")))
    )
    repaired, _ = repair_page(page)
    assert [block.text for block in repaired.blocks if isinstance(block, Paragraph)] == [
        *("一、总体情况", "正文", "六、其他", "无。")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "打击网络赌场、博彩、色情违法犯罪专项行动，查处赌场3处、博彩网站2个",
        "全国首个“无码”办事大厅，无码通行，竞猜活动",
        "开展“扫黄打非”，清理色情、博彩、娱乐城信息35条。",
        "清除网站暗链、蜘蛛池模板代码2处，网站安全。其后文字",
    ],
)
def test_what_a_report_tells_of_such_links_stays(text: str) -> None:
    page = Page("html", (Paragraph(text), Paragraph("后文")))
    assert repair_page(page) == (page, {})


def test_a_line_of_link_words_goes_but_adult_education_and_lottery_funds_stay() -> None:
    assert cut_spam(["亚洲国产成人精品久久_欧美一区"])[0] == [""]
    kept = ["成人教育和彩票公益金使用情况", "打击网络博彩，政府信息公开"]
    assert cut_spam(kept) == (kept, 0)


def test_a_clean_page_is_the_same_object() -> None:
    cell = Cell("规章", 0, 0, 1, 2)
    page = Page("html", (Paragraph("一、总体情况"), Table(((cell, cell),))), {("title", "h1"): "标题"})
    assert repair_page(page) == (page, {})
    assert repair_page(page)[0] is page


def test_spanning_cells_stay_one_cell() -> None:
    cell = Cell("規章制發數量開", 0, 0, 1, 2)
    repaired, _ = repair_page(Page("html", (Table(((cell, cell),)),)))
    (table,) = repaired.blocks
    assert isinstance(table, Table)
    assert table.grid[0][0] is table.grid[0][1]
    assert table.grid[0][0] == Cell("规章制发数量开", 0, 0, 1, 2)


@given(HAN)
def test_repairing_twice_changes_nothing_more(text: str) -> None:
    once, _ = one(text)
    assert one(once)[0] == once


@given(st.text(max_size=80))
def test_conversion_keeps_the_length(text: str) -> None:
    assert len(simplify(text)[0]) == len(text)


@given(st.lists(HAN, max_size=5))
def test_as_many_texts_come_back(texts: list[str]) -> None:
    assert len(repair_texts(texts)[0]) == len(texts)

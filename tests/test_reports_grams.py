"""What texts and queries become for the search: one spelling, breaks, whole words, and where a term stands in print."""

from pathlib import Path

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.divisions import counties
from reports.grams import BREAK, WORD, grams, joined, normal, places, terms
from reports.repair.traditional import to_simplified


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("政府信\n 息公　开", "政府信息公开"),
        ("政府信\u200b息公\ufeff开", "政府信息公开"),
        ("政府，信息。", "政府·信息"),
        ("（政府） —— 《信息》", "政府·信息"),
        ("2020年1月", "¦2020¦年¦1¦月"),
        ("２０２０年 Ａbc", "¦2020¦年¦abc¦"),
        ("open data", "¦open¦¦data¦"),
        ("7730.28", "¦7730¦·¦28¦"),
        ("a_b", "¦a¦·¦b¦"),
        ("一、 、", "一"),
        ("⼀⼆", "一二"),  # radicals, as some PDFs have them
        ("著力 著作權", "着力着作权"),  # the two characters are one here, in texts and queries alike
        ("乾县 乾燥 干部", "干县干燥干部"),
        ("瞭解 了解", "了解了解"),
        ("İ ß ŉ", "¦İ¦¦ß¦¦ŉ¦"),  # what has no small letter of its own stays
        ("", ""),
        ("…", ""),
        ("𠮷野", "𠮷野"),
        ("x" * 50, f"¦{'x' * 40}¦"),
        (f"甲{BREAK}乙{WORD}丙", "甲·乙·丙"),
    ],
)
def test_normal(text: str, form: str) -> None:
    assert normal(text) == form


def test_a_document_holds_no_query_over_two_of_its_fields() -> None:
    form = joined(["总体情况", "", "。", "况且"])
    assert form == "总体情况‖况且"
    assert "情况况且" not in form
    assert grams(form)[1] == ["总体", "体情", "情况", "况‖", "‖况", "况且"]


def test_grams() -> None:
    assert grams(normal("甲乙、丙2020年")) == (
        ["甲", "乙", "丙", "¦2020¦", "年"],
        ["甲乙", "乙·", "·丙", "丙¦2020¦", "¦2020¦年"],
    )
    assert grams("") == ([], [])


def test_terms_are_what_stands_between_white_space_each_once() -> None:
    assert [term.normal for term in terms(' "县、鄉" 县　AND -x* 縣 ** ')] == ["县·乡", "县", "¦and¦", "¦x¦"]
    assert terms("") == terms(" 。*\x00") == []


@pytest.mark.parametrize(
    ("text", "query", "printed"),
    [
        ("全县政府信\n息公开", "政府信息", ["政府信\n息"]),
        ("县、乡和县，鄉", "县。乡", ["县、乡", "县，鄉"]),
        ("2020年与20201年", "2020年", ["2020年"]),
        ("年2020 年2020", "年2020", ["年2020", "年2020"]),
        ("Open  Data", "open/data", []),
        ("Open / Data", "open/data", ["Open / Data"]),
        ("A.B a b", "A.B", ["A.B"]),
        ("啊啊啊", "啊啊", ["啊啊"]),
        ("乾縣", "乾", ["乾"]),
        ("y" * 50, "y" * 45, ["y" * 50]),
    ],
)
def test_places(text: str, query: str, printed: list[str]) -> None:
    (found,) = places(terms(query), text)
    assert [text[start:end] for start, end in found] == printed


@given(
    st.text(st.sampled_from("县縣乡20aA、._。\n　 １")), st.text(st.sampled_from("县乡2a、。"), min_size=1, max_size=3)
)
def test_a_term_has_a_place_exactly_where_the_normal_text_holds_it(text: str, query: str) -> None:
    for term in terms(query):
        assert bool(places([term], text)[0]) == (term.normal in normal(text))
        assert all(normal(text[start:end]) == term.normal for start, end in places([term], text)[0])


@given(st.text())
def test_any_text_has_a_normal_form_that_stays_as_it_is_but_for_its_marks(text: str) -> None:
    form = normal(text)
    assert not set(form) & set(" \n\t\x00\"'*%_\\")  # nothing that a database could take for its own
    assert normal(form.replace(WORD, " ")) == form
    assert all(gram == gram.strip() and gram for part in grams(form) for gram in part)


@pytest.mark.parametrize("rules", ["s2t", "s2tw", "s2hk"])
def test_the_names_of_all_counties_are_found_as_they_are_written_elsewhere(rules: str) -> None:
    share = Path(opencc.__file__).parent / "clib" / "share" / "opencc"
    elsewhere = opencc.OpenCC(str(share / f"{rules}.json"))
    names = [county.name for county in counties()]
    assert [normal(elsewhere.convert(name)) for name in names] == [normal(name) for name in names]
    phrase = "瞭解群眾訴求，著力規範政府資訊公開，覆核複議決定，憑藉衞生系統復甦"
    assert normal(phrase) == normal(to_simplified(phrase))

"""Divisions by code and by name: renamed ones, those of one name, and the cities above them."""

import pytest

from reports import divisions
from reports.divisions import Division, by_code, by_site_id_code, read_place, resolve


def only(text: str, *hints: Division | None, around: str = "") -> str | None:
    place = read_place(text)
    assert place is not None
    found = resolve(place.candidates, *hints, text=around)
    return found.code if found else None


def test_every_county_is_there_once() -> None:
    counties = divisions.counties()
    assert len(counties) == len({county.code for county in counties}) == 2846
    assert (counties[0].code, counties[0].name) == ("110101", "东城区")


def test_cities_and_provinces_are_derived() -> None:
    city, province = by_code("320800"), by_code("320000")
    assert city is not None
    assert province is not None
    assert (city.name, city.level, city.short_name) == ("淮安市", "city", "淮安")
    assert (province.name, province.level) == ("江苏省", "province")
    assert [by_code(code).short_name for code in ("150000", "640000", "513200")] == ["内蒙古", "宁夏", "阿坝"]  # type: ignore[union-attr]


def test_a_former_code_leads_to_the_present_division() -> None:
    hongze = by_code("320829")
    assert hongze is not None
    assert (hongze.code, hongze.name) == ("320813", "洪泽区")
    assert by_code("999999") is None
    assert by_code(None) is None


def test_younger_counties_exist_from_the_year_of_their_founding() -> None:
    assert sum(county.founded is not None for county in divisions.counties()) == 49
    new_city, renamed = by_code("659009"), by_code("320813")
    assert new_city is not None
    assert renamed is not None
    assert [new_city.existed(year) for year in (2015, 2016, 2024)] == [False, True, True]
    assert renamed.existed(2008), "洪泽 became a district in 2016 and is the same county"
    gone = Division("999999", "甲县", "甲", "county", "乙省", founded=2010, abolished=2012)
    assert [gone.existed(year) for year in (2009, 2010, 2012, 2013)] == [False, True, True, False]


def test_former_codes_are_those_of_what_was_merged() -> None:
    assert [division.name for code in ("130603", "130604") for division in by_site_id_code(code)] == ["莲池区"] * 2


def test_site_id_codes_keep_the_code_of_their_time() -> None:
    assert [division.name for division in by_site_id_code("6103260004")] == ["眉县"]
    assert [division.code for division in by_site_id_code("3208290001")] == ["320813"]
    assert by_site_id_code("bm17000009") == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("眉县财政局", "610326"),
        ("江苏省淮安市洪泽区人民政府", "320813"),
        ("洪泽县人民政府", "320813"),
        ("淮安洪泽区", "320813"),
        ("南京市鼓楼区", "320106"),
        ("上海市青浦区教育局", "310118"),
        ("宁乡市", "430182"),
        ("镇宁自治县政府", "520423"),
        ("毕节市", "520500"),
        ("鼓楼区", None),
        ("东乡县", None),  # 东乡区 of Jiangxi was a 县, and 东乡族自治县 of Gansu is called one
    ],
)
def test_a_printed_name_means_one_division_or_none(text: str, code: str | None) -> None:
    assert only(text) == code


def test_hints_and_parents_in_the_text_decide_between_places_of_one_name() -> None:
    assert only("鼓楼区", by_code("410204")) == "410204"
    assert only("鼓楼区", by_code("350100")) == "350102"
    assert only("城关区", around="拉萨市城关区") == "540102"


def test_no_place_at_the_start_is_no_place() -> None:
    assert read_place("我局认真贯彻") is None
    assert read_place("") is None

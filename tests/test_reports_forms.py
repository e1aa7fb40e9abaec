"""The official forms as data: every cell has one code, and the forms differ where the notices differ."""

from collections import Counter

from reports import forms
from reports.labels import key


def test_the_forms_have_the_cells_that_the_notices_print() -> None:
    cells = Counter((form, entry.table) for entry in forms.indicators() for form in entry.forms)
    assert cells == {
        ("v2021", "disclosure"): 10,
        ("v2021", "applications"): 25 * 7,
        ("v2021", "review"): 15,
        ("v2019", "disclosure"): 22,
        ("v2019", "applications"): 23 * 7,
        ("v2019", "review"): 15,
        ("v2014", "stat"): 58,
        ("v2008", "annex"): 35,
    }


def test_every_indicator_is_whole_and_stands_once() -> None:
    entries = forms.indicators()
    assert len({entry.code for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.code.startswith(f"{entry.table}.")
        assert entry.label_zh
        assert entry.label_en.isascii()
        assert entry.unit in ("count", "yuan", "10k_yuan")
        assert (entry.table == "narrative") == (entry.forms == ())


def test_no_label_is_the_key_of_two_rows_or_columns() -> None:
    for block in (*forms.disclosure(), forms.applications(), forms.review()):
        for labels in (block.rows, block.columns):
            keys = [spelling for label in labels for spelling in label.keys]
            assert len(keys) == len(set(keys))
            assert all(keys)


def test_the_key_of_a_label() -> None:
    for printed in ("（三）不予公开", "三、不予 公开", "(三)不予公开", "③不予公开", "不予\u3000公开\u200b"):
        assert key(printed) == "不予公开"
    assert key("1、属于国家秘密") == key("１．属于国家秘密") == "属于国家秘密"
    assert key("长" * 500) == ""

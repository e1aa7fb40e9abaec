"""Character sets: what the bytes are counts, not what headers and meta tags say of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charset import decode

TEXT = "某县公开信息一览，经办人镕喆祎堃。" * 12


@pytest.mark.parametrize("declared", ["gb2312", "utf-8", "iso-8859-1"])
@pytest.mark.parametrize(("encoding", "name"), [("utf-8", "utf-8"), ("gb18030", "gb18030")])
def test_declarations_do_not_matter(declared: str, encoding: str, name: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body>{TEXT}</body></html>'
    assert decode(page.encode(encoding), f"text/html; charset={declared}") == (page, name)


def test_big5_is_told_from_gbk() -> None:
    page = "<html><body>" + "某縣人民政府辦公室報告信息公開工作情況。" * 12 + "</body></html>"
    assert decode(page.encode("big5")) == (page, "big5hkscs")


def test_byte_order_marks_win() -> None:
    assert decode(b"\xef\xbb\xbf" + TEXT.encode()) == (TEXT, "utf-8")
    assert decode(TEXT.encode("utf-16")) == (TEXT, "utf-16-le")


def test_short_gbk_and_cut_off_utf8() -> None:
    assert decode("政府信息公开".encode("gbk")) == ("政府信息公开", "gb18030")
    assert decode("政府信息".encode()[:-1]) == ("政府信", "utf-8")


def test_one_broken_byte_does_not_turn_utf8_into_gbk() -> None:
    body = TEXT.encode()
    text, name = decode(body[:60] + b"\xff" + body[60:])
    assert name == "utf-8"
    assert text.replace("\ufffd", "") == TEXT


@given(st.binary(max_size=300))
def test_any_bytes_become_text(body: bytes) -> None:
    text, name = decode(body)
    assert isinstance(text, str)
    assert name


@given(st.text(max_size=200))
def test_utf8_comes_back_as_it_was(text: str) -> None:
    if not text.startswith("\ufeff") and text.encode("utf-8", "surrogatepass")[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        assert decode(text.encode("utf-8", "replace"))[0] == text.encode("utf-8", "replace").decode()

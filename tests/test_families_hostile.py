"""Hostile pages and answers: patterns take time in proportion to a page, and no answer of a service is an error."""

import importlib
import json
import pkgutil
import re
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler import families, pages
from crawler.families import FAMILIES, detect
from crawler.families.base import Declared, Entry, ListUnreadable
from crawler.families.epoint import Epoint
from crawler.outcomes import NotFetched

_SIZE = 200_000
_BOUND = 1.0  # seconds of processor time, for a page that a quadratic pattern needs minutes for
_CHANNEL = "ab" * 16
_UNITS = (
    "<", "<a ", "<a href=http://a ", "<meta ", "<meta 'channelid' ", "<script ", "<script> ", "<![CDATA[", "<record>",
    "/module/", "/a", "funclick('a'", "#a').jpage({", "createPageHTML(", "createPageHTML('a',", "'/jpage/", "1",
    "a", "_a-", "{", "'", "\\", "共1条", "/content/", "/20201/", "(", "href='", "webId='", "<nextgroup>",
    '"classify":{', "infotypeId=",
)  # fmt: skip
_HOSTILE = {repr(unit): unit * (_SIZE // len(unit)) for unit in _UNITS} | {
    "spaces after 共": "共" + " " * _SIZE,
    "a name after a number": "countPage=3" + "a" * _SIZE,
    "a number without an end": "createPageHTML(" + "1" * _SIZE,
    "spaces after a name": 'pageCount="' + " " * _SIZE,
    "attributes without an end": "<meta " + "'channelid' " * (_SIZE // 12),
    "addresses without an end": "<a " + "href=http://a " * (_SIZE // 14),
}


def _patterns() -> dict[str, re.Pattern[str]]:
    # Those of pagers read the short text of one link, never a page's source.
    found = {f"{family.name} {mark}": re.compile(mark) for family in FAMILIES.values() for mark in family.marks}
    modules = [
        importlib.import_module(f"crawler.families.{info.name}")
        for info in pkgutil.iter_modules(families.__path__)
        if info.name != "pagers"
    ]
    for module in (*modules, pages):
        found |= {
            f"{module.__name__}.{name}": each for name, each in vars(module).items() if isinstance(each, re.Pattern)
        }
    return found


_PATTERNS = _patterns()


@pytest.mark.parametrize("name", _PATTERNS)
def test_no_pattern_takes_more_than_time_in_proportion(name: str) -> None:
    slow = {}
    for kind, text in _HOSTILE.items():
        began = process_time()
        sum(1 for _ in _PATTERNS[name].finditer(text))
        if (took := process_time() - began) > _BOUND:
            slow[kind] = took
    assert not slow


@pytest.mark.parametrize("digits", [10, 5000])
@pytest.mark.parametrize(
    "told",
    [
        "createPageHTML({0},0,'index','html')",
        "createPageHTML('a',{0},1,'list','shtml')",
        "countPage = {0}",
        'pageCount: "{0}"',
        "_simple_list_gotopage_fun({0},'a',1)",
        "共{0}条 1/{0}",
        ".pagination({{ total: {0}",
        "<datastore><totalrecord>{0}</totalrecord><record><![CDATA[<a href='/a'>a</a>]]></record></datastore>",
        "<p queryData=\"webId='1' pageId='2' tplSetId='3'\" count='{0}' rows='{0}' pageNo='1'></p>",
    ],
)
@pytest.mark.parametrize("family", ["trs", "ucap", "lonsun", "vsb", "epoint", "hanweb", "jpaas", "nfcms", "gkmlpt"])
def test_a_number_of_thousands_of_digits_is_no_error(family: str, told: str, digits: int) -> None:
    text = told.format("9" * digits)
    page = HtmlResponse("http://www.a.test/list/", body=f"<script>{text}</script>{text}", encoding="utf-8")
    declared = FAMILIES[family].declared(page)
    assert all(number is None or number < 10**9 for number in (declared.pages, declared.records))


@pytest.mark.parametrize(
    "pager", ["createPageHTML(999999999,0,'t20240101_1','html')", "createPageHTML(31,0,'t20240101_1','html')"]
)
def test_an_article_of_too_many_pages_is_not_cut_in_silence(pager: str) -> None:
    url = "http://www.a.test/t20240101_1.html"
    page = HtmlResponse(url, body=f"<script>{pager}</script>", encoding="utf-8")
    with pytest.raises(NotFetched, match="claims"):
        FAMILIES["trs"].further_pages(page)


# --- What services answer --------------------------------------------------------------------------------------------
_BODY = json.dumps({"params": {"pageIndex": 0, "pageSize": 20}})
_API = "http://www.a.test/api-gateway/jpaas-publish-server/front/page/build/unit?paramJson=%7B%22pageNo%22%3A1%7D"
_QUESTIONS = {
    "ucap": Request(f"http://www.a.test/common/search/{_CHANNEL}?page=1&_pageSize=20"),
    "gkmlpt": Request("http://www.a.test/gkmlpt/api/all/7?page=1"),
    "jpaas": Request(_API),
    "epoint": Request("http://www.a.test/a/rest/lightfrontaction/getgovinfolist", method="POST", body=_BODY),
}


def _answer(family: str, body: str, request: Request | None = None) -> HtmlResponse:
    request = request or _QUESTIONS[family]
    return HtmlResponse(request.url, body=body.encode("utf-8", "replace"), encoding="utf-8", request=request)


def _read(family: str, page: HtmlResponse) -> tuple[list[Entry], Declared]:
    """What the family makes of an answer; whatever it cannot read it says so."""
    detect(page)
    declared = FAMILIES[family].declared(page)
    try:
        entries = FAMILIES[family].entries(page)
    except ListUnreadable:
        entries = []
    for number in (1, 2):
        try:
            FAMILIES[family].next_request(page, number)
        except ListUnreadable:
            continue
    return entries, declared


@pytest.mark.parametrize("family", _QUESTIONS)
@pytest.mark.parametrize(
    "body",
    [
        "", "null", "{}", "[]", "7", '"a"', '{"data":null}', '{"data":7}', '{"code":500}', '{"success":false}',
        "<html><body>出错了</body></html>", "[" * 100_000, '{"a":' * 100_000, "9" * 5000, '{"custom":{}}',
        '{"code":500,"articles":[],"data":{"results":[],"total":0,"html":""},"custom":{"data":[],"total":0}}',
        '{"success":false,"articles":[],"data":{"results":[],"total":0,"html":""},"custom":{"data":[],"total":0}}',
    ],
)  # fmt: skip
def test_an_answer_that_is_no_list_cannot_be_read(family: str, body: str) -> None:
    page = _answer(family, body)
    assert FAMILIES[family].declared(page) == Declared()
    with pytest.raises(ListUnreadable):
        FAMILIES[family].entries(page)
    with pytest.raises(ListUnreadable):
        FAMILIES[family].next_request(page, 1)


_TEXT = st.text(st.characters(), max_size=12) | st.sampled_from(
    ["\ud83d", "/a/1.html", "http://[", "http://a:b/", "²", "12", "9" * 20, "http://a.test:99999999/", "http://xn--/"]
)
_SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | _TEXT
_VALUE = st.recursive(
    _SCALAR, lambda each: st.lists(each, max_size=3) | st.dictionaries(_TEXT, each, max_size=3), max_leaves=8
)
_FIELDS = ("url", "post_url", "title", "realtitle", "infourl", "infodate", "publishedTimeStr", "date", "created_at")
_RECORDS = st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(_FIELDS, _VALUE)) | _VALUE, max_size=3) | _VALUE
_LINK = _TEXT.map(lambda text: f"<a href='{text}' title='{text}'>{text}</a><p count='{text}' rows='{text}' pageNo='1'>")
_NUMBERS = {"total": _VALUE, "post_count": _VALUE}
_LIST = st.fixed_dictionaries({}, optional={"results": _RECORDS, "data": _RECORDS, "html": _LINK | _VALUE} | _NUMBERS)
# What a service does answer, with anything in the fields of its records: else hardly an answer would be read so far.
_FIELD = st.just("/a/1.html") | _VALUE
_GOOD = st.lists(st.fixed_dictionaries(dict.fromkeys(_FIELDS, _FIELD)), min_size=1, max_size=3)
_GOOD_LIST = st.fixed_dictionaries({"results": _GOOD, "data": _GOOD, "html": _LINK}, optional=_NUMBERS)
_REPLY = st.one_of(
    _VALUE,
    st.fixed_dictionaries(
        {},
        optional={
            "data": _LIST | _LINK | _VALUE,
            "custom": _LIST | _VALUE,
            "articles": _RECORDS,
            "classify": _LIST | _VALUE,
            "code": _VALUE,
            "success": _VALUE,
        },
    ),
    st.fixed_dictionaries(
        {"data": _GOOD_LIST, "custom": _GOOD_LIST, "articles": _GOOD}, optional={"classify": _LIST | _VALUE}
    ),
)


@pytest.mark.parametrize("family", _QUESTIONS)
@given(value=_REPLY)
def test_no_answer_is_an_error_or_has_half_a_character(family: str, value: Any) -> None:
    entries, declared = _read(family, _answer(family, json.dumps(value)))
    assert declared.records is None or declared.records >= 0
    for entry in entries:
        (entry.url + entry.title).encode("utf-8")


@pytest.mark.parametrize(
    ("family", "body"),
    [
        ("ucap", r'{"data":{"total":1,"results":[{"url":"/a\ud83d.html","title":"年\ud83d报"}]}}'),
        ("gkmlpt", r'{"articles":[{"url":"/a\ud83d.html","title":"年\ud83d报"}]}'),
        ("jpaas", r'{"data":{"html":"<a href=/a\ud83d.html>年\ud83d报</a>"}}'),
        ("epoint", r'{"custom":{"total":1,"data":[{"infourl":"a\ud83d.html","title":"年&#xD83D;报"}]}}'),
    ],
)
def test_half_a_character_is_replaced(family: str, body: str) -> None:
    [entry] = FAMILIES[family].entries(_answer(family, body))
    assert (entry.url, entry.title) == (_at_root("/a%EF%BF%BD.html"), "年\ufffd报")


def _at_root(path: str) -> str:
    return f"http://www.a.test{path}"


def test_an_answer_to_a_redirected_question_cannot_be_turned() -> None:
    page = _answer(
        "epoint", '{"custom":{"total":9,"data":[{"infourl":"a.html","title":"a"}]}}', Request(_QUESTIONS["epoint"].url)
    )
    assert len(FAMILIES["epoint"].entries(page)) == 1
    with pytest.raises(ListUnreadable, match="question"):
        Epoint().next_request(page, 1)


@pytest.mark.parametrize(
    ("family", "question", "body"),
    [
        ("gkmlpt", None, {"articles": [{"url": f"/{number}.html", "title": "a"} for number in range(100)]}),
        (
            "hanweb",
            Request("http://www.a.test/col/col7/index.html"),
            (
                "<datastore><nextgroup><![CDATA[<a href='/dataproxy.jsp?columnid=7'></a>]]></nextgroup><recordset>"
                "<record><![CDATA[<a href='/art/2021/1/1/art_7_1.html'>某县政府2020年政府信息公开工作年度报告</a>]]>"
                "</record></recordset></datastore>"
            ),
        ),
    ],
)
def test_a_list_that_tells_no_total_and_may_go_on_has_no_proven_end(
    family: str, question: Request | None, body: object
) -> None:
    page = _answer(family, body if isinstance(body, str) else json.dumps(body), question)
    assert FAMILIES[family].entries(page)
    with pytest.raises(ListUnreadable):
        FAMILIES[family].next_request(page, 2)


def test_a_service_that_gives_fewer_rows_than_asked_for_is_asked_until_its_total() -> None:
    request: Request | None = _QUESTIONS["ucap"]
    shown = []
    for number, rows in enumerate((10, 10, 5), start=1):
        assert request is not None
        results = [{"url": f"/{number}{row}.html", "title": "a"} for row in range(rows)]
        page = _answer("ucap", json.dumps({"data": {"total": 25, "results": results}}), request)
        shown += FAMILIES["ucap"].entries(page)
        request = FAMILIES["ucap"].next_request(page, number)
    assert (request, len(shown)) == (None, 25)

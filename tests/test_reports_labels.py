"""What a page says about itself in labelled lines, and which lines are dates of publication."""

import pytest

from reports.readers.html import read_html
from reports.readers.labels import label_claims

PROSE = "本县依照条例公开信息，答复申请，接受监督，全年各项工作有序推进。" * 4


def read(around: str, inside: str = "") -> tuple[dict[tuple[str, str], str], str | None]:
    article = f'<div class="TRS_Editor"><p>眉县年报</p>{inside}<p>{PROSE}</p></div>'
    return label_claims(read_html(f"<html><body>{around}{article}</body></html>".encode()))


@pytest.mark.parametrize(
    "markup",
    [
        """<table><tr><td>索 引 号：</td><td>A/2021-1</td><td>发布日期</td><td>2021-02-20 09:00</td></tr>
        <tr><td>名　称</td><td>某县年报</td><td>文号</td><td></td></tr></table>""",
        """<ul><li><em>索引号：</em>A/2021-1</li><li><em>发布日期：</em>2021-02-20 09:00</li>
        <li><em>名称：</em>某县年报</li></ul>""",
        "<p>索 引 号 A/2021-1 主题分类 其他 发布日期 2021-02-20 09:00 文号: 名称: 某县年报</p>",
    ],
)
def test_info_tables_are_read_by_their_labels(markup: str) -> None:
    claims, _ = read(markup)
    assert claims["index_number", "info_table"] == "A/2021-1"
    assert claims["published_at", "info_table"] == "2021-02-20 09:00"
    assert claims["title", "info_table"] == "某县年报"


@pytest.mark.parametrize(
    "line", ["发布时间：2021-01-31 17:45:13", "时间:2021-01-31 点击数：-", "2021年01月31日 (点击: )"]
)
def test_the_visible_date(line: str) -> None:
    assert "2021" in read(f"<div>{line}</div>")[0]["published_at", "body"]


def test_the_footer_tells_the_site_code() -> None:
    assert read("<div>主办：某办 网站标识码：6103260004</div>")[1] == "6103260004"


@pytest.mark.parametrize(
    "line", ["2022-01-31", "【2022年1月31日】", "2022-01-31 09:30 来源：县政府办", "2022-01-31 眉县政府办"]
)
def test_a_line_that_is_a_date_is_the_date_of_publication(line: str) -> None:
    assert read("", f"<p>{line}</p>")[0]["published_at", "body"].strip("【").startswith("2022")


@pytest.mark.parametrize(
    "line",
    [
        "2021年1月1日至2021年12月31日，我县工作情况如下。",
        "2021-01-01—2021-12-31",
        "2020-12-31前制定的文件有效。",
        "2022年1月20日前。",
    ],
)
def test_a_sentence_that_begins_with_a_date_is_none(line: str) -> None:
    assert ("published_at", "body") not in read("", f"<p>{line}</p>")[0]


def test_the_dates_of_a_list_are_none() -> None:
    around = "".join(f"<div>{year}-01-31</div>" for year in range(2013, 2021))
    assert ("published_at", "body") not in read(around)[0]

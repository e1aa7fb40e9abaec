"""The HTML reader on faults met in life: meta tags, info tables, Word paste, spans, layout tables, attachments."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.blocks import Page, Paragraph, Picture, Table
from reports.readers.html import read_html

PROSE = "本县依照条例公开信息，答复申请，接受监督，全年各项工作有序推进。" * 4
URL = "http://www.meixian.test/col1/col2/202102/t20210219_1.html"


def read(body: str, head: str = "") -> Page:
    return read_html(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url=URL)


def paragraphs(page: Page) -> list[str]:
    return [block.text for block in page.blocks if isinstance(block, Paragraph)]


def grid(page: Page) -> list[list[str | None]]:
    (table,) = [block for block in page.blocks if isinstance(block, Table)]
    return [[cell.text if cell else None for cell in row] for row in table.grid]


def article(inside: str) -> str:
    return f'<div class="TRS_Editor"><p>{PROSE}</p>{inside}</div>'


def test_meta_tags_in_any_case_order_and_quoting() -> None:
    page = read(
        "<p>x",
        """<META content='6103260004' NAME=SITEIDCODE><meta name="pubdate" content="时间：2021-02-07 10:00"/>
        <meta content="来源：某县政府办" name="ContentSource">""",
    )
    assert page.site_id_code == "6103260004"
    assert page.claims["published_at", "meta"] == "2021-02-07 10:00"
    assert page.claims["source", "meta"] == "某县政府办"


@pytest.mark.parametrize("value", ["", "网站名称", "<CMSPRO_TITLE>", "{{title}}", "null", "$title$"])
def test_placeholders_are_absent(value: str) -> None:
    head = f'<meta name="SiteName" content="{value.replace("<", "&lt;")}">'
    head += '<meta name="SiteIDCode" content="政府网站标识码">'
    page = read("<p>x", head)
    assert ("site_name", "meta") not in page.claims
    assert page.site_id_code is None


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
    claims = read(markup + article("")).claims
    assert claims["index_number", "info_table"] == "A/2021-1"
    assert claims["published_at", "info_table"] == "2021-02-20 09:00"
    assert claims["title", "info_table"] == "某县年报"


@pytest.mark.parametrize(
    "line", ["发布时间：2021-01-31 17:45:13", "时间:2021-01-31 点击数：-", "2021年01月31日 (点击: )"]
)
def test_the_visible_date(line: str) -> None:
    assert "2021" in read(f"<div>{line}</div>{article('')}").claims["published_at", "body"]


def test_the_footer_tells_the_site_code() -> None:
    assert read(article("") + "<div>主办：某办 网站标识码：6103260004</div>").site_id_code == "6103260004"


def test_a_title_split_over_lines_is_joined() -> None:
    page = read("<h1>眉县人民政府<br>2020年政府信息公开工作年度报告</h1>" + article(""))
    assert page.claims["title", "h1"] == "眉县人民政府2020年政府信息公开工作年度报告"


def test_word_paste_is_joined_and_scripts_styles_and_hidden_text_are_dropped() -> None:
    page = read(
        article(
            "<p><span>20</span><span>23</span><span>年</span><span><font>1</font></span>月</p><style>.a{}</style>"
            '<p>点击数：<script>document.write(1)</script>12</p><p style="display: none">暗</p>'
            "<p>自然\n<span>人</span></p>"
        )
    )
    assert paragraphs(page)[1:] == ["2023年1月", "自然人"]


@pytest.mark.parametrize("name", ['id="zoom"', 'class="a j-fontContent"', 'id="vsb_content_502"', 'id="UCAP-CONTENT"'])
def test_containers_of_cms_products(name: str) -> None:
    page = read(f"<div><p>{PROSE}</p><div {name}><p>{PROSE[:40]}{PROSE}</p></div></div>")
    assert paragraphs(page) == [PROSE[:40] + PROSE]
    assert PROSE in page.hidden_text


def test_comment_markers_bound_the_body() -> None:
    page = read(f"<div>头<!--ZJEG_RSS.content.begin--><p>{PROSE}</p>尾<!--ZJEG_RSS.content.end-->外</div>")
    assert paragraphs(page) == [PROSE, "尾"]


def test_without_a_known_container_the_body_is_where_the_text_is() -> None:
    links = "<ul>" + '<li><a href="/x">栏目名称很长的链接文字</a></li>' * 30 + "</ul>"
    assert paragraphs(read(f"{links}<div><section><p>{PROSE}</p><p>{PROSE}</p></section></div>")) == [PROSE, PROSE]


def test_cells_span_as_browsers_show_them() -> None:
    rest = '<td>1</td><td>2</td></tr><tr><td rowspan="9">3</td></tr>'
    page = read(article(f"<table><tr><td rowspan=2 colspan=2>甲</td>{rest}</table>"))
    assert grid(page) == [["甲", "1", "2"], ["甲", "3", None]]


def test_spans_cannot_explode() -> None:
    started = time.perf_counter()
    rest = '<td rowspan="2px">1</td></tr><tr><td>乙</td></tr>'
    page = read(article(f"<table><tr><td rowspan=100000 colspan=9999>甲</td>{rest}</table>"))
    assert grid(page) == [["甲", "1", None], ["甲", "1", "乙"]]
    wild = "<tr>" + "<td rowspan=0 colspan=1000>x</td>" * 60 + "</tr>" + "<tr><td>y</td><td>z</td></tr>" * 3000
    read(article(f"<table>{wild}</table>"))
    assert time.perf_counter() - started < 5


def test_paragraphs_of_a_cell_stay_apart() -> None:
    page = read(article("<table><tr><td><p>商业</p><p>企业</p></td><td><p>1</p><p>2</p></td></tr></table>"))
    assert grid(page) == [["商业\n企业", "1\n2"]]


def test_a_layout_table_around_the_article_is_a_container() -> None:
    inner = "<table><tr><td>规章</td><td>0</td></tr><tr><td>许可</td><td>5</td></tr></table>"
    page = read(
        f"<table><tr><td colspan=60>标题</td></tr><tr><td>左</td><td colspan=59><p>{PROSE * 3}</p>"
        f"{inner}<p>完</p></td></tr></table>"
    )
    assert grid(page) == [["规章", "0"], ["许可", "5"]]
    assert paragraphs(page)[-1] == "完"


def test_pictures_and_attachments_get_absolute_addresses() -> None:
    page = read(
        article(
            '<img src="./W020.jpg" alt="图"><img src="/images/icon_pdf.gif">'
            '<a href="./P0202.pdf" OLDSRC="/protect/P0202.pdf" title="年报.pdf">附件</a>'
            '<a class="nfw-cms-attachment" href="/attachment/0/963149.pdf" alt="全文.pdf">点击下载</a>'
            '<a href="/module/download/downfile.jsp?classid=0&filename=ab12">年报.doc</a>'
            '<a href="javascript:p()">打印.pdf</a>'
            '<a href="http://[bad/x.pdf">坏</a>'
        )
    )
    assert [block for block in page.blocks if isinstance(block, Picture)] == [
        Picture("http://www.meixian.test/col1/col2/202102/W020.jpg", "图")
    ]
    assert page.attachments == (
        ("http://www.meixian.test/col1/col2/202102/P0202.pdf", "年报.pdf"),
        ("http://www.meixian.test/attachment/0/963149.pdf", "全文.pdf"),
        ("http://www.meixian.test/module/download/downfile.jsp?classid=0&filename=ab12", "年报.doc"),
    )


@pytest.mark.parametrize("depth", [300, 60_000])
def test_deep_nesting_loses_no_text(depth: int) -> None:
    page = read("<div>" * depth + PROSE + "</div>" * depth)
    assert paragraphs(page) == [PROSE]


def test_much_of_everything_stays_fast() -> None:
    started = time.perf_counter()
    read(
        article(
            '<p style="display:none">x</p>' * 5_000 + '<a href="a.pdf">x</a>' * 5_000 + '<b class="content">' * 1_000
        )
    )
    assert time.perf_counter() - started < 5


@given(st.text(alphabet="<>/=\"' abtdrphlesn1\x00&;!-年", max_size=200))
def test_any_markup_gives_a_page(markup: str) -> None:
    assert read_html(f"<table><tr><td>{markup}".encode()).kind == "html"


@given(st.binary(max_size=200))
def test_any_bytes_give_a_page(body: bytes) -> None:
    assert read_html(body, url=URL).kind == "html"

"""The HTML reader on faults met in life: meta tags, info tables, Word paste, spans, layout tables, attachments."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.blocks import PICTURE_CELL, Page, Paragraph, Picture, Table
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


@pytest.mark.parametrize("cell", ["<td><font>{}", "<TD><P><FONT>{}", "<th><b>{}</th>", "<td><span>{}</span></td>"])
def test_cells_that_are_never_closed_end_where_browsers_end_them(cell: str) -> None:
    rows = "".join("<tr>" + "".join(cell.format(f"{row}{column}") for column in "abc") for row in "123")
    around = f"<table><tr><td>目录</td><td><!-- <td> --><table>{rows}</table></td></tr></table>"
    for markup in (f"<table>{rows}</table>", around):
        assert grid(read(article(markup))) == [[f"{row}{column}" for column in "abc"] for row in "123"]


def test_spans_cannot_explode() -> None:
    started = time.process_time()
    rest = '<td rowspan="2px">1</td></tr><tr><td>乙</td></tr>'
    page = read(article(f"<table><tr><td rowspan=100000 colspan=9999>甲</td>{rest}</table>"))
    assert grid(page) == [["甲", "1", None], ["甲", "1", "乙"]]
    wild = "<tr>" + "<td rowspan=0 colspan=1000>x</td>" * 60 + "</tr>" + "<tr><td>y</td><td>z</td></tr>" * 3000
    read(article(f"<table>{wild}</table>"))
    assert time.process_time() - started < 15


@given(st.lists(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=5), min_size=1, max_size=6))
def test_a_table_is_rebuilt_from_its_cells(rows: list[list[tuple[int, int]]]) -> None:
    lines = ("".join(f"<td rowspan={down} colspan={across}>1" for down, across in row) for row in rows)
    page = read(article("<table>" + "".join(f"<tr>{line}" for line in lines) + "</table>"))
    for table in page.blocks:
        if isinstance(table, Table):
            assert Table.of(table.cells, len(table.grid), len(table.grid[0])) == table
            assert [cell for number, line in enumerate(table.lines) for cell in line if cell.row == number] == [
                cell for cell in table.cells if table.grid[cell.row][cell.column] is cell
            ]


def test_paragraphs_of_a_cell_stay_apart() -> None:
    page = read(article("<table><tr><td><p>商业</p><p>企业</p></td><td><p>1</p><p>2</p></td></tr></table>"))
    assert grid(page) == [["商业\n企业", "1\n2"]]


def test_a_picture_in_a_cell_is_named_and_kept_as_a_picture() -> None:
    page = read(
        article(
            "<img src=0.png><table><tr><td>规章</td><td><img src=a.png></td><td><img src=/spacer_x.png></td></tr>"
            "<tr><td>许可</td><td>5<img src=b.png></td><td>7</td></tr></table>"
        )
    )
    assert grid(page) == [["规章", PICTURE_CELL, ""], ["许可", "5", "7"]]
    assert [type(block) for block in page.blocks] == [Paragraph, Picture, Table, Picture, Picture]
    names = [block.url.rpartition("/")[2] for block in page.blocks if isinstance(block, Picture)]
    assert names == ["0.png", "a.png", "b.png"]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("11<sup>1</sup>", "11[1]"),
        ("信息<sup>1</sup>23条", "信息[1]23条"),
        ("1<sub><i>2</i></sub>", "1[2]"),
        ("11<sup>①</sup>", "11[①]"),
        ("11<sup>[1]</sup>", "11[1]"),
        ("100m<sup>2</sup>", "100m2"),
        ("<del>9</del>11", "11"),
        ("<s>9</s>11<strike>8</strike>", "11"),
        ("<ruby>1<rp>(</rp><rt>2</rt><rp>)</rp></ruby>", "1"),
        ('11<span style="vertical-align:super"><b>1</b></span>', "11[1]"),
        ('100m<span style="vertical-align: super">2</span>', "100m2"),
        ('11<a href="#_ftn1"><u>1</u></a>', "11[1]"),
        ('<b>11</b><i><a href="/a.html#n12">12</a></i>', "11[12]"),
        ('11<!-- 2 --><a href="#_ftn1">[1]</a>', "11[1]"),
        ('<a href="#a">11</a>', "11"),
        ('1<a href="#">1</a>', "11"),
        ('1<a href="/1.html">1</a>', "11"),
        ('<span style="text-decoration:line-through">9</span>11', "11"),
        ('11<font style="TEXT-DECORATION-LINE: underline line-through">9</font>', "11"),
        ('<span style="font-size:0pt">9</span>11', "11"),
        ('<span style="font-size:0">9<b style="font-size:14px">11</b></span>', "911"),
        ('<span style="font-size:0.9em">1</span>1', "11"),
        ('<span style="mso-hide:all">9</span>11', "11"),
        ("1&#11;2&#x1;3", "1 2 3"),
        ("1&#xfdd2;2&#64979;3", "1 2 3"),
        ("1\x0b2\ufdd3\ufffe3\x1e4", "1 2 3 4"),
        ("1&#&#11;11;2", "1&# 11;2"),
        ("&#19968;&#x20000;", "一\U00020000"),
    ],
)
def test_what_would_run_into_a_number_does_not(markup: str, text: str) -> None:
    page = read(article(f"<table><tr><td>甲</td><td>{markup}</td></tr></table><p>共{markup}</p>"))
    assert grid(page) == [["甲", text]]
    assert paragraphs(page)[-1] == "共" + text


@pytest.mark.parametrize("nested", ["", "<table><tr><td>x</td></tr></table>"], ids=["cut from markup", "one by one"])
def test_a_struck_out_cell_keeps_its_place(nested: str) -> None:
    struck = '<td style="text-decoration:line-through">9</td>'
    last = f'<tr style="visibility:hidden"><td>许可</td><td>7</td><td>8</td></tr><tr><td>{nested}</td></tr>'
    page = read(
        article(f"<table>{'<tr><td>规章</td>%s<td>1<sup>2</sup></td></tr>' * 3}{last}</table>" % ((struck,) * 3))
    )
    assert grid(page)[:4] == [["规章", "", "1[2]"]] * 3 + [["", "", ""]]


def test_the_space_behind_a_leading_numeral_stays() -> None:
    page = read(article("<p>一　总体 情况</p><p>一 、总 体</p><h2>二 公 开</h2><p>共 一 件</p>"))
    assert paragraphs(page)[1:] == ["一 总体情况", "一、总体", "二 公开", "共一件"]


@pytest.mark.parametrize(
    "rows",
    [
        "<tr>" + "<td>1</td>" * 60_000 + "</tr>",
        "".join(f"<tr><td>a</td><td colspan={n % 1000 + 1}>1</td><td>b</td></tr>" for n in range(1_999)),
        "".join("<tr>" + f"<td colspan={n % 97 + 1}>1</td>" * 40 + "</tr>" for n in range(1_999)),
    ],
)
def test_tables_beyond_reason_take_bounded_time(rows: str) -> None:
    started = time.process_time()
    read(article(f"<table>{rows}</table>"))
    assert time.process_time() - started < 15


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
    assert page.copies == {
        "http://www.meixian.test/col1/col2/202102/P0202.pdf": "http://www.meixian.test/protect/P0202.pdf"
    }


def names(page: Page) -> list[str]:
    return [url.removeprefix("http://www.meixian.test/") for url, _ in page.attachments]


def test_files_outside_the_article_are_not_its_own() -> None:
    around = '<div class="side"><a href="/a/other.doc">某通知.doc</a></div>'
    footer = '<div class="foot"><a href="/site/app.zip">下载客户端</a><a href="/logo.jpg">x</a></div>'
    assert names(read(around + article("") + footer)) == []
    listed = '<div class="box"><div class="fj"><a href="/b.docx">年报.docx</a></div></div>'
    assert names(read(around + article("") + listed + footer)) == ["b.docx"]
    assert names(read(article("") + '<div>附件：<a href="/b.docx">年报</a></div>' + footer)) == ["b.docx"]
    short = '<div><h1>某县年报</h1><p><a href="/r.pdf">年报</a></p></div>'
    assert names(read(around + short + footer)) == ["r.pdf"]


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("<a href='javascript:;' onclick=\"window.open('/P0.pdf')\">报告</a>", "P0.pdf"),
        ("<a onclick=\"down('7', '/P0.pdf')\">报告</a>", "P0.pdf"),
        ("<a href=\"javascript:open('/P0.doc')\">报告</a>", "P0.doc"),
        ('<a href="/download?id=3">年报.doc下载</a>', "download?id=3"),
        ('<a href="/api/file/download/3">下载</a>', "api/file/download/3"),
        ('<a href="/attachment/3">附件</a>', "attachment/3"),
        ('<a href="/e.csv">表</a>', "e.csv"),
        ('<a href="/f.txt">全文</a>', "f.txt"),
        ('<a href="\\P0\\b.doc">全文</a>', "P0/b.doc"),
        ('<a href="/t2.html">年报.pdf在线阅读</a>', None),
        ('<a href="/x.html?name=a.pdf">看</a>', None),
        ('<a href="/xzzx/">下载中心</a>', None),
    ],
)
def test_which_links_lead_to_files(link: str, address: str | None) -> None:
    assert names(read(article(link))) == ([address] if address else [])


@pytest.mark.parametrize(
    ("image", "address"),
    [
        ('<img src="/images/blank.gif" data-src="W2.png">', "W2.png"),
        ('<img src="loading.gif" data-original="W3.png">', "W3.png"),
        ('<img src="data:image/png;base64,x" data-src="W4.png">', "W4.png"),
        ('<img src="/shared/W5.jpg">', "W5.jpg"),
        ('<img src="/iconic/blueprint.jpg">', "blueprint.jpg"),
        ('<img src="http://share.test/printscreen.jpg">', "printscreen.jpg"),
        ('<img src="/files/report.gif">', "report.gif"),
        ('<img src="/img/btn_print.gif">', None),
        ('<img src="/assets/images/files/pdf.gif">', None),
        ('<img src="files/docx.png?v=2">', None),
        ('<img src="/img/iconShare.png">', None),
        ('<img src="/img/wxqrcode.png">', None),
    ],
)
def test_which_pictures_belong_to_the_text(image: str, address: str | None) -> None:
    found = [block.url.rpartition("/")[2] for block in read(article(image)).blocks if isinstance(block, Picture)]
    assert found == ([address] if address else [])


@pytest.mark.parametrize("depth", [300, 60_000])
def test_deep_nesting_loses_no_text(depth: int) -> None:
    page = read("<div>" * depth + PROSE + "</div>" * depth)
    assert paragraphs(page) == [PROSE]


def test_much_of_everything_stays_fast() -> None:
    started = time.process_time()
    read(
        article(
            '<p style="display:none">x</p>' * 5_000 + '<a href="a.pdf">x</a>' * 5_000 + '<b class="content">' * 1_000
        )
    )
    assert time.process_time() - started < 15


@given(st.text(alphabet="<>/=\"' abtdrphlesn1\x00&;!-年", max_size=200))
def test_any_markup_gives_a_page(markup: str) -> None:
    assert read_html(f"<table><tr><td>{markup}".encode()).kind == "html"


@given(st.binary(max_size=200))
def test_any_bytes_give_a_page(body: bytes) -> None:
    assert read_html(body, url=URL).kind == "html"

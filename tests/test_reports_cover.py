"""Pages with next to no text: covers of an attachment or of pictures, in every container, and what is none."""

import pytest

from reports import normalize
from reports.model import ContentKind, Report, Unreadable

TITLE = "眉县人民政府2021年政府信息公开工作年度报告"
MENU = '<a href="/">首页</a><a href="/c1/">政务公开</a><a href="/c2/">互动交流</a><a href="/c3/">数据开放</a>'
FOOTER = "<p>主办：县政府办 网站标识码：6103260004</p><p>版权所有，未经授权禁止复制。感谢您的支持。</p>" * 3
INFO = "<table><tr><td>索引号</td><td>A/2022-1</td></tr><tr><td>发布机构</td><td>县政府办</td></tr></table>"
BUTTONS = "<p>扫一扫在手机打开当前页</p><p>打印本页 关闭窗口</p><p>责任编辑：王某某</p>"
RELATED = '<div class="rel"><a href="/t.html">眉县2020年政府信息公开工作年度报告</a><span>2021-01-31</span></div>'
FILE = f'<p><a href="./P1.pdf">{TITLE}.pdf</a></p>'
PICTURES = '<p><img src="W1.jpg"><img src="W2.jpg"></p>'
POINTER = "<p>根据《中华人民共和国政府信息公开条例》要求，现公布本报告。报告由六个部分组成。统计期限为全年。</p>" * 8
CONTAINERS = [
    '<div class="TRS_Editor">{}</div>',
    '<div class="view TRS_UEDITOR trs_paper_default">{}</div>',
    '<div id="zoom">{}</div>',
    "<td><!--ZJEG_RSS.content.begin-->{}<!--ZJEG_RSS.content.end--></td>",
    '<div class="bt-content clearfix">{}</div>',
    '<div id="vsb_content"><div class="v_news_content">{}</div></div>',
    '<div id="UCAP-CONTENT">{}</div>',
    '<div class="content">{}</div>',
    '<div class="con">{}</div>',
]


def cover(article: str, around: str = "") -> Report:
    main = f'<div class="main"><h1>{TITLE}</h1>{INFO}{article}{around}</div>'
    page = f'<html><body><div class="nav">{MENU}</div>{main}<div class="footer">{FOOTER}</div></body></html>'
    return normalize(page.encode(), url="http://www.meixian.test/art/x.html", county_code="610326")


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("inside", [FILE, FILE + BUTTONS, POINTER + FILE])
@pytest.mark.parametrize("around", ["", RELATED + BUTTONS])
def test_a_page_that_names_an_attachment(container: str, inside: str, around: str) -> None:
    report = cover(container.format(inside), around)
    assert report.content_kind is ContentKind.ATTACHMENT_ONLY
    assert [link.url for link in report.attachments] == ["http://www.meixian.test/art/P1.pdf"]
    assert (report.sections, report.figures, report.findings, report.review) == ((), {}, (), ())


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_page_of_pictures(container: str) -> None:
    report = cover(container.format(PICTURES), RELATED)
    assert (report.content_kind, len(report.images)) == (ContentKind.IMAGE_ONLY, 2)
    assert (report.sections, report.findings) == ((), ())


def test_an_empty_container_with_the_file_behind_it() -> None:
    report = cover('<div class="TRS_Editor"></div><div class="appendix">附件：<a href="a.pdf">年报</a></div>')
    assert report.content_kind is ContentKind.ATTACHMENT_ONLY


@pytest.mark.parametrize("frame", ['<embed src="P1.pdf">', '<iframe src="P1.pdf"></iframe>', '<object data="P1.pdf">'])
def test_a_document_in_a_frame_is_an_attachment(frame: str) -> None:
    assert cover(f'<div class="TRS_Editor">{frame}</div>').content_kind is ContentKind.ATTACHMENT_ONLY


def test_an_article_loaded_by_a_script_is_not_read_from_the_menu() -> None:
    with pytest.raises(Unreadable, match="no text"):
        cover('<div class="TRS_Editor"><script>load("x")</script></div>')


def test_a_report_with_sections_and_a_file_is_read() -> None:
    sections = "".join(f"<p>{n}、{title}</p><p>{POINTER}</p>" for n, title in zip("一二三", "甲乙丙", strict=True))
    report = cover(f'<div class="content"><div class="TRS_Editor">{FILE}</div>{sections}</div>')
    assert (report.content_kind, len(report.sections)) == (ContentKind.HTML, 3)


def test_long_prose_without_numerals_is_read() -> None:
    report = cover(f'<div class="TRS_Editor">{"<p>我县各部门依法公开信息，及时答复申请。</p>" * 40}{FILE}</div>')
    assert (report.content_kind, [s.ordinal for s in report.sections]) == (ContentKind.HTML, [0])


def _unclosed(year: int, heading: str, footer: str) -> bytes:
    title = TITLE.replace("2021", str(year))
    text = f"<div id=zoom><p>一、概述</p><p>有序。</p><p>{heading}</p><p>无。</p></div>"
    return f"<html><body><h1>{title}</h1>{text}{footer}".encode()


@pytest.mark.parametrize(
    ("year", "heading", "footer"),
    [(2015, "五、存在的问题", "<p>版权所有：眉县人民政府</p>"), (2021, "六、其他需要报告的事项", "")],
)
def test_a_page_that_was_never_closed_is_whole_if_its_end_arrived(year: int, heading: str, footer: str) -> None:
    assert len(normalize(_unclosed(year, heading, footer)).sections) == 2


@pytest.mark.parametrize("year", [2015, 2021])
def test_a_page_without_any_end_broke_off(year: int) -> None:
    with pytest.raises(Unreadable, match="truncated"):
        normalize(_unclosed(year, "五、存在的问题", ""))


def test_a_script_behind_the_closed_page_is_no_broken_transfer() -> None:
    text = f"<html><body><h1>{TITLE}</h1><p>一、概述</p><p>有序。</p></body></html><script>if(a<b){{x=1}}"
    assert normalize(text.encode()).sections


def test_the_file_that_a_viewer_shows_is_the_attachment() -> None:
    frame = '<div id="zoom"><iframe src="/pdfjs/web/viewer.html?file=/a/P020.pdf"></iframe></div>'
    page = f"<html><body><h1>眉县人民政府2020年政府信息公开工作年度报告</h1>{frame}</body></html>"
    report = normalize(page.encode(), url="http://www.meixian.test/nb/1.html")
    assert report.content_kind is ContentKind.ATTACHMENT_ONLY
    assert [link.url for link in report.attachments] == ["http://www.meixian.test/a/P020.pdf"]

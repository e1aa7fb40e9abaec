"""Office files: DOCX, Word 97 and spreadsheets give the blocks that were written, archives the report in them."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports import normalize
from reports.blocks import Block, Cell, Page, Paragraph, Table
from reports.model import CellState, ContentKind, Unreadable
from reports.readers import doc, docx, sheet_document
from reports.readers.dispatch import read_page
from reports.tables import read_figures
from tests.official_tables import applications, disclosure_2019, disclosure_2021, review, table
from tests.portals.office import compound, doc_of, docx_of, xlsx_of, zipped

READERS = {"docx": docx.read_blocks, "doc": doc.read_blocks, "sheet": sheet_document.read_blocks}
WRITERS = {"docx": docx_of, "doc": doc_of, "sheet": xlsx_of}
TITLE = "眉县人民政府2020年政府信息公开工作年度报告"
REPORT: tuple[Block, ...] = (
    Paragraph(TITLE),
    Paragraph("一、总体情况"),
    Paragraph("全年主动公开政府信息11759条，按照《条例》的要求，坚持以公开为常态。" * 6),
    Paragraph("二、主动公开政府信息情况"),
    table(disclosure_2019()),
    Paragraph("三、收到和处理政府信息公开申请情况"),
    table(applications("v2019")),
    Paragraph("四、政府信息公开行政复议、行政诉讼情况"),
    table(review("123456789abcdef")),
    Paragraph("五、存在的主要问题及改进情况"),
    Paragraph("公开的深度不够。"),
    Paragraph("六、其他需要报告的事项"),
    Paragraph("无其他需要报告的事项。"),
)
_TEXTS = st.text("眉县公开0123456789/.，", max_size=6).map(str.strip)


def spanned() -> st.SearchStrategy[Table]:
    """Grids of a few cells, some of which span rows or columns."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Table:
        rows, columns = draw(st.integers(2, 5)), draw(st.integers(2, 5))
        taken: set[tuple[int, int]] = set()
        cells = []
        for row in range(rows):
            for column in range(columns):
                if (row, column) in taken:
                    continue
                down, across = draw(st.sampled_from([(1, 1), (1, 1), (2, 1), (1, 2)]))
                area = {(row + d, column + a) for d in range(down) for a in range(across)}
                if area & taken or any(r >= rows or c >= columns for r, c in area):
                    down, across, area = 1, 1, {(row, column)}
                taken |= area
                cells.append(Cell(draw(_TEXTS), row, column, down, across))
        return Table.of(cells, rows, columns)

    return drawn()


@pytest.mark.parametrize("kind", ["docx", "doc"])
@given(grid=spanned(), words=st.lists(_TEXTS.filter(bool), min_size=1, max_size=3))
def test_what_was_written_is_read(kind: str, grid: Table, words: list[str]) -> None:
    blocks: list[Block] = [Paragraph(" ".join(word.split())) for word in words]
    written: list[Block] = [*blocks, grid, *blocks]
    read_all = tuple(READERS[kind](WRITERS[kind](written)))  # in this process: a child for each example takes seconds
    found = [block for block in read_all if isinstance(block, Table)]
    filled = {cell.column for cell in grid.cells if cell.text}
    if len(filled) > 1 and len({cell.column for cell in grid.cells}) > 1:
        (read,) = found
        assert [(c.text, c.row, c.rowspan) for c in read.cells] == [(c.text, c.row, c.rowspan) for c in grid.cells]
        assert [block for block in read_all if block is not read] == blocks * 2


@pytest.mark.parametrize("kind", WRITERS)
def test_a_whole_report(kind: str) -> None:
    report = normalize(WRITERS[kind](REPORT))
    assert (report.agency, report.year, report.content_kind, report.form) == (
        "眉县人民政府",
        2020,
        ContentKind(kind),
        "v2019",
    )
    assert [section.ordinal for section in report.sections if section.ordinal] == [1, 2, 3, 4, 5, 6]
    official = {code: figure for code, figure in report.figures.items() if not code.startswith("narrative.")}
    assert official == read_figures(Page("html", REPORT)).figures
    assert not [finding for finding in report.findings if finding.check == "READ"]


@pytest.mark.parametrize("kind", WRITERS)
def test_blank_cells_stay_blank(kind: str) -> None:
    blocks: list[Block] = [Paragraph("二、"), table(disclosure_2021(["", "0", "/", "", "", "", "", "", "", ""]))]
    figures = read_figures(read_page(WRITERS[kind](blocks))).figures
    assert [figures[f"disclosure.regulations.{c}"].state for c in ("made", "repealed", "in_force")] == [
        CellState.BLANK,
        CellState.ZERO,
        CellState.NOT_APPLICABLE,
    ]


def word(body: str) -> Page:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    space += ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    return read_page(zipped({"word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>"}))


def test_what_a_docx_does_not_print() -> None:
    def run(text: str, properties: str = "") -> str:
        return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"

    deleted, hidden = f"<w:del>{run('删')}</w:del>", run("藏", "<w:vanish/>")
    field = '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText></w:r>'
    box = f"<w:r><w:txbxContent><w:p>{run('框')}</w:p></w:txbxContent></w:r>"
    drawn = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    body = f"<w:p>{run('收到')}{deleted}<w:ins>{run('12')}</w:ins>{hidden}{field}{run('件')}{drawn}</w:p>"
    assert word(f"<w:sdt><w:sdtContent>{body}</w:sdtContent></w:sdt>").blocks == (
        Paragraph("收到12件"),
        Paragraph("框"),
    )


def test_a_docx_table_that_only_arranges_the_page() -> None:
    def row(*cells: str) -> str:
        return f"<w:tbl><w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr></w:tbl>"

    def line(text: str) -> str:
        return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"

    outer = row(line("文") + row(line("a"), line("1")))
    first, second = word(outer).blocks
    assert first == Paragraph("文")
    assert isinstance(second, Table)


# --- Archives --------------------------------------------------------------------------------------------------------


def test_the_report_is_found_in_an_archive() -> None:
    names = {"年报/附件：指标解释.docx": docx_of([Paragraph("说明")]), "__MACOSX/._x.docx": b"x"}
    body = zipped({**names, f"年报/{TITLE}.docx": docx_of(REPORT)})
    page = read_page(zipped({"外.zip": body}))
    tables = [block for block in page.blocks if isinstance(block, Table)]
    assert [block.source.part for block in tables] == [f"外.zip/年报/{TITLE}.docx" for _ in range(3)]
    assert page.kind == ContentKind.DOCX


def test_names_in_gbk() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(zipfile.ZipInfo("2020.docx"), docx_of(REPORT))
    body = buffer.getvalue().replace(b"2020.docx", "年报.docx".encode("gb18030").ljust(9, b"x")[:9])
    (block, *_) = [block for block in read_page(body).blocks if isinstance(block, Table)]
    assert block.source.part == "年报.docx"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (zipped({"a.txt": b"0" * 50_000_000}), "hostile"),
        (
            zipped({"a.zip": zipped({"b.zip": zipped({"c.zip": zipped({"d.zip": zipped({"e.txt": "x"})})})})}),
            "archives",
        ),
        (zipped({"a.exe": b"MZ"}), "without a document"),
        (zipped({"OFD.xml": "<x/>"}), "OFD"),
        (zipped({"word/document.xml": "<!DOCTYPE x [<!ENTITY a 'aa'>]><x>&a;</x>"}), "damaged"),
        (zipped({"word/document.xml": "<w:document"}), "damaged"),
        (zipped({"xl/workbook.xml": "<workbook/>"}), "damaged"),
        (compound({"Other": b"x"}), "neither Word nor Excel"),
        (compound({"EncryptedPackage": b"x"}), "encrypted"),
        (compound({"WordDocument": b"x" * 4096, "1Table": b""}), "damaged"),
        (b"PK\x03\x04" + b"x" * 100, "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(body: bytes, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        normalize(body)


@pytest.mark.parametrize("kind", ["doc", "sheet"])
def test_without_the_extra_a_document_waits(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    for reader in ("doc", "sheets"):
        monkeypatch.setattr(f"reports.readers.{reader}.find_spec", lambda name: None)
    with pytest.raises(Unreadable, match=r".\[office\]") as refused:
        normalize(WRITERS[kind](REPORT))
    assert refused.value.waits_for is ContentKind.ATTACHMENT_ONLY


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_mutated_bytes_end_under_a_name(kind: str, data: st.DataObject) -> None:
    body = bytearray(WRITERS[kind](REPORT[:5]))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(1, 4))] = data.draw(st.binary(max_size=4))
    with suppress(Unreadable):
        tuple(READERS[kind](bytes(body)))

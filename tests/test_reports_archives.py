"""Archives in detail: which file is read, what is said of the others, and names that do not say their encoding."""

import io
import zipfile

import pytest

from reports import normalize
from reports.blocks import Block, Page, Paragraph
from reports.model import ContentKind, Unreadable
from reports.readers import archives
from reports.readers.archives import MOST_TRIED, read_archive
from tests.official_tables import applications, disclosure_2021, table
from tests.portals.office import docx_of, zipped


def read(body: bytes) -> Page:
    """What is in the file says whether it can be read."""
    if body.startswith(b"bad"):
        raise Unreadable(body.decode(), ContentKind.IMAGE_ONLY)
    return Page("text", (), {("title", "body"): body.decode()})


def test_the_next_file_is_read_where_the_likeliest_cannot() -> None:
    page = read_archive(zipped({"a.docx": "bad", "b.zip": zipped({"c.doc": "good"})}), read)
    assert page.claims == {("title", "body"): "good"}


def test_one_line_tells_why_the_likeliest_failed() -> None:
    with pytest.raises(Unreadable, match=r"^2020年政府信息公开工作年度报告\.pdf: bad 1$") as refused:
        read_archive(zipped({"x.docx": "bad 2", "2020年政府信息公开工作年度报告.pdf": "bad 1"}), read)
    assert refused.value.waits_for is ContentKind.IMAGE_ONLY


def test_only_so_many_files_are_tried() -> None:
    files: dict[str, str | bytes] = {f"{number}.zip": zipped({"a.txt": "bad"}) for number in range(MOST_TRIED)}
    with pytest.raises(Unreadable, match="bad"):
        read_archive(zipped({**files, "z.zip": zipped({"z.txt": "good"})}), read)


def test_many_files_of_an_allowed_size_are_a_bomb_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_UNPACKED", 1_000)
    files: dict[str, str | bytes] = {f"{number}.txt": "bad" + "x" * 400 for number in range(4)}
    with pytest.raises(Unreadable, match="hostile"):
        read_archive(zipped({**files, "z.txt": "good"}), read)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_of_no_told_encoding(encoding: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("NAME.txt", "good")
    raw = "年.".encode(encoding)
    (told,) = zipfile.ZipFile(
        io.BytesIO(buffer.getvalue().replace(b"NAME.txt", raw.ljust(4, b"_") + b".txt"))
    ).infolist()
    assert archives._name(told).startswith("年.")


NAME = "{}{}年政府信息公开工作年度报告"
FIRST, SECOND = table(disclosure_2021("123456789a")), table(applications())


def paper(title: str, *tables: Block) -> bytes:
    return docx_of([Paragraph(title), Paragraph("一、总体情况"), Paragraph("全年公开信息，接受监督。" * 30), *tables])


@pytest.mark.parametrize(
    ("agency", "year", "hint"),
    [
        ("眉县教育局", 2021, "眉县教育局2021年政府信息公开工作年度报告"),
        ("眉县财政局", 2021, "县财政局2021年政府信息公开年报"),
        ("眉县财政局", 2022, "眉县财政局2022年政府信息公开工作年度报告"),
        ("眉县教育局", 2021, None),
    ],
)
def test_of_several_reports_the_one_is_read_that_was_asked_for(agency: str, year: int, hint: str | None) -> None:
    titles = [NAME.format(*one) for one in (("眉县教育局", 2021), ("眉县财政局", 2021), ("眉县财政局", 2022))]
    report = normalize(zipped({f"{title}.docx": paper(title, FIRST) for title in titles}), title_hint=hint)
    assert (report.agency, report.year) == (agency, year)
    (doubt,) = [line for line in report.review if "archive" in line]
    assert [title in doubt for title in titles] == [title != report.title for title in titles]


@pytest.mark.parametrize(
    ("name", "title", "tables", "told"),
    [
        ("副本.docx", NAME.format("眉县人民政府", 2021), [FIRST], False),
        ("附表.docx", "附表", [SECOND], True),
        ("附件.docx", NAME.format("眉县人民政府", 2020), [], True),
        ("附件.docx", "情况说明", [], False),
        ("一图读懂2021年政府信息公开工作年度报告.docx", "图解", [SECOND], False),
    ],
    ids=["a copy", "another table", "another year inside", "no report", "a chart"],
)
def test_what_else_an_archive_holds_is_told(name: str, title: str, tables: list[Block], told: bool) -> None:
    own = NAME.format("眉县人民政府", 2021)
    report = normalize(zipped({name: paper(title, *tables), f"{own}.docx": paper(own, FIRST)}))
    assert report.title == own
    assert [name in line for line in report.review if "archive" in line] == [True] * told


def test_other_files_may_be_glanced_at_for_less() -> None:
    def glance(body: bytes) -> Page:
        raise Unreadable(f"hostile {body.decode()}")

    page = read_archive(zipped({"a.txt": "good", "b.txt": "bad", "2020年政府信息公开年报.pdf": "bad"}), read, glance)
    assert page.claims == {("title", "body"): "good"}

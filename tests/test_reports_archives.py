"""Archives in detail: what is refused by name, and names that do not say their encoding."""

import io
import zipfile

import pytest

from reports.blocks import Page
from reports.model import ContentKind, Unreadable
from reports.readers import archives
from reports.readers.archives import MOST_TRIED, read_archive
from tests.portals.office import zipped


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

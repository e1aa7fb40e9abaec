"""``scrapy export`` as it is typed: files and streams, nothing overwritten, one line for what is wrong, progress."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.commands._tables import Progress
from storage.errors import ArchiveError
from storage.exports.target import new_file, new_folder
from tests.crawling import Ended
from tests.storage_samples import Crawl, new_archive, report
from tests.test_commands import _inside

Typed = Callable[..., Ended]
MEI = ("--county", "610326", "--today", "2025-09-01")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with one report."""
    made = tmp_path_factory.mktemp("exports")
    archive = new_archive(made)
    crawl = Crawl(archive)
    crawl.document(report())
    crawl.close()
    archive.close()
    return made


@pytest.fixture
def typed(folder: Path) -> Typed:
    def run(*arguments: str) -> Ended:
        return _inside("export", *arguments, "-s", f"GONGKAI_DATABASE_URL=sqlite:///{folder / 'archive.db'}")

    return run


@pytest.mark.parametrize("name", ["panel", "figures", "reports", "findings", "coverage"])
@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "xlsx"])
def test_every_table_in_every_format(typed: Typed, tmp_path: Path, name: str, ending: str) -> None:
    target = tmp_path / f"{name}.{ending}"
    ended = typed(name, *MEI, "-o", str(target))
    assert (ended.code, ended.err) == (0, "")
    assert target.stat().st_size
    assert list(tmp_path.iterdir()) == [target]
    rows = {"panel": 17, "coverage": 17, "figures": 3, "reports": 1, "findings": 1}[name]
    assert ended.out == f"{target}: {rows} rows of {name}\n"


def test_a_stream_holds_the_table_alone(typed: Typed) -> None:
    ended = typed("panel", *MEI, "--years", "2023-2024", "--format", "csv", "-o", "-")
    assert ended.code == 0
    rows = list(csv.DictReader(io.StringIO(ended.out.removeprefix("\ufeff"), newline="")))
    assert [(row["year"], row["review.reconsideration.total"]) for row in rows] == [("2023", ""), ("2024", "12")]
    assert ended.err == "-: 2 rows of panel\n"


def test_what_was_written_as_json(typed: Typed, tmp_path: Path) -> None:
    ended = typed("datapackage", *MEI, "--json", "-o", str(tmp_path / "data"))
    assert json.loads(ended.out)["rows"]["figures"] == 3
    assert (tmp_path / "data" / "datapackage.json").is_file()


def test_a_release_follows_another(typed: Typed, tmp_path: Path) -> None:
    for version, more in (("1", ()), ("2", ("--previous", str(tmp_path / "1")))):
        assert typed("release", version, *MEI, "-o", str(tmp_path / version), *more).code == 0
    assert "Since 1 " in (tmp_path / "2" / "CHANGES.md").read_text("utf-8")
    ended = typed("release", "2", *MEI, "-o", str(tmp_path / "3"), "--previous", str(tmp_path / "none"))
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "holds no data release" in ended.err


@pytest.mark.parametrize("what", [("panel", "x.csv"), ("datapackage", "x"), ("release", "1", "x")])
def test_nothing_is_overwritten(typed: Typed, tmp_path: Path, what: tuple[str, ...]) -> None:
    *words, name = what
    target = tmp_path / name
    target.write_text("mine")
    ended = typed(*words, *MEI, "-o", str(target))
    assert (ended.code, ended.err) == (2, f"scrapy export: {target} is there already; name another\n")
    assert target.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_is_not_there_is_named(typed: Typed, tmp_path: Path) -> None:
    ended = typed("panel", *MEI, "-o", str(tmp_path / "no" / "x.csv"))
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "cannot be written" in ended.err


def test_what_a_killed_export_left_is_written_anew(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "x.csv.part").write_text("half a line")
    assert typed("coverage", *MEI, "-o", str(tmp_path / "x.csv")).code == 0
    assert (tmp_path / "x.csv").read_text("utf-8").startswith("\ufeffcounty_code,")
    assert not (tmp_path / "x.csv.part").exists()


def test_two_exports_do_not_write_one_file(tmp_path: Path) -> None:
    with new_file(tmp_path / "x") as part:
        part.write_text("mine")
        with pytest.raises(ArchiveError, match="another export is writing"), new_file(tmp_path / "x"):
            pytest.fail("both wrote")
    assert (tmp_path / "x").read_text() == "mine"


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "x.part").mkdir()
    (tmp_path / "x.part" / "thesis.txt").write_text("mine")
    with pytest.raises(ArchiveError, match="no export of ours began it"), new_folder(tmp_path / "x"):
        pytest.fail("it was taken")
    assert (tmp_path / "x.part" / "thesis.txt").read_text() == "mine"


def test_what_a_killed_export_left_in_its_folder_goes(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), new_folder(tmp_path / "x") as part:
        raise ZeroDivisionError
    assert not part.exists()
    part.mkdir()
    (part / ".gongkai-export").touch()
    (part / "data").mkdir()
    (part / "data" / "half.csv").touch()
    with new_folder(tmp_path / "x") as part:
        (part / "whole.csv").touch()
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["whole.csv"]


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [_Terminal(), io.StringIO()])
def test_progress_is_told_in_one_line_or_now_and_then(stream: io.StringIO) -> None:
    now = 0.0
    progress = Progress(stream, lambda: now)
    for second in range(100):
        now = second
        progress("panel", second + 1, 100, (second + 1) * 340)
    progress.close()
    lines = stream.getvalue().replace("\r", "\n").split()
    assert "panel:" in lines
    assert stream.getvalue().count("\n") == (1 if stream.isatty() else 3)
    assert "31 of 100 counties, 10,540 rows" in stream.getvalue()

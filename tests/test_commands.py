"""What a person types: every command has help with an example, and bad input gets one clear line, never a traceback."""

import io
import json
import os
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from scrapy.cmdline import execute

from tests.crawling import ROOT, SCRAPY, Ended
from tests.launching import launch
from tests.storage_samples import Crawl, new_archive, report

COMMANDS = (
    "add",
    "archive",
    "crawl",
    "coverage",
    "events",
    "export",
    "lint-portals",
    "normalize",
    "probe",
    "reparse",
    "review",
    "search",
    "serve",
    "status",
    "verify",
    "why",
)


CRAWLING = ("crawl", "probe")  # these start a reactor, which a process can do once


def _scrapy(folder: Path, *arguments: str, **environment: str) -> Ended:
    """A command as it is typed, with an archive of its own; in this process where that can be."""
    database = f"sqlite:///{folder / 'archive.db'}"
    if arguments[0] not in CRAWLING:
        return _inside(*arguments, "-s", f"GONGKAI_DATABASE_URL={database}")
    given = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GONGKAI_", "SCRAPY_"))},
        "GONGKAI_DATABASE_URL": database,
        **environment,
    }
    return Ended(*launch((*SCRAPY, *arguments), ROOT, given, 60))


def _inside(*arguments: str) -> Ended:
    # Scrapy leaves word of its project in the environment, which processes that other tests start would inherit.
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SCRAPY_SETTINGS_MODULE", "SCRAPY_PROJECT"):
            patch.setenv(name, "")
            patch.delenv(name)
        return _executed(*arguments)


def _executed(*arguments: str) -> Ended:
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        execute(["scrapy", *arguments])
    told = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return Ended(int(ended.value.code or 0), *told)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(tmp_path: Path, command: str) -> None:
    ended = _scrapy(tmp_path, command, "--help")
    assert ended.code == 0
    assert "Example: scrapy" in " ".join(ended.out.split())
    # Scrapy takes a line that ends in a colon for a heading, wherever it was wrapped.
    assert re.findall(r"(?m)^(.+)\n=+$", ended.out) == ["Usage", "Options"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("crawl", "reports"), "name a county"),
        (("crawl", "reports", "-a", "county=610326"), "GONGKAI_CONTACT"),
        (("crawl", "nothing"), "name a spider"),
        (("coverage",), "there is no archive"),
        (("why", "610326", "2020"), "there is no archive"),
        (("why", "610326", "2007"), "no report year"),
        (("coverage", "--county", "99"), "no county"),
        (("coverage", "--county", "610326", "--years", "20"), "years is"),
        (("coverage", "--county", "610326", "--today", "tomorrow"), "--today"),
        (("coverage", "610326"), "not understood"),
        (("why", "610326"), "a county and a year"),
        (("why", "6103", "2020"), "counties; name one"),
        (("lint-portals", "610326"), "not understood"),
        (("verify",), "there is no archive"),
        (("verify", "610326"), "not understood"),
        (("reparse",), "there is no archive"),
        (("reparse", "610326"), "not understood"),
        (("reparse", "--jobs", "0"), "at least 1"),
        (("reparse", "--since-parser", "next"), "numbered from 1"),
        (("add", "x.html"), "name one file"),
        (("add", "absent.html", "--county", "610326", "--url", "http://www.meixian.gov.cn/1.html"), "absent.html"),
        (("add", "x.html", "--county", "610326", "--url", "http://www.816969.com/1.html"), "mirrors lie"),
        (("add", "x.html", "--county", "610326", "--url", "http://www.meixian.gov.cn:99999/a"), "as the browser shows"),
        (("review", "correct", "1", "--by", "x", "--reason", "y", "--year", "3000"), "there are reports of 2008 to"),
        (("archive",), "say stat, merge OTHER.db, backup FOLDER or ship"),
        (("archive", "stat", "more"), "say stat"),
        (("archive", "stat", "--warc", "x"), "belongs to merge"),
        (("archive", "merge", "other.db"), "there is no archive"),
        (("export",), "name what to export (panel, figures, reports, findings, coverage, datapackage, release, wacz"),
        (("export", "warc", "-o", "x.wacz"), "name what to export"),
        (("export", "wacz"), "name what to write: scrapy export wacz -o reports.wacz"),
        (("export", "wacz", "-o", "-"), "does not go to standard output"),
        (("export", "cdxj", "-o", "x.cdxj", "--years", "2020"), "--years belongs to panel"),
        (("export", "wacz", "-o", "x.wacz"), "there is no archive"),
        (("export", "panel"), "name what to write: scrapy export panel -o panel.csv"),
        (("export", "panel", "-o", "panel"), "panel comes as csv, jsonl, parquet, xlsx: name one with --format"),
        (("export", "panel", "-o", "x.csv", "--format", "ods"), "name one with --format"),
        (("export", "panel", "-o", "-", "--format", "xlsx"), "standard output takes tables as csv or jsonl"),
        (("export", "panel", "-o", "x.csv", "--agencies", "all"), "--agencies belongs to figures, reports, findings"),
        (("export", "figures", "-o", "x.csv", "--agencies", "towns"), "it is county or all"),
        (("export", "panel", "-o", "x.csv", "--years", "1999"), "the first reports were due for 2008"),
        (("export", "panel", "-o", "x.csv", "--today", "soon"), "--today is 'soon'"),
        (("export", "panel", "-o", "x.csv", "--county", "99"), "no county"),
        (("export", "panel", "610326", "-o", "x.csv"), "'610326' is not understood"),
        (("export", "release"), "a release has one version: scrapy export release 2026.1"),
        (("export", "release", "1", "--format", "parquet"), "--format belongs to"),
        (("export", "datapackage", "-o", "x", "--format", "xlsx"), "datapackage comes as csv, parquet"),
        (("export", "datapackage", "-o", "x", "--previous", "y"), "--previous belongs to release"),
        (("export", "panel", "-o", "x.csv"), "there is no archive"),
        (("review",), "there is no archive"),
        (("search",), "say what to look for"),
        (("search", "县"), "there is no archive"),
        (("search", "县", "--county", "99"), "no county"),
        (("search", "县", "--years", "20"), "years is"),
        (("search", "县", "--state", "archived,lost"), "--state lost: it is one of archived"),
        (("search", "县", "--limit", "0"), "--limit is '0'; it is a number from 1"),
        (("search", "县", "--skip", "-1"), "--skip is '-1'"),
        (("serve", "8600"), "not understood"),
        (("serve", "--port", "http"), "the port is"),
        (("serve", "--today", "never"), "--today"),
        (("serve", "--host", "203.0.113.1"), "choose another"),
        (("status",), "there is no archive"),
        (("status", "610326"), "not understood"),
        (("events",), "there is no archive"),
        (("events", "610326"), "not understood"),
        (("events", "--kind", "flood"), "it is one of list-lost, blocked"),
        (("events", "--days", "-1"), "--days is '-1'"),
        (("events", "--tell", "--kind", "blocked"), "--kind belongs to the list"),
        (("review", "keep", "1"), "accept, correct or reject"),
        (("review", "accept", "first", "--by", "x", "--reason", "y"), "no document's number"),
        (("review", "accept", "1", "--reason", "y"), "needs --by"),
        (("review", "accept", "1", "--by", "x", "--reason", "y", "--year", "2020"), "belongs to correct"),
        (("review", "correct", "1", "--by", "x", "--reason", "y"), "--county, --year or --kind"),
        (("review", "correct", "1", "--by", "x", "--reason", "y", "--year", "1999"), "no report year"),
        (("review", "correct", "1", "--by", "x", "--reason", "y", "--kind", "king"), "it is one of"),
        (("normalize",), "name the files"),
        (("normalize", "--yaml", "x"), "no option"),
    ],
)
def test_bad_input_gets_one_clear_line(tmp_path: Path, arguments: tuple[str, ...], complaint: str) -> None:
    ended = _scrapy(tmp_path, *arguments)
    assert ended.code == 2
    assert complaint in ended.err
    assert "Traceback" not in ended.err
    assert not ended.out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("years=2024-2019",), "first year"),
        (("agencies=some",), "agencies is"),
        (("recheck=-1",), "recheck is"),
        (("recheck=nan",), "recheck is"),
        (("yaers=2020",), "no argument yaers"),
        (("county=鼓楼区",), "several counties"),
    ],
)
def test_a_bad_crawl_argument_is_named(tmp_path: Path, arguments: tuple[str, ...], complaint: str) -> None:
    given = [part for argument in ("county=610326", *arguments) for part in ("-a", argument)]
    ended = _scrapy(tmp_path, "crawl", "reports", *given, GONGKAI_CONTACT="test@example.test")
    assert ended.code == 2
    assert complaint in ended.err
    assert "Traceback" not in ended.err


def test_a_saved_page_is_added_and_found_again(tmp_path: Path) -> None:
    page = tmp_path / "2020.html"
    page.write_text("<h1>眉县人民政府2020年政府信息公开工作年度报告</h1><p>一、总体情况</p>", encoding="utf-8")
    given = (
        "add",
        str(page),
        "--county",
        "610326",
        "--url",
        "http://www.meixian.gov.cn/nb/2020.html",
        "--by",
        "Li Lei",
    )
    ended = _scrapy(tmp_path, *given)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("眉县人民政府 2020: archived (new)\nheld in gongkai-")
    assert "is archived already" in _scrapy(tmp_path, *given).out
    assert "saved by hand by Li Lei" in _scrapy(tmp_path, "why", "610326", "2020").out
    assert "no damage" in _scrapy(tmp_path, "verify").out


def test_search(tmp_path: Path) -> None:
    new_archive(tmp_path).close()
    ended = _scrapy(tmp_path, "search", "热线")
    assert (ended.code, ended.out) == (1, "The archive holds no report yet; scrapy crawl reports fetches some.\n")
    crawl = Crawl(new_archive(tmp_path))
    for year in (2019, 2020):
        crawl.document(report(year, "群众拨打12345热线。"))
    crawl.close()
    crawl.archive.close()
    ended = _scrapy(tmp_path, "search", "热線", "拨打", "--years", "2020", "--state", "archived")
    assert ended.code == 0, ended.err
    assert ended.out.splitlines() == [
        "610326 眉县  2020  archived  眉县人民政府",
        "    眉县人民政府2020年政府信息公开工作年度报告",
        "    一、总体情况: 群众【拨打】12345【热线】。",
        "    http://www.meixian.test/2020.html",
        "1 to 1 of 1 found in 2 documents.",
    ]
    (line,) = _scrapy(tmp_path, "search", "热线", "--limit", "1", "--skip", "1", "--json").out.splitlines()
    shown = json.loads(line)
    assert (shown["code"], shown["year"], shown["state"]) == ("610326", 2019, "archived")
    assert {"text": "热线", "match": True} in shown["snippet"]
    assert "--skip 5 leaves none" in _scrapy(tmp_path, "search", "热线", "--skip", "5").out
    ended = _scrapy(tmp_path, "search", "凉线")
    assert (ended.code, ended.out) == (1, "Nothing found in 2 documents.\n")
    ended = _scrapy(tmp_path, "search", "***")
    assert (ended.code, ended.out) == (2, "")
    assert "no word or number in '***'" in ended.err
    assert _scrapy(tmp_path, "search", "--rebuild").out == "2 documents are in the index.\n"


def test_an_archive_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_text("no database at all, but long enough to be looked at as one" * 20)
    ended = _scrapy(tmp_path, "coverage", "--county", "610326")
    assert ended.code == 2
    assert "Traceback" not in ended.err


def test_unreadable_files_become_objects_between_the_others(tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text(
        "眉县人民政府2020年政府信息公开工作年度报告\n一、总体情况\n全年共公开各类政府信息11759条。\n", encoding="utf-8"
    )
    empty, picture, zeros = tmp_path / "empty.html", tmp_path / "picture.html", tmp_path / "zeros.html"
    empty.write_bytes(b"")
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with zeros.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    files = (empty, good, picture, zeros, tmp_path / "absent.html", tmp_path)
    ended = _scrapy(tmp_path, "normalize", "--json", *map(str, files))
    assert ended.code == 2
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert [row["file"] for row in rows] == [str(file) for file in files]
    assert ["error" in row for row in rows] == [True, False, True, True, True, True]
    assert len(ended.err.splitlines()) == 5
    assert rows[1]["agency"] == "眉县人民政府"

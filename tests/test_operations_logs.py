"""With GONGKAI_LOG=json every line that a crawl or a command logs is one JSON object; without, nothing changes."""

import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.arguments import ArgumentError
from operations.logs import is_json, write_json
from tests.crawling import SCRAPY, Ended, Practice, practice
from tests.portals import demo_country


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Practice]:
    with practice(demo_country(), tmp_path) as site:
        yield site


def lines(ended: Ended) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in ended.err.splitlines()]
    for line in found:
        assert datetime.fromisoformat(line["time"]).tzinfo == UTC
        assert {"level", "logger", "message"} <= line.keys()
    return found


def test_a_crawl_tells_programs_what_it_tells_people(site: Practice) -> None:
    crawl = (*SCRAPY, "crawl", "reports", "-acounty=610326,510114")
    found = lines(site.run(*crawl, GONGKAI_LOG="json"))
    visits = {line["code"]: line for line in found if "code" in line}
    assert {code: (line["outcome"], line["reason"]) for code, line in visits.items()} == {
        "610326": ("complete", None),
        "510114": ("blocked", "challenge-ruishu"),
    }
    assert visits["610326"]["requests"] > 10
    assert visits["610326"]["message"].startswith("610326 眉县: complete (list pages: ")
    assert [line["run"] for line in found if "run" in line] == [1]
    plain = site.run(*crawl)
    told = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[(?P<logger>[\w.]+)\] (?P<level>[A-Z]+): (?P<message>.*)")
    read = [match.groupdict() for line in plain.err.splitlines() if (match := told.fullmatch(line))]
    assert len(read) == len(plain.err.splitlines()) == len(found)
    assert [line["logger"] for line in read] == [line["logger"] for line in found]


def test_what_a_person_has_to_settle_is_a_line_too(site: Practice) -> None:
    (refused,) = lines(site.run(*SCRAPY, "coverage", GONGKAI_LOG="json"))
    assert (refused["level"], refused["logger"]) == ("ERROR", "scrapy coverage")
    assert "there is no archive" in refused["message"]
    ended = site.run(*SCRAPY, "coverage", GONGKAI_LOG="xml")
    assert (ended.code, "GONGKAI_LOG is 'xml'; write json" in ended.err) == (2, True)


def test_a_log_file_gets_the_lines(site: Practice, tmp_path: Path) -> None:
    ended = site.run(
        *SCRAPY, "crawl", "reports", "-acounty=130324", f"--logfile={tmp_path / 'log'}", GONGKAI_LOG="json"
    )
    assert (ended.code, ended.err) == (0, "")
    assert all(json.loads(line) for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines())


def test_an_exception_is_in_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    stream, level = io.StringIO(), logging.root.level
    try:
        write_json(logging.StreamHandler(stream), logging.INFO)
        try:
            raise OSError("the disk is full")
        except OSError:
            logging.getLogger("scheduler").exception("a crawl failed", extra={"run": 7})
        logging.getLogger("scheduler").debug("not told")
    finally:
        logging.captureWarnings(capture=False)
        logging.root.setLevel(level)
    (line,) = stream.getvalue().splitlines()
    told = json.loads(line)
    assert (told["level"], told["logger"], told["message"], told["run"]) == ("ERROR", "scheduler", "a crawl failed", 7)
    assert told["exception"].endswith("OSError: the disk is full")


def test_what_is_neither_is_refused() -> None:
    assert (is_json(""), is_json("json")) == (False, True)
    with pytest.raises(ArgumentError, match="'JSON'"):
        is_json("JSON")

"""Files of the reading room: the tables of ``scrapy export`` and an indicator's reports, of a place, as CSV."""

import asyncio
import csv
from io import StringIO
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse

from storage.database import Archive
from storage.errors import ArchiveError
from tests.postgresql import on_sqlite
from tests.reading_room import fill, reader
from tests.storage_samples import MEI, Crawl
from web.app import make_app
from web.pages.download import table

TOTAL = "review.reconsideration.total"


def taken(archive: Archive, address: str) -> list[dict[str, Any]]:
    answer = reader(archive).get(address)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))


def test_a_panel_has_every_year_of_a_place(archive: Archive, crawl: Crawl) -> None:
    fill(crawl)
    rows = taken(archive, f"/download/panel.csv?place={MEI}&from=2020&to=2024")
    assert [row["year"] for row in rows] == ["2020", "2021", "2022", "2023", "2024"]
    assert {row["county_code"] for row in rows} == {MEI}
    held = [row for row in rows if row["evidence"] in ("archived", "amended")]
    assert held
    assert all(row[TOTAL] for row in held if not row[f"{TOTAL}.state"])
    figures = taken(archive, f"/download/figures.csv?place={MEI}")
    assert {row["indicator"] for row in figures} > {TOTAL}


def test_an_indicator_is_taken_report_by_report(archive: Archive, crawl: Crawl) -> None:
    fill(crawl)
    rows = taken(archive, f"/indicators/{TOTAL}/reports.csv?place=6103")
    assert rows
    assert {row["county_code"] for row in rows} == {MEI}
    assert {row["state"] for row in rows} <= {"number", "zero", "blank", "not_applicable", "text", "missing"}


def test_years_the_wrong_way_round_are_turned(archive: Archive) -> None:
    assert len(taken(archive, f"/download/coverage.csv?place={MEI}&from=2024&to=2020")) == 5


@pytest.mark.parametrize(
    "address",
    [
        "/download/nothing.csv",
        "/download/panel.csv?place=99",
        "/download/panel.csv?from=x",
        "/download/panel.csv?from=1990&to=1991",
        "/indicators/no.such/reports.csv",
    ],
)
def test_what_is_not_there_is_no_file(archive: Archive, address: str) -> None:
    assert reader(archive).get(address).status_code == 404


def test_an_address_of_the_operator_is_on_every_page_that_has_one(archive: Archive) -> None:
    assert "mailto:" not in reader(archive).get("/").text
    assert "mailto:me@example.test" in reader(archive, contact="me@example.test").get("/health").text


def test_what_goes_wrong_is_an_error_page_and_no_broken_file(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ArchiveError("the disk is gone")

    monkeypatch.setattr("web.pages.download.print_table", broken)
    answer = reader(archive).get(f"/download/panel.csv?place={MEI}")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")


@on_sqlite
def test_who_reads_slowly_keeps_no_session_open(archive: Archive) -> None:
    scope = {"type": "http", "app": make_app(archive), "headers": [], "query_string": b"place=61"}
    answer = table(Request(scope | {"path_params": {"table": "coverage"}}))
    assert isinstance(answer, StreamingResponse)

    async def begin() -> tuple[object, str]:
        return await anext(aiter(answer.body_iterator)), archive.engine.pool.status()

    first, pool = asyncio.run(begin())
    assert first
    assert "Current Checked out connections: 0" in pool

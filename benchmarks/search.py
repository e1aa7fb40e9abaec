"""How large the search index is and how fast it answers: ``python -m benchmarks.search``.

Reports are made up for all 2,846 counties and 17 years: sentences and tables of pages that were read, shuffled, with
their own numbers, the county's name, and words of a dictionary strewn in, so that there are rare ones. They are put
into the archive in bulk, since it is the index that is measured, and indexed as an archive is that is older than its
index. Then queries of each kind are asked, each once: parts of the texts, of 1, 2, 3 to 6 and 8 to 16 characters;
words of the dictionary; words that stand in every report; names; these with filters. What counts is the CPU of a query
(SQLite works in this process), so that other programs on the machine do not; the time on the clock stands beside it. 1
is the exit code where the 95th of 100 takes longer than the goal.
"""

import argparse
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from pypinyin.phrases_dict import phrases_dict
from sqlalchemy import insert

from benchmarks.reading_speed import pages
from reports import normalize
from reports.divisions import counties
from reports.model import AgencyKind, ContentKind
from storage.database import Archive, open_archive
from storage.models import Agency, Base, CaptureRow, Document, Portal, Reading, ReportRow, SectionRow, Version
from storage.records import RecordType
from storage.search.find import find
from storage.search.index import catch_up
from storage.settled import settle

MOST = 300.0  # ms
YEARS = range(2008, 2025)
NOW = datetime(2025, 6, 1, tzinfo=UTC)
HEADINGS = ("一、总体情况", "二、主动公开", "三、依申请公开", "四、复议和诉讼", "五、问题及改进", "六、其他事项")
EVERYWHERE = ("县", "的", "年", "公开", "信息", "政府信息公开", "行政复议", "公开政府信息", "政府信息公开工作年度报告")
_PAGES = 200  # that are read for their sentences
_LENGTH = 400  # characters of a section, as of those that were read
_ASKED = 40  # queries of each kind


def main(arguments: list[str] | None = None) -> int:
    """Print what was measured; 0 if the goal is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description="Size and speed of the search.")
    parser.add_argument("--years", type=int, default=len(YEARS), help="of each county, 1 to 17 (default: 17)")
    options = parser.parse_args(arguments)
    rng = random.Random(2026)  # noqa: S311 - practice
    with tempfile.TemporaryDirectory(prefix="gongkai-search-") as folder:
        archive = open_archive(f"sqlite:///{folder}/archive.db")
        with closing(archive):
            text = _fill(archive, rng, YEARS[-options.years :])
            _index(archive, text)
            slow = _ask(archive, rng)
    return int(slow)


def _fill(archive: Archive, rng: random.Random, years: Sequence[int]) -> int:
    """Put the reports into the archive; returns the bytes of their texts."""
    making = _Making(rng)
    size = 0
    for number, county in enumerate(counties(), 1):
        rows = list(making.county(number, county.code, county.name, years))
        with archive.write() as session:
            for model, row in rows:
                session.execute(insert(model), row)
        size += sum(len(row["text"].encode()) for model, many in rows if model is SectionRow for row in many)
        if not number % 500:
            print(f"{number} counties", file=sys.stderr)
    return size


class _Making:
    """Makes the rows of counties."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        read = (normalize(one.body, url=one.url, county_code=one.county_code) for one in islice(pages(), _PAGES))
        texts = (section.text for report in read for section in report.sections)
        self.sentences = sorted({one for text in texts for one in re.split("(?<=[。；])", text) if 5 < len(one) < 200})
        self.words = sorted(phrases_dict)
        self.reports = 0

    def county(self, number: int, code: str, name: str, years: Sequence[int]) -> Iterator[tuple[type[Base], Any]]:
        """Model and rows."""
        ids = range(self.reports + 1, self.reports + len(years) + 1)
        self.reports += len(years)
        agency = f"{name}人民政府"
        yield Portal, [{"code": code, "home": f"http://www.c{code}.test/", "notes": ""}]
        yield CaptureRow, [{"id": number, "warc_offset": number} | _CAPTURE]
        yield Agency, [{"id": number, "county_code": code, "name": agency, "kind": AgencyKind.GOVERNMENT}]
        yield ReportRow, [{"id": at, "agency_id": number, "year": year} for at, year in zip(ids, years, strict=True)]
        seen = {"first_seen": NOW, "last_seen": NOW}
        yield (
            Document,
            [
                {"id": at, "report_id": at, "portal_code": code, "url": f"http://www.c{code}.test/{at}.html"}
                | {"last_capture_id": number, **seen}
                for at in ids
            ],
        )
        prints = {"fingerprint": "0" * 64}
        yield (
            Version,
            [{"id": at, "document_id": at, "number": 1, "content_sha256": "0" * 64} | prints | seen for at in ids],
        )
        titles = (f"{agency}{year}年政府信息公开工作年度报告" for year in years)
        whose = {"agency": agency, "county_code": code, "page_capture_id": number, "read_capture_id": number}
        yield (
            Reading,
            [
                {"id": at, "version_id": at, "title": title} | whose | prints | _READING
                for at, title in zip(ids, titles, strict=True)
            ],
        )
        yield SectionRow, [row for at in ids for row in self.sections(at, name)]

    def sections(self, reading: int, name: str) -> Iterator[dict[str, Any]]:
        for position, heading in enumerate(HEADINGS):
            text = ""
            while len(text) < _LENGTH:
                sentence = re.sub(r"\d{1,3}", self.number, self.rng.choice(self.sentences)).replace("全县", name)
                cut = self.rng.randrange(len(sentence))
                strewn = self.rng.choice(self.words) if self.rng.random() < 0.3 else ""
                text += sentence[:cut] + strewn + sentence[cut:]
            yield {"reading_id": reading, "position": position, "ordinal": position + 1, "heading": heading} | {
                "text": text
            }

    def number(self, match: re.Match[str]) -> str:
        return str(self.rng.randrange(int(match[0]) * 2 + 2))


_CAPTURE = {"url": "", "status": 200, "fetched_at": NOW, "record_type": RecordType.RESPONSE, "warc_file": ""} | {
    "warc_length": 0,
    "payload_sha256": "0" * 64,
    "payload_bytes": 0,
}
_READING = {"parser": "1", "read_at": NOW, "agency_kind": AgencyKind.GOVERNMENT, "content_kind": ContentKind.HTML} | {
    "needs_review": False,
    "review": [],
    "repairs": {},
    "failed_checks": 0,
}


def _index(archive: Archive, text: int) -> None:
    before = _bytes(archive)
    begun = time.process_time()
    reports = catch_up(archive)
    took = time.process_time() - begun
    size = _bytes(archive) - before
    print(f"{reports:,} reports, {text:,} bytes of text, {text // reports:,} a report")
    print(f"index: {size:,} bytes, {size // reports:,} a report, {size / text:.2f} x text")
    print(f"indexed in {took:.0f} s of CPU, {took / reports * 1000:.2f} ms a report")


def _bytes(archive: Archive) -> int:
    with archive.read() as session:
        connection = session.connection()
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        pages_, free, size = (
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("page_count", "freelist_count", "page_size")
        )
    return int((pages_ - free) * size)


def _ask(archive: Archive, rng: random.Random) -> bool:
    """Ask queries of each kind; whether any kind is slower than the goal."""
    with archive.read() as session:
        texts = [session.get_one(SectionRow, (rng.randint(1, 2_000), 0)).text for _ in range(_ASKED)]
    kinds: dict[str, list[tuple[str, dict[str, Any]]]] = {
        f"{least} to {most} characters": [(_part(text, rng.randint(least, most), rng), {}) for text in texts]
        for least, most in ((1, 1), (2, 2), (3, 6), (8, 16))
    }
    words = sorted(phrases_dict)
    names = [f"{county.name}人民政府" for county in rng.sample(counties(), _ASKED)]
    kinds["words of the dictionary"] = [(rng.choice(words), {}) for _ in range(_ASKED)]
    kinds["names"] = [(name, {}) for name in names]
    everywhere = [EVERYWHERE[at % len(EVERYWHERE)] for at in range(_ASKED)]
    kinds["in every report"] = [(query, {}) for query in everywhere]
    kinds["the same, of ten years"] = [(query, {"years": range(2010, 2020)}) for query in everywhere]
    kinds["the same, of a province"] = [(query, {"codes": _province(rng)}) for query in everywhere]
    kinds["the same, third page"] = [(query, {"offset": 40}) for query in everywhere]
    kinds["two of them"] = [(f"{query} 依法", {}) for query in everywhere]
    settle(archive, None, YEARS)  # as whoever looks at the matrix does
    print(f"{'ms a query':<28}{'median':>8}{'95th':>8}{'worst':>8}{'clock':>8}{'hits':>10}")
    slow = False
    for kind, queries in kinds.items():
        times, clocks, hits = zip(*(_timed(archive, query, filters) for query, filters in queries), strict=True)
        ordered = sorted(times)
        late = ordered[int(len(ordered) * 0.95)]
        slow = slow or late > MOST
        shown = (ordered[len(ordered) // 2], late, ordered[-1], sorted(clocks)[len(clocks) // 2])
        told = "".join(f"{one:>8.1f}" for one in shown) + f"{sum(hits) // len(hits):>10,}"
        print(f"{kind:<28}{told}  {'yes' if late <= MOST else 'NO'}")
    return slow


def _part(text: str, length: int, rng: random.Random) -> str:
    start = rng.randrange(len(text) - length)
    part = "".join(text[start:].split())[:length]
    return part if part.isalnum() else "信息公开"[:length]


def _province(rng: random.Random) -> list[str]:
    chosen = rng.choice(counties()).code[:2]
    return [county.code for county in counties() if county.code.startswith(chosen)]


def _timed(archive: Archive, query: str, filters: dict[str, Any]) -> tuple[float, float, int]:
    """Milliseconds of CPU and on the clock, and how many documents answer."""
    begun, clock = time.process_time(), time.perf_counter()
    found = find(archive, query, **filters)
    return (time.process_time() - begun) * 1000, (time.perf_counter() - clock) * 1000, found.total


if __name__ == "__main__":
    sys.exit(main())

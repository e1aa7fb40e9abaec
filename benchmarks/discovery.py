"""Crawls a practice country of 320 portals twice and compares: with its truth, with an oracle, with CrawlSpider.

``python -m benchmarks.discovery`` serves ``tests.portals.nation`` on loopback: all families in all variants with
quirks and decoys drawn by a seed, and portals that give nothing, each with the name its visit has to end with. Then
``scrapy crawl reports`` visits every county, and visits it again; CrawlSpider with keyword rules
(``benchmarks/keyword_spider.py``) is given the same portals. Requests are counted by the server.

**Found** is a county's own report that is archived under its year from its own address, in the state that fits what it
is (text, picture, unreadable file); **wrong** is anything else that is kept as a county government's report.
**Requests per report** leave out robots.txt and the probes for soft 404s and are taken over healthy portals with ten or
more years of reports. The **oracle** knows where the list is: it asks for each page of the list once, and for each
report with its files.
"""

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import discovery_measures as measures
from benchmarks.discovery_measures import MANY, Ending, Result
from benchmarks.discovery_runs import Traffic, crawl, crawl_by_keywords
from tests.crawling import Practice, practice
from tests.portals.nation import nation

MOST_OF_ORACLE, MOST_OF_CRAWLSPIDER = 1.5, 0.25


@dataclass(slots=True)
class Row:
    """One family's line of the table; requests are those of its portals with many years."""

    portals: int = 0
    published: int = 0
    missed: int = 0
    wrong: int = 0
    reports: int = 0  # found on portals with many years
    requests: int = 0
    least: int = 0  # the oracle's
    reports_by_keywords: int = 0
    requests_by_keywords: int = 0

    def add(self, other: "Row") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def each(self) -> float:
        return self.requests / max(1, self.reports)

    @property
    def each_of_oracle(self) -> float:
        return self.least / max(1, self.reports)

    @property
    def each_by_keywords(self) -> float:
        return self.requests_by_keywords / self.reports_by_keywords if self.reports_by_keywords else float("inf")


@dataclass(slots=True)
class Measured:
    """Everything that is printed."""

    rows: dict[str, Row]
    endings: list[Ending]
    excesses: list[str]
    strays: list[str]
    troubles: list[str] = field(default_factory=list)  # one line each: what was missed, wrong or misnamed

    @property
    def total(self) -> Row:
        total = Row()
        for row in self.rows.values():
            total.add(row)
        return total

    def goals(self) -> list[tuple[str, str, bool]]:
        """What has to hold: the goal, what was measured, whether it was met."""
        total = self.total
        misnamed = sum(ending.got != ending.expected for ending in self.endings)
        oracle, keywords = total.each / max(total.each_of_oracle, 1e-9), total.each / total.each_by_keywords
        return [
            ("every published report found", f"{total.missed} of {total.published} missed", total.missed == 0),
            ("no wrong one", f"{total.wrong} wrong", total.wrong == 0),
            ("every visit's end under its name", f"{misnamed} of {len(self.endings)} misnamed", misnamed == 0),
            (f"requests within {MOST_OF_ORACLE} of the oracle's", f"{oracle:.2f}", oracle <= MOST_OF_ORACLE),
            (f"at most {MOST_OF_CRAWLSPIDER} of CrawlSpider's", f"{keywords:.3f}", keywords <= MOST_OF_CRAWLSPIDER),
            ("second pass: one request a list page", f"{len(self.excesses)} exceptions", not self.excesses),
            ("no request off the allow-list", f"{len(self.strays)} strays", not self.strays),
        ]


def measure(site: Practice) -> Measured:
    """Run the three crawls and compare."""
    portals = site.country.portals
    first = crawl(site, "first pass")
    healthy = [portal for portal in portals if not portal.expected.kind]
    with site.archive() as archive:
        found, ended = measures.results(archive, healthy), measures.endings(archive, portals)
    again = crawl(site, "second pass")
    rich = [result for result in found if len(result.published) >= MANY]
    keywords = crawl_by_keywords(site, [result.portal for result in rich])
    with site.archive() as archive:
        least = {result.portal.code: measures.oracle(archive, result, again) for result in rich}
        excesses = measures.excesses(archive, healthy, again)
        strays = [f"{hit.host}{hit.path} at {hit.address}" for hit in (*first.strays, *again.strays)]
        strays += measures.strangers(archive, portals)
    rows: dict[str, Row] = defaultdict(Row)
    for result in found:
        rows[result.portal.family].add(_row(result, first, keywords, least))
    troubles = [line for result in found for line in (*result.missed, *result.wrong)]
    misnamed = [ending for ending in ended if ending.got != ending.expected]
    troubles += [f"{one.portal.code} {one.portal.family}: ended as {one.got} ({one.detail})" for one in misnamed]
    return Measured(dict(sorted(rows.items())), ended, excesses, strays, troubles)


def _row(result: Result, first: Traffic, keywords: Traffic, least: dict[str, int]) -> Row:
    portal = result.portal
    row = Row(1, len(result.published), len(result.missed), len(result.wrong))
    if portal.code in least:
        row.reports, row.requests, row.least = result.found, len(first.asked(portal)), least[portal.code]
        urls = {report.url for report in result.published.values()}
        asked = keywords.asked(portal)
        got = {f"{hit.scheme}://{hit.host}:{portal.port}{hit.path}" for hit in asked if hit.status == 200}
        row.reports_by_keywords, row.requests_by_keywords = len(urls & got), len(asked)
    return row


# --- What is printed -----------------------------------------------------------------------------------------------
def table(measured: Measured) -> str:
    """Families, then failures, then goals."""
    lines = [f"{'':<12}{'':>8}{'':>11}{'':>7}{'':>8}{'':>7}   requests per report"]
    lines.append(
        f"{'family':<12}{'portals':>8}{'published':>11}{'found':>7}{'missed':>8}{'wrong':>7}"
        f"{'ours':>8}{'oracle':>8}{'CrawlSpider':>13}"
    )
    for name, row in [*measured.rows.items(), ("all", measured.total)]:
        found = row.published - row.missed
        lines.append(
            f"{name:<12}{row.portals:>8}{row.published:>11}{found:>7}{row.missed:>8}{row.wrong:>7}"
            f"{row.each:>8.2f}{row.each_of_oracle:>8.2f}{_number(row.each_by_keywords):>13}"
        )
    lines += ["", f"{'trouble':<24}{'expected':<40}{'got':<40}{'portals':>7}"]
    kinds = Counter((one.portal.expected.kind or "none", one.expected, one.got) for one in measured.endings)
    for (kind, expected, got), count in sorted(kinds.items()):
        lines.append(f"{_padded(kind, 24)}{expected:<40}{got:<40}{count:>7}")
    lines += ["", f"{'goal':<44}{'measured':<28}{'met':>4}"]
    lines += [f"{goal:<44}{told:<28}{'yes' if met else 'NO':>4}" for goal, told, met in measured.goals()]
    return "\n".join(lines)


def _number(value: float) -> str:
    return "none found" if value == float("inf") else f"{value:.2f}"


def _padded(text: str, width: int) -> str:
    """Filled up with blanks; a Chinese character is as wide as two."""
    return text + " " * (width - len(text) - sum(ord(one) > 0x2E80 for one in text))


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.discovery", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--portals", type=int, default=320)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--keep", metavar="FOLDER", help="keep archive and logs there")
    options = parser.parse_args(None if arguments is None else list(arguments))
    with tempfile.TemporaryDirectory() as temporary:
        country = nation(options.seed, options.portals)
        with practice(country, Path(options.keep or temporary)) as site:
            measured = measure(site)
    for line in (*measured.troubles, *measured.excesses, *measured.strays):
        print(line)
    print(table(measured))
    return int(not all(met for _, _, met in measured.goals()))


if __name__ == "__main__":
    sys.exit(main())

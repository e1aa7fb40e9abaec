"""What reading one report page costs: ``python -m benchmarks.reading_speed``.

Pages of the form v2021, as the practice portals of all families print them, are filled up with a site's furniture to
60 kB. Each round has pages of its own, so that nothing is remembered of them, and gives the same bytes to three ways:
``lxml.html`` just parses, ``reports.normalize`` reads all figures, prose and checks, and trafilatura takes the text out
while ``pandas.read_html`` takes the tables. What counts is the CPU of a page in the best round of each way; 1 is the
exit code where a goal is missed.

trafilatura and pandas are needed for nothing else. They are found in a folder of their own::

    python -m pip install --target /tmp/yardsticks trafilatura lxml_html_clean pandas
    PYTHONPATH=/tmp/yardsticks python -m benchmarks.reading_speed
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from io import BytesIO
from itertools import islice
from typing import NamedTuple

import lxml.html

from benchmarks.padding import padded
from reports import normalize
from reports.charset import decode
from tests.portals.documents import Content, Document, Kind
from tests.portals.messages import Request
from tests.portals.nation import nation
from tests.portals.portal import Portal

MOST_OF_PARSE = 6.0  # times the CPU of the parse that a reading may cost
LEAST_GAIN = 4.0  # times cheaper than trafilatura and pandas
LARGEST = 66_000  # one family's pages are larger: their editor writes the most verbose markup
FIRST_YEAR, CELLS = 2021, 191


class Printed(NamedTuple):
    """A page, what a crawler knows of it, and its charset: the others are told, for some pages declare a wrong one."""

    body: bytes
    charset: str
    url: str
    county_code: str
    title: str


Way = Callable[[Printed], object]


def main(arguments: list[str] | None = None) -> int:
    """Print one line a way; 0 if both goals are met, 2 if trafilatura or pandas is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading_speed", description="CPU of reading one page.")
    parser.add_argument("--pages", type=int, default=20, help="pages in each round (default: 20)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds after the first, which warms up (default: 7)")
    options = parser.parse_args(arguments)
    try:
        ways: dict[str, Way] = {"lxml.html": _parse, "normalize": read, "trafilatura + pandas": _usual_way()}
    except ImportError as error:
        print(f"{error}: see the head of benchmarks/reading_speed.py for how to get it", file=sys.stderr)
        return 2
    every = list(islice(pages(), options.pages * (options.rounds + 1)))
    rounds = [every[start : start + options.pages] for start in range(0, len(every), options.pages)]
    costs = measure(ways, rounds)
    parse, reading, usual = costs.values()
    size = sum(len(page.body) for page in every) // len(every)
    print(f"{len(every)} pages of {size:,} bytes, {CELLS} official cells and more; ms of CPU a page, best round")
    for name, cost in costs.items():
        print(f"{name:<22}{cost:>8.2f}{cost / parse:>8.1f} x parse")
    print(f"goals: at most {MOST_OF_PARSE} x parse, and {LEAST_GAIN} x cheaper than usual: {usual / reading:.1f} x")
    return int(reading > MOST_OF_PARSE * parse or usual < LEAST_GAIN * reading)


def measure(ways: dict[str, Way], rounds: list[list[Printed]]) -> dict[str, float]:
    """Milliseconds of CPU a page, by way; the first round is not counted."""
    best = dict.fromkeys(ways, float("inf"))
    for number, printed in enumerate(rounds):
        for name, way in ways.items():
            before = time.process_time()
            for page in printed:
                way(page)
            cost = (time.process_time() - before) * 1000 / len(printed)
            best[name] = min(best[name], cost) if number else best[name]
    return best


def pages() -> Iterator[Printed]:
    """Whole reports of the practice portals, one of each in turn."""
    by_portal = [(portal, iter(_reports(portal))) for portal in nation().portals if portal.expected.kind == ""]
    while by_portal:
        for entry in list(by_portal):
            portal, reports = entry
            document = next(reports, None)
            if document is None:
                by_portal.remove(entry)
                continue
            address = portal.pages.address(document)
            answer = portal.pages.answer(Request("GET", address, {}))
            # Some portals cut a report in several pages.
            if answer is not None and len(answer.body) < LARGEST and answer.body.lower().count(b"<td") >= CELLS:
                body = padded(answer.body)
                yield Printed(body, decode(body)[1], portal.base + address, portal.code, document.title)


def read(page: Printed) -> object:
    """As the crawler has a page read."""
    return normalize(page.body, url=page.url, county_code=page.county_code, title_hint=page.title)


def _reports(portal: Portal) -> Iterator[Document]:
    for document in portal.documents():
        if document.kind is Kind.REPORT and document.content is Content.HTML and document.year >= FIRST_YEAR:
            yield document


def _parse(page: Printed) -> object:
    return lxml.html.document_fromstring(page.body, parser=lxml.html.HTMLParser(encoding=page.charset))


def _usual_way() -> Way:
    """Raises ImportError where one of the two is not there."""
    extract, read_html = import_module("trafilatura").extract, import_module("pandas").read_html

    def way(page: Printed) -> object:
        text = extract(page.body, include_tables=True)
        return text, read_html(BytesIO(page.body), flavor="lxml", encoding=page.charset)

    return way


if __name__ == "__main__":
    sys.exit(main())

"""Serve practice portals until SIGTERM or SIGINT: ``python -m tests.portals --folder data/demo/practice``."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from tests.portals import Country, PortTaken, demo_country, serve
from tests.portals.families import FAMILIES
from tests.portals.nation import nation

_EXAMPLE = """example:
  python -m tests.portals --port 8061 --folder data/demo/practice &
  export SCRAPY_PROJECT=practice GONGKAI_REGISTRY=data/demo/practice/registry.csv
  export GONGKAI_PRACTICE_HOSTS=data/demo/practice/hosts.json
  scrapy crawl reports -a county=610326"""


def main(arguments: list[str] | None = None) -> int:
    """Serve; 0 after a signal, 1 when the port is taken."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.portals",
        description="Serve replicas of county portals on loopback addresses, for crawls that disturb nobody.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--port", type=int, default=8061, help="one port for all portals; 0 takes a free one (default: 8061)"
    )
    parser.add_argument("--folder", type=Path, required=True, help="where registry.csv and hosts.json are written")
    parser.add_argument(
        "--family",
        choices=sorted(FAMILIES),
        metavar="NAME",
        help=f"portals of one family in all its variants, instead of the demo's: {', '.join(FAMILIES)}",
    )
    options = parser.parse_args(arguments)
    if not 0 <= options.port <= 65535:
        parser.error(f"--port is {options.port}; it is a number from 0 to 65535")

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        with serve(_country(options.family), options.port) as server:
            server.write_practice(options.folder)
            print(f"listening: {len(server.hosts)} hosts on port {server.port}, files in {options.folder}", flush=True)
            stop.wait()
    except PortTaken as error:
        print(f"{error}; name another one with --port, or 0 for any", file=sys.stderr)
        return 1
    return 0


def _country(family: str | None) -> Country:
    if family is None:
        return demo_country()
    return Country(tuple(portal for portal in nation().portals if portal.family == family))


if __name__ == "__main__":
    sys.exit(main())

"""The whole program against practice portals, started as a person or the scheduler starts it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from storage.database import Archive, open_archive
from tests.launching import launch
from tests.portals import Country, PortalServer, serve

ROOT = Path(__file__).parents[1]
SCRAPY = (sys.executable, "-m", "scrapy")


def database(folder: Path) -> str:
    """The URL of the archive in a folder of practice."""
    return f"sqlite:///{folder / 'archive.db'}"


def environment(folder: Path, **more: str) -> Mapping[str, str]:
    """What a command is told so that it works in this folder, on the portals that are served for it."""
    # Hundreds of processes need not compile the program anew, each half a second long.
    # Whatever reads Scrapy's settings in this process leaves word of the other project.
    left_out = ("PYTHONDONTWRITEBYTECODE", "SCRAPY_SETTINGS_MODULE")
    inherited = {name: value for name, value in os.environ.items() if name not in left_out}
    return {
        **inherited,
        "SCRAPY_PROJECT": "practice",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), inherited.get("PYTHONPATH")))),
        "GONGKAI_DATABASE_URL": database(folder),
        "GONGKAI_WARC_DIR": str(folder / "warc"),
        "GONGKAI_REGISTRY": str(folder / "registry.csv"),
        "GONGKAI_PRACTICE_HOSTS": str(folder / "hosts.json"),
        **more,
    }


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its standard output as one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class Practice:
    """A served country and the folder of the archive that is crawled from it."""

    country: Country
    server: PortalServer
    folder: Path

    @property
    def url(self) -> str:
        return database(self.folder)

    def environment(self, **more: str) -> Mapping[str, str]:
        return environment(self.folder, **{"GONGKAI_DATABASE_URL": self.url, **more})

    def run(self, *command: str, **environment: str) -> Ended:
        """Run a command of the project to its end."""
        return Ended(*launch(command, ROOT, self.environment(**environment), 90))

    def scrapy(self, *arguments: str) -> Ended:
        return self.run(*SCRAPY, *arguments)

    def crawl(self, counties: str = "610326,330109,130427,510114,130324,231222", **arguments: str) -> Ended:
        """Crawl the portals of these counties; every archived report is asked for again."""
        given = {"county": counties, "recheck": "0", **arguments}
        ended = self.scrapy("crawl", "reports", *(f"-a{name}={value}" for name, value in given.items()))
        assert "Traceback" not in ended.err, ended.err
        return ended

    def stop_amid(self, counties: str, hits: int, how: signal.Signals) -> Ended:
        """Start a crawl and send it a signal once the server has seen so many requests."""
        command = (*SCRAPY, "crawl", "reports", f"-acounty={counties}", "-arecheck=0")
        with subprocess.Popen(  # noqa: S603 - our own command
            command, cwd=ROOT, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as crawl:
            self.server.wait_for_hits(hits)
            crawl.send_signal(how)
            out, err = crawl.communicate(timeout=60)
        return Ended(crawl.returncode, out, err)

    def states(self, years: str = "2015-2024") -> dict[tuple[str, int], str]:
        """The matrix of all six counties, as of the summer after the last year."""
        codes = ",".join(portal.code for portal in self.country.portals)
        ended = self.scrapy("coverage", "--county", codes, "--years", years, "--today", "2025-06-30", "--json")
        return {(row["code"], row["year"]): row["state"] for row in ended.rows}

    @contextmanager
    def archive(self) -> Iterator[Archive]:
        archive = open_archive(self.url, self.folder / "warc")
        try:
            yield archive
        finally:
            archive.close()

    def payloads(self, host: str) -> set[tuple[str, str]]:
        """(address, payload digest) of every answer with status 200 that the WARC files hold or repeat for a host."""
        found = set()
        for path in sorted((self.folder / "warc").glob("*.warc.gz")):
            with path.open("rb") as stream:
                for record in ArchiveIterator(stream):
                    url = record.rec_headers.get_header("WARC-Target-URI") or ""
                    answer = record.rec_type in ("response", "revisit") and f"//{host}:" in url
                    if answer and record.http_headers.get_statuscode() == "200":
                        found.add((url, record.rec_headers.get_header("WARC-Payload-Digest")))
        return found


@contextmanager
def practice(country: Country, folder: Path) -> Iterator[Practice]:
    """Serve a country for as long as the context lasts."""
    with serve(country) as server:
        server.write_practice(folder)
        yield Practice(country, server, folder)

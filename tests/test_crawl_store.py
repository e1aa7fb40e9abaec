"""Crawls whose finished WARC files go into an S3 store: what was archived on one machine is known on the next one."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from storage.database import open_archive
from storage.models import CaptureRow, Reading, Run, Version
from storage.records import RecordType
from storage.verify import verify
from tests.crawling import Ended, Practice, practice
from tests.objects import names_in, new_store
from tests.portals import demo_country
from tests.storage_samples import count

COUNTIES = "610326,330109"


def local(site: Practice) -> list[str]:
    return [path.name for path in (site.folder / "warc").glob("gongkai-*")]


def not_modified(ended: Ended) -> int:
    found = re.search(r"(\d+) of them 304", ended.err)
    assert found, ended.err
    return int(found[1])


def test_the_second_crawl_reads_from_the_store_and_every_command_does(
    s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = new_store("s3", tmp_path)
    monkeypatch.setenv("GONGKAI_WARC_STORE", url)
    with practice(demo_country(), tmp_path) as site:
        first = site.crawl(COUNTIES)
        assert (first.code, local(site)) == (0, [])
        assert len(names_in(url)) == 2, "a WARC file and the manifest"
        with site.archive() as archive:
            versions = count(archive, Version)
        again = site.crawl(COUNTIES)
        assert (again.code, local(site)) == (0, [])
        assert "WARNING" not in again.err
        assert not_modified(again) > 10
        with site.archive() as archive, archive.read() as session:
            assert count(archive, Version) == versions
            later = session.query(CaptureRow).filter_by(run_id=2)
            assert later.filter_by(record_type=RecordType.REVISIT).count() > later.count() / 2
        with site.archive() as archive, archive.write() as session:
            session.execute(update(Reading).values(parser="1"))  # so that there is something to read again
        assert _commands(site, url) == []


def _commands(site: Practice, url: str) -> list[str]:
    """What goes wrong with the commands on an archive whose files are all in a store."""
    folder = site.folder / "taken"
    ended = {
        command: site.scrapy(*command.split())
        for command in (
            "verify --json",
            "why 610326 2020",
            "reparse --dry-run --jobs 2 --json",
            f"export wacz --county 610326 -o {folder}.wacz",
            f"export cdxj -o {folder}.cdxj",
            "archive stat --json",
            f"archive backup {folder}",
            f"add {site.folder / 'saved.html'} --county 610326 --url http://www.meixian.test/saved.html --by me",
            "verify",
        )
        if not command.startswith("add") or _save(site)
    }
    wrong = [f"{command}: {one.err}" for command, one in ended.items() if one.code or "Traceback" in one.err]
    stat, proved = ended["archive stat --json"].rows[0], ended["verify --json"].rows[-1]
    assert stat["warc_files"] == proved["warc_files"] == 2
    assert f"held in {url}/gongkai-" in ended["why 610326 2020"].out
    read = ended["reparse --dry-run --jobs 2 --json"].rows
    assert len(read) > 10
    assert "failed" not in str(read)
    assert len(names_in(url)) == 4, "what was added by hand went into the store"
    copy = open_archive(f"sqlite:///{folder}/archive.db", folder / "warc")
    assert verify(copy).damages == ()
    copy.close()
    return wrong


def _save(site: Practice) -> bool:
    page = (
        "<html><title>眉县人民政府2013年政府信息公开工作年度报告</title><p>一、总体情况</p><p>政府信息公开</p></html>"
    )
    return bool((site.folder / "saved.html").write_text(page, encoding="utf-8"))


def test_a_store_that_is_away_does_not_stop_a_crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = new_store("folder", tmp_path / "store")
    monkeypatch.setenv("GONGKAI_WARC_STORE", url)
    with practice(demo_country(), tmp_path) as site:
        assert site.crawl("610326").code == 0
        (tmp_path / "store").rename(tmp_path / "unplugged")
        away = site.crawl("610326")
        assert away.code == 0
        assert away.err.count("until the next crawl") == 1
        assert len(local(site)) == 1
        refused = site.scrapy("verify")
        assert (refused.code, len(refused.err.splitlines())) == (2, 1)
        assert "mount it" in refused.err
        left = site.scrapy("archive", "ship")
        assert (left.code, "until the next crawl" in left.err) == (1, True)
        (tmp_path / "unplugged").rename(tmp_path / "store")
        assert json.loads(site.scrapy("archive", "ship", "--json").out) == {"warc_files": 1, "left": []}
        assert local(site) == []
        assert site.scrapy("verify").code == 0
        with site.archive() as archive, archive.read() as session:
            assert [run.outcome for run in session.query(Run)] == ["finished"] * 2


def test_another_machine_finds_what_the_first_one_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_WARC_STORE", new_store("folder", tmp_path / "store"))
    with practice(demo_country(), tmp_path) as site:
        site.crawl("610326")
        (tmp_path / "elsewhere").mkdir()
        other = replace(site, folder=tmp_path / "elsewhere")
        for name in ("registry.csv", "hosts.json"):
            (other.folder / name).write_bytes((site.folder / name).read_bytes())
        monkeypatch.setattr(Practice, "url", site.url)
        again = other.crawl("610326")
        assert (again.code, local(other)) == (0, [])
        assert not_modified(again) > 5
        assert other.scrapy("verify").code == site.scrapy("verify").code == 0

"""What is taken away is whole: records byte for byte, an index that finds them, figures, digests; pywb replays it."""

import csv
import gzip
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from storage.archive import save_unchanged
from storage.cdxj import archive_index, surt
from storage.database import Archive
from storage.errors import ArchiveError
from storage.records import AttachmentKind, AttachmentRecord
from storage.wacz.export import export_wacz
from tests.crawling import ROOT
from tests.storage_samples import LIST_URL, MEI, Crawl, link, report, report_url

FILE_URL = "http://www.meixian.test/2024/%E9%99%84%E4%BB%B6.pdf"
PAGE, FILE = b"<html><body>the page of 2024</body></html>", b"%PDF-1.7 its attachment"


@pytest.fixture
def held(archive: Archive, crawl: Crawl) -> Archive:
    """Two reports, one with an attachment and then edited, the other seen twice with the same bytes."""
    crawl.listing([link(2024), link(2023)])
    attached = AttachmentRecord(FILE_URL, "附件", AttachmentKind.ATTACHMENT, crawl.fetch(FILE_URL, FILE))
    crawl.document(report(), PAGE, attachments=[attached])
    crawl.document(report(text="edited"), b"edited")
    crawl.document(report(2023), b"2023")
    first = crawl.fetch(report_url(2023), b"2023")
    again = crawl.fetch(report_url(2023), b"2023", first)
    save_unchanged(archive, crawl.run, crawl.portal, report_url(2023), again, [first, again])
    crawl.visit()
    crawl.writer.close()
    return archive


def exported(archive: Archive, target: Path, years: tuple[int, ...] | None = None) -> zipfile.ZipFile:
    done = export_wacz(archive, target, [MEI], years, title="眉县", software="gongkai-archive/test")
    assert done.damaged == ()
    return zipfile.ZipFile(target)


def records(bundle: zipfile.ZipFile) -> dict[str, list[bytes]]:
    """By address, what the index leads to: each record's bytes."""
    data = bundle.read("archive/records.warc.gz")
    found: dict[str, list[bytes]] = {}
    for line in bundle.read("indexes/index.cdxj").decode().splitlines():
        place = json.loads(line.split(" ", 2)[2])
        start = int(place["offset"])
        found.setdefault(place["url"], []).append(gzip.decompress(data[start : start + int(place["length"])]))
    return found


def test_a_year_comes_with_all_that_belongs_to_its_reports(held: Archive, tmp_path: Path) -> None:
    with exported(held, tmp_path / "mei.wacz", (2024,)) as bundle:
        found = records(bundle)
        assert {url: len(there) for url, there in found.items()} == {report_url(2024): 2, FILE_URL: 1}
        assert PAGE in found[report_url(2024)][0]
        whole = gzip.decompress(bundle.read("archive/records.warc.gz"))
        assert whole.count(b"WARC-Type: request") == 3
        assert whole.startswith(b"WARC/1.1\r\nWARC-Type: warcinfo") or b"WARC-Type: warcinfo" in whole[:400]
        head, *pages = map(json.loads, bundle.read("pages/pages.jsonl").decode().splitlines())
        assert head["format"] == "json-pages-1.0"
        assert [page["text"].splitlines()[-1] for page in pages] == ["一", "edited"]


def test_a_county_comes_with_its_lists_and_repetitions(held: Archive, tmp_path: Path) -> None:
    with exported(held, tmp_path / "mei.wacz") as bundle:
        found = records(bundle)
        assert set(found) == {LIST_URL, report_url(2024), report_url(2023), FILE_URL}
        assert sum(b"WARC-Type: revisit" in one for one in found[report_url(2023)]) == 1


def test_figures_stand_beside_with_their_states(held: Archive, tmp_path: Path) -> None:
    with exported(held, tmp_path / "mei.wacz", (2023,)) as bundle:
        rows = list(csv.DictReader(io.TextIOWrapper(bundle.open("figures/figures.csv"), "utf-8")))
    told = {row["indicator"]: (row["state"], row["value"]) for row in rows}
    assert told["review.reconsideration.total"] == ("number", "12")
    assert told["review.reconsideration.other"] == ("not_applicable", "")
    assert {(row["county_code"], row["year"], row["version"]) for row in rows} == {(MEI, "2023", "1")}


def test_each_part_is_described_by_its_digest(held: Archive, tmp_path: Path) -> None:
    with exported(held, tmp_path / "mei.wacz") as bundle:
        package = bundle.read("datapackage.json")
        parts = {part["path"]: part for part in json.loads(package)["resources"]}
        assert set(parts) == set(bundle.namelist()) - {"datapackage.json", "datapackage-digest.json"}
        for path, part in parts.items():
            data = bundle.read(path)
            assert (part["hash"], part["bytes"]) == (f"sha256:{hashlib.sha256(data).hexdigest()}", len(data))
        digest = json.loads(bundle.read("datapackage-digest.json"))["hash"]
        assert digest == f"sha256:{hashlib.sha256(package).hexdigest()}"
        assert bundle.getinfo("archive/records.warc.gz").compress_type == zipfile.ZIP_STORED


def test_what_cannot_be_proved_is_left_out_by_name(held: Archive, tmp_path: Path) -> None:
    (file,) = held.warc_dir.glob("*.warc.gz")
    data = bytearray(file.read_bytes())
    data[-40] ^= 0xFF
    file.write_bytes(data[: len(data) // 2])
    done = export_wacz(held, tmp_path / "mei.wacz", [MEI], None, title="眉县", software="test")
    assert done.damaged
    assert all(file.name in one for one in done.damaged)
    with zipfile.ZipFile(tmp_path / "mei.wacz") as bundle:
        pages = [json.loads(line) for line in bundle.read("pages/pages.jsonl").decode().splitlines()[1:]]
        assert {page["url"] for page in pages} <= set(records(bundle))
    file.unlink()
    with pytest.raises(ArchiveError, match="is missing"):
        list(archive_index(held))


def test_nothing_is_overwritten_and_nothing_half_done_stays(held: Archive, tmp_path: Path) -> None:
    target = tmp_path / "mei.wacz"
    target.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        exported(held, target)
    assert target.read_bytes() == b"mine"
    with pytest.raises(ArchiveError, match="nothing is archived"):
        exported(held, tmp_path / "none.wacz", (1999,))
    assert {path.name for path in tmp_path.iterdir()} & {"none.wacz", "none.wacz.part"} == set()


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.meixian.gov.cn/", "cn,gov,meixian)/"),
        ("https://WWW2.meixian.gov.cn:443/NB/?b=2&A=1", "cn,gov,meixian)/nb?a=1&b=2"),
        ("http://10.0.0.1:8061/a/", "1,0,0,10:8061)/a"),
        ("http://www.meixian.test:99999/a", "test,meixian)/a"),
    ],
)
def test_addresses_sort_by_their_hosts(url: str, key: str) -> None:
    assert surt(url) == key


def test_pywb_plays_a_report_back_with_its_attachment(held: Archive, tmp_path: Path) -> None:
    collection = tmp_path / "pywb" / "collections" / "reports"
    (collection / "indexes").mkdir(parents=True)
    (collection / "archive").symlink_to(held.warc_dir)
    (collection / "indexes" / "index.cdxj").write_text("".join(f"{line}\n" for line in archive_index(held)))
    (tmp_path / "pywb" / "config.yaml").write_text("collections_root: collections\n")
    asked = [report_url(2024), FILE_URL, report_url(2023), report_url(1999)]
    command = [sys.executable, "-W", "ignore", "-m", "tests.replay", str(tmp_path / "pywb"), *asked]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)  # noqa: S603
    shown = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    expected = [hashlib.sha256(body).hexdigest() for body in (b"edited", FILE, b"2023")]
    assert [one["sha256"] for one in shown[:3]] == expected
    assert [one["status"] for one in shown] == [200, 200, 200, 404]

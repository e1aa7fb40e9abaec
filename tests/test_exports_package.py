"""A data package holds against the standard, a release can be cited and proved, and says what changed."""

import csv
import hashlib
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import frictionless
import pytest

from reports.model import AgencyKind, CellState, Figure
from storage.database import Archive
from storage.errors import ArchiveError
from storage.exports.changes import changes
from storage.exports.package import About, export_package
from storage.exports.release import export_release
from storage.exports.tables import Scope
from storage.exports.write import TABLES
from storage.manifest import seal
from storage.models import WarcFile
from storage.records import Verdict
from storage.review import decide
from tests.storage_samples import MEI, Crawl, link, new_archive, report, report_url

SCOPE = Scope((MEI,), (2020, 2021, 2022, 2023, 2024), date(2025, 9, 1))
ABOUT = About("gongkai-archive", "China's reports: “a title”", "2025.1", "gongkai-archive/test")
TOTAL = "review.reconsideration.total"
HOSTILE = '=1+1;-2\n@x, "quoted" | 年'


def quiet(*_: object) -> None:
    """Progress that nobody looks at."""


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(*command: str, folder: Path) -> int:
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode  # noqa: S603 - our own words


@pytest.fixture
def held(archive: Archive, crawl: Crawl) -> Archive:
    crawl.listing([link(2024), link(2023)])
    crawl.document(report(title=HOSTILE))
    crawl.document(report(2023, figures={TOTAL: Figure(-3, "=-3", CellState.NUMBER)}))
    crawl.document(report(2022, agency="眉县人民政府办公室", agency_kind=AgencyKind.OFFICE))
    crawl.visit()
    crawl.writer.close()
    return archive


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the validator's own libraries
@pytest.mark.parametrize("everybody", [False, True])
def test_a_package_holds_against_the_standard(held: Archive, tmp_path: Path, everybody: bool) -> None:
    scope = Scope(SCOPE.codes, SCOPE.years, SCOPE.today, everybody)
    rows = export_package(held, scope, tmp_path / "data", "csv", ABOUT, quiet)
    report = frictionless.validate(str(tmp_path / "data" / "datapackage.json"))
    assert report.valid, report.flatten(["resourceName", "rowNumber", "fieldName", "note"])
    package = json.loads((tmp_path / "data" / "datapackage.json").read_text("utf-8"))
    names = [resource["name"] for resource in package["resources"]]
    assert names == [*TABLES, "codebook"]
    assert {name: rows[name] for name in ("panel", "coverage", "codebook")} == {
        "panel": 5,
        "coverage": 5,
        "codebook": 366,
    }
    assert rows["reports"] == (3 if everybody else 2)
    assert "licenses" not in package
    assert "see docs/legal.md" in package["licence_note"]
    for resource in package["resources"]:
        data = (tmp_path / "data" / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert all(field["title"] and field["description"] for field in resource["schema"]["fields"])


def test_the_codebook_explains_every_column(held: Archive, tmp_path: Path) -> None:
    export_package(held, SCOPE, tmp_path / "data", "parquet", ABOUT, quiet)
    text = (tmp_path / "data" / "CODEBOOK.md").read_text("utf-8")
    for table in TABLES.values():
        assert all(f"`{name.removesuffix('.state')}`" in text for name in table.names)
    assert (tmp_path / "data" / "data" / "panel.parquet").read_bytes().startswith(b"PAR1")


def test_the_same_archive_and_day_give_the_same_bytes(held: Archive, tmp_path: Path) -> None:
    for name in ("a", "b"):
        export_release(held, SCOPE, tmp_path / name, ABOUT, None, quiet)
    first, second = (files(tmp_path / name) for name in ("a", "b"))
    assert first == second
    assert "MANIFEST.sha256" in first


def test_a_release_is_proved_and_cited(held: Archive, tmp_path: Path) -> None:
    seal(held)
    export_release(held, SCOPE, tmp_path / "r", ABOUT, None, quiet)
    assert run("sha256sum", "--check", "--strict", "--quiet", "MANIFEST.sha256", folder=tmp_path / "r") == 0
    head, *lines = (tmp_path / "r" / "MANIFEST.sha256").read_text("utf-8").splitlines()
    with held.read() as session:
        assert head == f"# WARC manifest: 1 files, chain {session.get_one(WarcFile, 1).chain}"
    assert {line.split("  ")[1] for line in lines} == files(tmp_path / "r").keys() - {"MANIFEST.sha256"}
    schema = ("--builtin-schema", "vendor.citation-file-format", "--default-filetype", "yaml")
    assert run(sys.executable, "-m", "check_jsonschema", *schema, "CITATION.cff", folder=tmp_path / "r") == 0


def test_a_release_tells_what_changed(archive: Archive, crawl: Crawl, tmp_path: Path) -> None:
    crawl.document(report(2024))
    crawl.document(report(2023))
    crawl.document(report(2022, review=("the year is not sure",)))
    export_release(archive, SCOPE, tmp_path / "1", ABOUT, None, quiet)
    crawl.document(report(2024, text="edited", figures={TOTAL: Figure(None, "", CellState.BLANK)}))
    crawl.document(report(2021))
    decide(archive, 3, Verdict.REJECT, "Li Lei", "no report")
    crawl.visit()
    later = About(ABOUT.name, ABOUT.title, "2025.2", ABOUT.software)
    export_release(archive, SCOPE, tmp_path / "2", later, tmp_path / "1", quiet)
    with (tmp_path / "2" / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [tuple(row.values())[2:] for row in csv.DictReader(file)]
    assert rows[:3] == [
        ("2020", "state", "evidence", "never-tried", "not-listed"),
        ("2021", "added", "evidence", "never-tried", "archived"),
        ("2022", "gone", "evidence", "needs-review", "not-listed"),
    ]
    assert ("2024", "changed", TOTAL, "12", "") in rows
    assert ("2024", "changed", f"{TOTAL}.state", "", "blank") in rows
    assert ("2024", "changed", "version", "1", "2") in rows
    assert not [row for row in rows if row[0] == "2023"]
    text = (tmp_path / "2" / "CHANGES.md").read_text("utf-8")
    assert "reports added 新增: 1" in text
    assert hashlib.sha256((tmp_path / "1" / "MANIFEST.sha256").read_bytes()).hexdigest() in text


def test_a_withdrawal_is_a_change_of_its_own(held: Archive, tmp_path: Path) -> None:
    for version in ("1", "2"):
        export_release(held, SCOPE, tmp_path / version, About("x", "x", version, "x"), None, quiet)
    panel = tmp_path / "2" / "data" / "panel.csv"
    panel.write_text(panel.read_text("utf-8").replace(",archived,", ",withdrawn,"), encoding="utf-8")
    told = [(one.year, one.change, one.after) for one in changes(tmp_path / "1", tmp_path / "2")]
    assert told == [(2023, "withdrawn", "withdrawn"), (2024, "withdrawn", "withdrawn")]


@pytest.mark.parametrize(
    ("version", "previous", "told"),
    [
        ("../x", None, "write letters, digits"),
        ("2", "nowhere", "holds no data release"),
        ("1", "1", "is version 1 too"),
        ("2", "1", "is no panel of a data release"),
    ],
)
def test_what_is_no_release_is_refused(tmp_path: Path, version: str, previous: str | None, told: str) -> None:
    archive = new_archive(tmp_path)
    (tmp_path / "1" / "data").mkdir(parents=True)
    (tmp_path / "1" / "datapackage.json").write_text('{"version": "1"}')
    (tmp_path / "1" / "data" / "panel.csv").write_text("a,b\n1,2\n")
    about, before = About("x", "x", version, "x"), tmp_path / previous if previous else None
    with pytest.raises(ArchiveError, match=told):
        export_release(archive, SCOPE, tmp_path / "out", about, before, quiet)
    archive.close()
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "out.part").exists()


def test_hostile_texts_stay_texts(held: Archive, tmp_path: Path) -> None:
    export_package(held, SCOPE, tmp_path / "data", "csv", ABOUT, quiet)
    with (tmp_path / "data" / "data" / "panel.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["year"]: row for row in csv.DictReader(file)}
    assert rows["2024"]["title"] == "'=1+1;'-2\n'@x, \"quoted\" | 年"
    assert rows["2023"][TOTAL] == "-3", "a number stays one"
    assert rows["2023"]["url"] == report_url(2023)

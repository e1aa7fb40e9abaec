"""``scrapy lint-portals``: clean as the tree is, and each fault of registry, families and replicas is found."""

import argparse
import json
import os
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pytest
from scrapy.settings import Settings

import crawler.lint
from crawler.families import FAMILIES
from crawler.families.siteserver import SiteServer
from crawler.lint import Finding, family_findings, registry_findings
from crawler.registry import COLUMNS, PORTALS
from reports.divisions import counties
from tests.crawling import ROOT, SCRAPY
from tests.portals import lint
from tests.portals.families.siteserver import SiteServer as Replica
from tests.portals.quirks import Quirk

HEADER = ",".join(COLUMNS)
HEALTHY = "610326,http://www.meixian.gov.cn/,,,,,,,,"


def _registry(folder: Path, *rows: str, name: str = "registry.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def _found(path: Path, local: Path | None = None) -> dict[str, str]:
    """Findings by place, without the counties that a small registry cannot have."""
    return {one.where: one.told for one in registry_findings(path, local) if "have no row" not in one.told}


def test_the_tree_is_clean() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GONGKAI_", "SCRAPY_"))}
    done = subprocess.run(  # noqa: S603 - our own command
        (*SCRAPY, "lint-portals"),
        cwd=ROOT,
        # A person's own rows are not the tree's.
        env={**environment, "GONGKAI_REGISTRY_LOCAL": str(PORTALS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "nothing found\n", "")


# --- The registry --------------------------------------------------------------------------------------------------
def test_every_bad_row_is_named_with_its_line(tmp_path: Path) -> None:
    path = _registry(
        tmp_path,
        "61032,http://www.meixian.gov.cn/,,,,,,,,",
        HEALTHY,
        "610303,www.jintai.gov.cn,,,,,,,,",
        "610326,http://www.meixian.gov.cn/,,,,,,,,twice",
    )
    found = _found(path)
    assert list(found) == [f"{path}:2", f"{path}:4", f"{path}:5"]
    for told, complaint in zip(found.values(), ("six digits", "begins with http", "stands there twice"), strict=True):
        assert complaint in told


def test_counties_without_a_row_are_counted(tmp_path: Path) -> None:
    (missing,) = registry_findings(_registry(tmp_path, HEALTHY))
    assert missing.told.startswith(f"{len(counties()) - 1} of {len(counties())} counties have no row")
    assert missing.where.startswith("110101, 110102, ")


@pytest.mark.parametrize(
    ("row", "odd"),
    [
        ("610326,http://www.meixian.gov.cn/,,,,,,,,", False),
        ("610326,http://1.25.240.11:8082/,,,,,,,,", True),
        ("610326,http://1.25.240.11:8082/,,,,,,,,shape of addresses: trs (high)", True),
        ("610326,http://1.25.240.11:8082/,,,,,,,,1.25.240.11 is what the city's list links to", False),
        ("610326,http://www.meixian.com/,2019-01,,,,,,,", True),
        ("610326,,,,,,,,,", False),
    ],
)
def test_a_home_that_is_no_governments_needs_a_note(tmp_path: Path, row: str, odd: bool) -> None:
    found = _found(_registry(tmp_path, row))
    assert [("610326", "not below gov.cn" in told) for told in found.values()] == ([("610326", True)] if odd else [])


@pytest.mark.parametrize(
    ("other", "odd"),
    [
        ("610303,https://WWW.meixian.gov.cn,,,,,,,,", True),
        ("610303,http://www.meixian.gov.cn/jintai/,,,,,,,,", False),
        ("610303,http://www.meixian.gov.cn/,,,,,,610300,,", False),
        ("610303,http://www.meixian.gov.cn/,,,,,,,,www.meixian.gov.cn stands for 610326 too", False),
    ],
)
def test_two_counties_with_one_home_need_a_reason(tmp_path: Path, other: str, odd: bool) -> None:
    shipped = _registry(tmp_path, "610326,http://www.meixian.gov.cn/,,,,,,,,see www.meixian.gov.cn")
    found = _found(shipped, _registry(tmp_path, other, name="own.csv"))
    told = {
        "610303": "www.meixian.gov.cn is the home of 610326, 610303: one is wrong, or hosted_by or the notes say why"
    }
    assert found == (told if odd else {})


def test_own_rows_are_checked_and_stand_for_the_shipped_ones(tmp_path: Path) -> None:
    shipped = _registry(tmp_path, "610326,http://1.25.240.11/,,,,,,,,")
    own = _registry(tmp_path, HEALTHY, "99,,,,,,,,,", name="own.csv")
    assert list(_found(shipped, own)) == [f"{own}:3"]


# --- The families --------------------------------------------------------------------------------------------------
class _Odd(SiteServer):
    """One mark that no page has, and one that only links to strangers have."""

    marks: ClassVar[dict[str, int]] = {**SiteServer.marks, "noSuchMark": 4}


class _Greedy(SiteServer):
    name: ClassVar[str] = "greedy"
    marks: ClassVar[dict[str, int]] = {r"/contents/\d+": 99}


@pytest.fixture
def one_replica(monkeypatch: pytest.MonkeyPatch) -> None:
    """SiteServer alone, so that few pages are rendered."""
    monkeypatch.setattr(lint, "REPLICAS", {"siteserver": Replica})


def _of(name: str) -> list[str]:
    return [one.told for one in lint.findings() if one.where == name]


@pytest.mark.usefixtures("one_replica")
def test_a_family_without_a_replica_is_found() -> None:
    without = [one.where for one in lint.findings() if one.told.startswith("has no replica")]
    assert without == sorted(FAMILIES.keys() - {"siteserver"})
    assert _of("vsb") == ["has no replica: give it a file in tests/portals/families"]


@pytest.mark.usefixtures("one_replica")
def test_a_mark_that_no_page_of_the_replica_shows_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FAMILIES, "siteserver", _Odd())
    assert _of("siteserver") == ["no page of its replica has the mark noSuchMark"]


@pytest.mark.usefixtures("one_replica")
def test_a_replica_that_is_taken_for_another_family_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FAMILIES, "greedy", _Greedy())
    (told,) = _of("siteserver")
    assert "pages of its replica are taken for greedy, one is http://www.county.test" in told
    assert "“/contents/" in told


@pytest.mark.usefixtures("one_replica")
def test_variants_that_no_test_crawls_and_quirks_that_no_portal_has_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lint, "TESTS", tmp_path)
    monkeypatch.setattr(lint, "COUNTRIES", ())
    untested = "no test crawls the variants of its replica: see tests/family_checks.py"
    unused = "is a quirk that occurs in no variant of a replica and in no test"
    assert (_of("siteserver"), _of(Quirk.SOFT_404), _of(Quirk.CHANNEL_LIST)) == ([untested], [unused], [])
    imported = "from tests.portals.families.siteserver import SiteServer as Shop\n"
    (tmp_path / "test_a.py").write_text(f"{imported}crawl(SiteServer.variants)\n")
    assert _of("siteserver") == [untested]
    (tmp_path / "test_b.py").write_text(f"{imported}crawl(Shop.variants, Quirk.SOFT_404)\n")
    assert (_of("siteserver"), _of(Quirk.SOFT_404)) == ([], [])


def test_the_family_shown_to_newcomers_is_the_one_that_runs() -> None:
    example = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    assert (ROOT / "crawler" / "families" / "siteserver.py").read_text(encoding="utf-8").endswith(f"\n{example}")


# --- The command ---------------------------------------------------------------------------------------------------
def _command(registry: Path, *, as_json: bool) -> int:
    command = import_module("crawler.commands.lint-portals").Command()
    command.settings = Settings({"GONGKAI_REGISTRY": str(registry), "GONGKAI_REGISTRY_LOCAL": ""})
    command.act([], argparse.Namespace(json=as_json))
    return int(command.exitcode)


def test_findings_are_printed_as_text_or_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module: Any = import_module("crawler.commands.lint-portals")
    monkeypatch.setattr(module, "registry_findings", lambda *_: [Finding("registry", "r.csv:2", "is bad")])
    monkeypatch.setattr(module, "family_findings", lambda: [Finding("families", "vsb", "has no replica")])
    assert _command(tmp_path, as_json=False) == 1
    assert capsys.readouterr().out.splitlines() == ["r.csv:2: is bad", "vsb: has no replica", "2 findings"]
    assert _command(tmp_path, as_json=True) == 1
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"check": "registry", "where": "r.csv:2", "told": "is bad"},
        {"check": "families", "where": "vsb", "told": "has no replica"},
    ]


def test_without_practice_portals_the_registry_is_checked_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent(name: str) -> None:
        raise ModuleNotFoundError(f"No module named {name!r}", name="tests")

    monkeypatch.setattr(crawler.lint, "import_module", absent)
    assert _command(PORTALS, as_json=False) == 0
    shown = capsys.readouterr()
    assert shown.out == "nothing found\n"
    assert "there is no tests/ here" in shown.err


def test_a_broken_import_of_the_practice_portals_is_no_absence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise ModuleNotFoundError(f"{name} needs it", name="parsel")

    monkeypatch.setattr(crawler.lint, "import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="needs it"):
        list(family_findings())

"""The registry of portals: what it holds, and how it refuses a bad row."""

from pathlib import Path

import pytest

from crawler.registry import COLUMNS, RegistryError, load_registry
from reports.divisions import counties

HEADER = ",".join(COLUMNS)


def _file(folder: Path, *rows: str) -> Path:
    path = folder / "registry.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def test_every_county_has_its_row() -> None:
    portals = load_registry()
    assert set(portals) == {county.code for county in counties()}
    assert portals["610326"].column_url == "http://www.meixian.gov.cn/col14875/col14972/col14973/"


def test_a_row_is_read(tmp_path: Path) -> None:
    row = "610326,http://1.25.240.11:8082/,trs,,gk.meixian.gov.cn  ZWGK.meixian.gov.cn,baoji,610300,by hand"
    portal = load_registry(_file(tmp_path, row))["610326"]
    assert (portal.home, portal.column_url) == ("http://1.25.240.11:8082/", None)
    assert portal.hosts == ("gk.meixian.gov.cn", "zwgk.meixian.gov.cn")
    assert (portal.platform, portal.hosted_by) == ("baoji", "610300")


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("61032,http://a.gov.cn/,,,,,,", "six digits"),
        ("610326,http://a.gov.cn/,,,,,6103,", "six digits"),
        ("610326,www.meixian.gov.cn,,,,,,", "begins with http"),
        ("610326,http://[,,,,,,", "begins with http"),
        ("610326,,,ftp://a.gov.cn/,,,,", "begins with http"),
        ("610326,http://a.gov.cn/,trsx,,,,,", "there are trs"),
        ("610326,http://a.gov.cn/", "8 cells"),
        ("610326,http://a.gov.cn/,,,,,,,", "8 cells"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(tmp_path: Path, row: str, complaint: str) -> None:
    with pytest.raises(RegistryError, match=rf"registry\.csv:3: .*{complaint}"):
        load_registry(_file(tmp_path, "110101,http://a.gov.cn/,,,,,,", row))


def test_a_county_stands_there_once(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="twice"):
        load_registry(_file(tmp_path, "110101,,,,,,,", "110101,,,,,,,"))


def test_another_table_or_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "registry.csv"
    with pytest.raises(RegistryError, match="cannot be read"):
        load_registry(path)
    path.write_text("code,url\n", encoding="utf-8")
    with pytest.raises(RegistryError, match="columns have to be"):
        load_registry(path)

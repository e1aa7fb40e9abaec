"""The registry of portals: what it holds, how dates and a person's own rows decide, how it refuses a bad row."""

from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from scrapy.settings import Settings

from crawler.allowlist import registrable_domain
from crawler.plan import Plan
from crawler.registry import COLUMNS, RegistryError, load_registry
from reports.divisions import counties

HEADER = ",".join(COLUMNS)


def _file(folder: Path, *rows: str, name: str = "registry.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def test_every_county_has_its_row() -> None:
    portals = load_registry()
    assert set(portals) == {county.code for county in counties()}
    assert portals["610326"].column_url == "http://www.meixian.gov.cn/col14875/col14972/col14973/"
    assert len(portals) == 2846
    assert sum(portal.home is not None for portal in portals.values()) == 2838
    assert sorted(filter(None, (portal.hosted_by for portal in portals.values()))) == [
        *("210400", "420200", "440100", "532600", "611000"),
    ]


def test_portals_of_one_domain_share_a_platform() -> None:
    portals = [portal for portal in load_registry().values() if portal.home]
    shared: dict[str, list[str | None]] = {}
    for portal in portals:
        shared.setdefault(registrable_domain(urlsplit(portal.home or "").hostname or ""), []).append(portal.platform)
    assert sum(len(names) for names in shared.values() if len(names) > 1) == 59
    for domain, names in shared.items():
        assert set(names) == ({domain} if len(names) > 1 else {None})


def test_a_row_is_read(tmp_path: Path) -> None:
    row = (
        "610326,http://1.25.240.11:8082/,2026-04,trs,,gk.meixian.gov.cn  ZWGK.meixian.gov.cn ::1,baoji,610300,legacy,x"
    )
    portal = load_registry(_file(tmp_path, row))["610326"]
    assert (portal.home, portal.since, portal.column_url) == ("http://1.25.240.11:8082/", "2026-04", None)
    assert portal.hosts == ("gk.meixian.gov.cn", "zwgk.meixian.gov.cn", "::1")
    assert (portal.platform, portal.hosted_by, portal.tls, portal.notes) == ("baoji", "610300", "legacy", "x")
    assert portal.former == ()


@pytest.mark.parametrize(
    ("today", "home", "former"),
    [
        ("2019-06-30", "http://a.test/", ()),  # the earliest there is, though it has not begun
        ("2021-03-14", "http://a.test/", ()),
        ("2021-03-15", "http://b.test/", (("http://a.test/", "2020-01"),)),
        ("2026-05-01", "http://c.test/", (("http://b.test/", "2021-03-15"), ("http://a.test/", "2020-01"))),
    ],
)
def test_the_newest_row_that_has_begun_is_the_portal(
    tmp_path: Path, today: str, home: str, former: tuple[tuple[str, str], ...]
) -> None:
    rows = [
        *("610326,http://b.test/,2021-03-15,,,,,,,", "610326,http://c.test/,2026-05,,,,,,,"),
        *("610326,http://a.test/,2020-01,,,,,,,", "110101,http://d.test/,,,,,,,,"),
    ]
    portals = load_registry(_file(tmp_path, *rows), today=date.fromisoformat(today))
    assert (portals["610326"].home, portals["610326"].former) == (home, former)
    assert portals["110101"].home == "http://d.test/"


def test_own_rows_replace_all_rows_of_their_counties(tmp_path: Path) -> None:
    shipped = _file(
        tmp_path,
        *("610326,http://a.test/,2020-01,,,,,,,", "610326,http://b.test/,2025-01,,,,,,,"),
        "110101,http://d.test/,,,,,,,,",
    )
    local = _file(tmp_path, "610326,http://own.test/,2019-01,,,,,,,", name="own.csv")
    portals = load_registry(shipped, local)
    assert (portals["610326"].home, portals["610326"].former) == ("http://own.test/", ())
    assert portals["110101"].home == "http://d.test/"
    with pytest.raises(RegistryError, match=r"absent\.csv: the registry cannot be read"):
        load_registry(shipped, tmp_path / "absent.csv")


def test_a_crawl_goes_by_own_rows_where_the_setting_names_them(tmp_path: Path) -> None:
    settings = Settings(
        {
            "GONGKAI_REGISTRY": str(_file(tmp_path, "610326,http://a.test/,,,,,,,,")),
            "GONGKAI_REGISTRY_LOCAL": str(_file(tmp_path, "610326,http://own.test/,,,,,,,,", name="own.csv")),
            "GONGKAI_CONTACT": "practice@example.test",
            "GONGKAI_RECHECK_DAYS": "30",
        }
    )
    assert [portal.home for portal, _ in Plan.of(settings, {"county": "610326"}).portals] == ["http://own.test/"]
    settings.set("GONGKAI_REGISTRY_LOCAL", "")
    assert [portal.home for portal, _ in Plan.of(settings, {"county": "610326"}).portals] == ["http://a.test/"]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("61032,http://a.test/,,,,,,,,", "code is '61032', a division code has six digits"),
        ("610399,http://a.test/,,,,,,,,", "code is 610399, which no division bears"),
        ("610322,http://a.test/,,,,,,,,", "a former code of 凤翔区; write 610305"),
        ("610300,http://a.test/,,,,,,,,", "give the code of a county"),
        ("610326,http://a.test/,,,,,,6103,,", "hosted_by is '6103', a division code has six digits"),
        ("610326,http://a.test/,,,,,,619900,,", "hosted_by is 619900, which no division bears"),
        ("610326,http://a.test/,,,,,,610324,,", "give the code of a city"),
        ("610326,www.meixian.test,,,,,,,,", "home is .* begins with http"),
        ("610326,http://[,,,,,,,,", "begins with http"),
        ("610326,http://a.test:port/,,,,,,,,", "begins with http"),
        ("610326,,,,ftp://a.test/,,,,,", "column_url is .* begins with http"),
        ("610326,http://a.test/,,trsx,,,,,,", "family is 'trsx', leave it empty or take one of trs"),
        ("610326,http://a.test/,,,,,,,modern,", "tls is 'modern', leave it empty or take one of legacy"),
        ("610326,http://a.test/,April 2026,,,,,,,", "write YYYY-MM"),
        ("610326,http://a.test/,2026-13,,,,,,,", "write YYYY-MM"),
        ("610326,http://a.test/,,,,http://b.test/,,,,", "give host names alone"),
        ("610326,http://a.test/,,,,b.test:8080,,,,", "give host names alone"),
        ("610326,http://a.test/,,,,1.25.240,,,,", "give host names alone"),
        ("610326,http://a.test/", "10 cells"),
        ("610326,http://a.test/,,,,,,,,,", "10 cells"),
        ("110101,http://b.test/,,,,,,,,", "110101 stands there twice"),
        ("110102,http://b.test/,2026-04-01,,,,,,,", "110102 stands there twice"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(tmp_path: Path, row: str, complaint: str) -> None:
    rows = ("110101,http://a.test/,,,,,,,,", "110102,http://a.test/,2026-04,,,,,,,")
    with pytest.raises(RegistryError, match=rf"registry\.csv:4: .*{complaint}"):
        load_registry(_file(tmp_path, *rows, row))


def test_another_table_or_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "registry.csv"
    with pytest.raises(RegistryError, match="cannot be read"):
        load_registry(path)
    path.write_text("code,url\n", encoding="utf-8")
    with pytest.raises(RegistryError, match="columns have to be"):
        load_registry(path)
    path.write_text(f'{HEADER}\n110101,"http://a.test/\n', encoding="utf-8")
    with pytest.raises(RegistryError, match="cannot be read"):
        load_registry(path)

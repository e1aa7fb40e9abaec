"""A practice country of hundreds of counties: every family in every variant; quirks and decoys drawn by a seed."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

from reports.divisions import Division, by_code, counties
from tests.portals.ailments import AILMENTS, Ailment
from tests.portals.country import Country, Mirror
from tests.portals.families import FAMILIES
from tests.portals.families.hostile import HOSTILE, SendsAway
from tests.portals.portal import Portal
from tests.portals.quirks import Quirk

LAST_YEAR = 2024
FEW = (3, 5)  # report years of a portal whose list is one page
HEALTHY_FAMILIES = tuple(name for name in FAMILIES if name not in {*HOSTILE, "news-only", "dead-column"})
# How a host is reached, and what it answers where it has nothing: borne by healthy portals.
_HOST_QUIRKS = (
    Quirk.HTTPS_BROKEN,
    Quirk.HTTPS_ONLY,
    Quirk.TLS_LEGACY,
    Quirk.COOKIE_302,
    Quirk.SOFT_404,
    Quirk.HOME_404,
)
_TLS = frozenset({Quirk.HTTPS_BROKEN, Quirk.HTTPS_ONLY, Quirk.TLS_LEGACY})
_SOME = (Quirk.ROBOTS, Quirk.GZIP, Quirk.CHUNKED, Quirk.COUNTER)
_VALIDATORS = (
    frozenset({Quirk.ETAG}),
    frozenset({Quirk.LAST_MODIFIED}),
    frozenset({Quirk.ETAG, Quirk.LAST_MODIFIED}),
    frozenset[Quirk](),
)
_CHANGING = frozenset({Quirk.LIST_GROWS, Quirk.LIST_SHRINKS})
_DEPARTMENTS = (
    "财政局",
    "教育体育局",
    "卫生健康局",
    "自然资源局",
    "市场监督管理局",
    "民政局",
    "司法局",
    "审计局",
    "统计局",
    "应急管理局",
    "水利局",
    "农业农村局",
)
_TOWNSHIPS = ("城关镇", "东风镇", "太平镇", "新民镇", "龙泉镇", "青山镇", "白沙镇", "石桥镇")
_TITLES = (
    "{year}年政府信息公开工作年度报告",
    "{year}年度政府信息公开工作年度报告",
    "{county}{year}年政府信息公开工作年度报告",
    "{county}人民政府{year}年政府信息公开年度报告",
    "{county}人民政府{year}年政府信息公开工作报告",
    "{year}年{county}人民政府信息公开年报",
)


@dataclass(frozen=True, slots=True)
class Makeup:
    """What a country is made of: the families by weight (none: all of them evenly), and how much a portal publishes."""

    families: Mapping[str, float] = field(default_factory=dict)
    years: tuple[int, int] = (10, 15)
    few: float = 0.15  # the chance of a portal with a list of one page
    pdfs: float = 0.6  # the chance of one or two reports that are but attachments


EVEN = Makeup()
# The shares that were seen among the addresses of real reports; the long tail is shared out between the readers that
# carry it.
REAL = Makeup(
    {
        "trs": 28,
        "ucap": 16.5,
        "hanweb": 9,
        "nfcms": 2.5,
        "gkmlpt": 2,
        "lonsun": 4.5,
        "vsb": 4,
        "epoint": 2,
        "jpaas": 1.5,
        "xian": 1.5,
        "siteserver": 1.5,
        "cityhosted": 2,
        "generic": 12,
        "longtail": 13,
    },
    years=(17, 17),
    few=0,
    pdfs=0.05,
)


def nation(
    seed: int = 2026,
    portals: int = 320,
    each: int = 2,
    makeup: Makeup = EVEN,
    ailments: Sequence[Ailment] = AILMENTS,
) -> Country:
    """So many portals of real counties: ``each`` of them with every one of the ailments, the others well.

    Mirrors come on top: every tenth portal has one, and some lists link to those of others.
    """
    rng = random.Random(f"nation:{seed}")  # noqa: S311 - practice data
    sick = [ailment for ailment in ailments for _ in range(each)]
    healthy = portals - len(sick)
    drawn = list(islice(_counties(rng), portals))
    families, hosts = _families(rng, makeup), iter([quirk for quirk in _HOST_QUIRKS for _ in range(each)])
    made: list[Portal] = []
    for county in drawn[:healthy]:
        family, quirks = next(families)
        made.append(_portal(rng, county, family, quirks, hosts, makeup))
    for county, ailment in zip(drawn[healthy:], sick, strict=True):
        made.append(_sick(rng, county, ailment, drawn[0], makeup))
    mirrors = tuple(
        Mirror(
            f"www.{9000 + number}.test" if number else SendsAway.STRANGER,
            f"127.81.{number // 250}.{number % 250 + 1}",
            portal.code,
        )
        for number, portal in enumerate(made[:healthy:10])
    )
    for portal in made[:healthy]:
        _link(rng, portal, made[:healthy], mirrors)
    return Country(tuple(sorted(made, key=lambda portal: portal.code)), mirrors)


def _counties(rng: random.Random) -> Iterator[Division]:
    """Counties that have stood all the time, one of each province in turn; after them those that came or went."""
    for stood in (True, False):
        by_province: dict[str, list[Division]] = defaultdict(list)
        for county in counties():
            if (county.founded is None and county.abolished is None) is stood:
                by_province[county.province].append(county)
        for of_province in by_province.values():
            rng.shuffle(of_province)
        while by_province:
            for province in list(by_province):
                yield by_province[province].pop()
                if not by_province[province]:
                    del by_province[province]


def _families(rng: random.Random, makeup: Makeup) -> Iterator[tuple[str, frozenset[Quirk]]]:
    """Families in turn, or drawn by their weights, each with its variants in turn."""
    turns = {}
    for name in HEALTHY_FAMILIES:
        variants = list(getattr(FAMILIES[name], "variants", (frozenset(),)))
        rng.shuffle(variants)
        turns[name] = cycle(variants)
    evenly = cycle(turns)
    while True:
        name = rng.choices(*zip(*makeup.families.items(), strict=True))[0] if makeup.families else next(evenly)
        yield name, next(turns[name])


def _portal(
    rng: random.Random,
    county: Division,
    family: str,
    variant: frozenset[Quirk],
    hosts: Iterator[Quirk],
    makeup: Makeup,
) -> Portal:
    """A healthy portal."""
    quirks = variant | rng.choice(_VALIDATORS) | {quirk for quirk in _SOME if rng.random() < 0.3}
    if Quirk.NO_META not in quirks and rng.random() < 0.3:
        quirks |= {Quirk.FAULTY_META}
    given: dict[str, Any] = {}
    if family == "cityhosted":
        city = by_code(f"{county.code[:4]}00")
        if city is None:
            return _portal(rng, county, "longtail", frozenset(), hosts, makeup)
        given = {"extra_hosts": (f"city.{county.code}.test",), "hosted_by": city.code}
    elif not variant & {Quirk.GKMLPT_HTTPS, *_CHANGING}:
        wanted = next(hosts, None) or (rng.choice(_HOST_QUIRKS) if rng.random() < 0.15 else None)
        quirks |= {wanted} if wanted else frozenset()
    return _made(rng, county, family, quirks, makeup, **given)


def _sick(rng: random.Random, county: Division, ailment: Ailment, stranger: Division, makeup: Makeup) -> Portal:
    family = ailment.family or rng.choice(("trs", "hanweb", "generic", "longtail"))
    more = {name: list(value) if isinstance(value, list) else value for name, value in ailment.more.items()}
    if ailment.expected.kind == "another county's":
        more["owner"] = (stranger.code, stranger.name)
    return _made(rng, county, family, ailment.quirks, makeup, expected=ailment.expected, **more)


def _made(
    rng: random.Random, county: Division, family: str, quirks: frozenset[Quirk], makeup: Makeup, **given: Any
) -> Portal:
    few = "expected" not in given and rng.random() < makeup.few  # a list of one page suffers from nothing
    last = LAST_YEAR - (rng.random() < 0.2 or Quirk.LIST_GROWS in quirks)
    years = tuple(range(last + 1 - rng.randint(*(FEW if few else makeup.years)), last + 1))

    def some(chance: float, most: int) -> list[int]:
        return sorted(rng.sample(years, rng.randint(1, most))) if rng.random() < chance else []

    strange = family != "cityhosted"  # whose list has the city's other counties on it as it is
    host = rng.choice(
        (f"www.{county.code}.test", f"www.{county.code}.test", f"{county.code}.{county.code[:4]}.test", "")
    )
    return Portal(
        code=county.code,
        county=county.name,
        host=host or f"www.{county.code}.test" if family == "cityhosted" else host,
        family=family,
        years=years,
        withheld=frozenset(some(0.25, 1)) if not few else frozenset(),
        quirks=quirks,
        site_serial=f"{rng.randint(1, 60):04}",
        departments=tuple(rng.sample(_DEPARTMENTS, rng.randint(3, 7))),
        townships=tuple(rng.sample(_TOWNSHIPS, rng.randint(2, 4))),
        stray=rng.choice((2, 3, 5, 7, 11)),
        charts=tuple(some(0.5, 3)),
        site_statistics=tuple(some(0.5, 3)),
        pdf_years=frozenset(some(makeup.pdfs, 2)),
        pictures={year: rng.randint(1, 2) for year in some(0.2, 1)},
        titles={year: _title(rng, county, year) for year in some(0.5, 3)} if strange else {},
        twice=frozenset(some(0.3, 2)) if strange else frozenset(),
        layout={"apart": str(years[0])} if family == "generic" and rng.random() < 0.5 else {},
        **given,
    )


def _title(rng: random.Random, county: Division, year: int) -> str:
    return rng.choice(_TITLES).format(county=county.name, year=year)


def _link(rng: random.Random, portal: Portal, others: list[Portal], mirrors: tuple[Mirror, ...]) -> None:
    """Links on the list to mirrors and to other counties' portals, and copies of other counties' reports."""
    if portal.family == "cityhosted":
        return
    copied = [mirror for mirror in mirrors if mirror.original == portal.code or rng.random() < 0.02]
    links = [_report_link(rng, portal, portal, f"http://{mirror.host}:{{port}}") for mirror in copied]
    neighbours = rng.sample([other for other in others if other is not portal and other.family != "cityhosted"], 2)
    if rng.random() < 0.3:
        links.append(_report_link(rng, neighbours[0], neighbours[0], _base(neighbours[0])))
    if rng.random() < 0.3:
        portal.guests = tuple((one.county, rng.choice(portal.years)) for one in neighbours)
    portal.links = tuple(links)


def _base(portal: Portal) -> str:
    return portal.base.rpartition(":")[0] + ":{port}"


def _report_link(rng: random.Random, portal: Portal, named: Portal, base: str) -> tuple[str, str]:
    """A title and the address of one of a portal's reports, on the host of ``base``."""
    document = rng.choice([one for one in portal.documents() if one.agency == f"{portal.county}人民政府"])
    return f"{named.county}人民政府{document.year}年政府信息公开工作年度报告", base + portal.pages.address(document)

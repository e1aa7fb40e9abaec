"""The running text of a practice report: chapters of paragraphs in our own words, with the year's numbers."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.portals.figures import Source, prose_numbers


@dataclass(frozen=True, slots=True)
class Setting:
    """Who speaks and where: the words that a report's text is filled with."""

    county: str
    agency: str
    office: str
    place: str
    we: str
    level: str
    site_name: str
    host: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and its paragraphs; a paragraph ``#n`` is the place of the form's n-th table."""

    heading: str
    paragraphs: tuple[str, ...]


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("prose.toml").read_text(encoding="utf-8"))


_NARRATIVE = {
    "narrative.published_total": "total",
    "narrative.published_website": "website",
    "narrative.published_website_government": "affairs",
    "narrative.published_website_news": "news",
    "narrative.published_social": "social",
    "narrative.published_other": "elsewhere",
    "narrative.social_accounts": "accounts",
    "narrative.social_accounts_wechat": "wechat",
    "narrative.social_accounts_weibo": "weibo",
}
_NARRATIVE_SINCE_2019 = {
    "narrative.meetings_attended_citizens": "citizens",
    "narrative.meetings_attended": "meetings",
    "narrative.proposals_city": "city_proposals",
    "narrative.proposals_county": "county_proposals",
}


def narrative_codes(source: Source, year: int, form: str, received: int) -> dict[str, int]:
    """The totals that the prose states, by the codes that readers give them."""
    numbers = prose_numbers(source, year)
    stated = _NARRATIVE if form == "v2014" else _NARRATIVE | _NARRATIVE_SINCE_2019
    return {code: numbers[name] for code, name in stated.items()} | {"narrative.applications_received": received}


def chapters(source: Source, year: int, form: str, received: int, setting: Setting) -> tuple[Chapter, ...]:
    """The report's text, the introduction first (a chapter without heading); ``received`` counts new applications."""
    words: dict[str, object] = {
        **{name: getattr(setting, name) for name in Setting.__slots__},
        **prose_numbers(source, year),
        "year": year,
        "next": year + 1,
        "received": received,
    }
    rng = source.random(year, "wording")

    def paragraph(name: str) -> str:
        return name if name.startswith("#") else str(rng.choice(_texts()["text"][name])).format_map(words)

    plan = _texts()["v2014" if form == "v2014" else "v2019"]["chapters"]
    intro = Chapter("", (paragraph("intro"),))
    return (intro, *(Chapter(heading, tuple(map(paragraph, names))) for heading, names in plan))


def news(county: str, number: int) -> str:
    """A short item that is no report."""
    wordings = _texts()["text"]["news"]
    return str(wordings[number % len(wordings)]).format(county=county)

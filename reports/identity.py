"""Whose report a document is and of which year: every claim of the document is weighed, and doubts go to review.

The year comes from title, body and statistics period, never from an address or a column. A hint (the county whose
portal is being read) fills in what the document leaves out and never replaces what it prints.
"""

from dataclasses import dataclass, replace

from reports.agencies import Agency, read_agency
from reports.blocks import Page, Paragraph
from reports.divisions import Division, by_code, by_site_id_code
from reports.headlines import HEAD_LINES, best_title, find_titles
from reports.model import AgencyKind
from reports.periods import opening_years, period_years, read_time
from reports.sections import heading_of, official_sections
from reports.speakers import speaks_for_another, unnamed_agency
from reports.tables import read_figures
from reports.titles import TitleClaim, classify_title, is_other_paper, noticed_title

__all__ = ["Identity", "TitleClaim", "classify_title", "identify", "read_time"]

UNNAMED = "某"  # what stands for a name that is not to be told: no agency bears it
LIST_YEARS = 3  # titles of reports of as many years in one page make it a list
LEAST_SECTIONS = 5  # official sections that show the report itself under a notice's title
EARLIEST = "12-01"  # of the report's year: what is dated before cannot tell of the whole of it


@dataclass(frozen=True, slots=True)
class Identity:
    """``review`` lists every doubt about agency, kind or year, one sentence each."""

    agency: str | None
    kind: AgencyKind
    county_code: str | None
    year: int | None
    title: str
    published_at: str | None
    published_from: str | None
    review: tuple[str, ...]


def identify(page: Page, *, county_code: str | None = None, title_hint: str | None = None) -> Identity:
    """Weigh the claims of a repaired page. ``county_code`` and ``title_hint`` are the crawler's expectations."""
    text = "".join("".join(block.text.split()) for block in page.blocks if isinstance(block, Paragraph))
    review: list[str] = []
    titles = find_titles(page, title_hint)
    noticed = {place: inner for place, one in titles.items() if (inner := noticed_title(one))}
    if noticed and not _shows_report(page):
        noticed = {}
    titles |= noticed
    expected = by_code(county_code)
    site = by_site_id_code(page.site_id_code)
    hints = (expected, site[0] if len(site) == 1 else None)
    title = best_title(titles)
    agency = _agency(page, titles, hints, text, review)
    if agency is not None:
        _compare_places(agency.division, expected, page.site_id_code, review)
    year = _year(titles, title, text, _first_section(page), review)
    published_at, published_from = _published(page)
    if published_at and year and published_at[:10] < f"{year}-{EARLIEST}":
        review.append(f"published {published_at[:10]}, before the year {year} it reports on was over")
    _compare_papers(page, title, bool(noticed), review)
    kind = agency.kind if agency else AgencyKind.OTHER
    name = _full_name(agency, text) if agency else None
    code = agency.division.code if agency and agency.division else None
    return Identity(name, kind, code, year, title, published_at, published_from, tuple(dict.fromkeys(review)))


def _agency(
    page: Page, titles: dict[str, str], hints: tuple[Division | None, ...], text: str, review: list[str]
) -> Agency | None:
    found, unknown = _title_agencies(titles, hints, text)
    if not found:
        agency = Agency(unknown, AgencyKind.OTHER, "", unknown, None) if unknown else unnamed_agency(page, hints, text)
        if agency is None:
            review.append("no agency is named in the title, and the text does not tell which it is")
        elif unknown:
            review.append(f"the title names {unknown}, which is no agency that is known")
        if agency is None or unknown:
            return agency
        found = [agency]
    elif unknown:
        review.append(f"one title names {found[0].printed}, another {unknown}, which is no agency that is known")
    kinds = {agency.kind for agency in found}
    if len(kinds) > 1:
        review.append("titles name agencies of different kinds: " + ", ".join(agency.printed for agency in found))
    divisions = {agency.division.code: agency.division for agency in found if agency.division}
    if len(divisions) > 1 and not _nested(list(divisions.values())):
        review.append("titles name different places: " + ", ".join(agency.printed for agency in found))
    if any(UNNAMED in agency.printed for agency in found):
        review.append(f"the title leaves its agency's name out: {found[0].printed}")
    agency = _placed(found[0], hints, review)
    if agency.kind is AgencyKind.GOVERNMENT and speaks_for_another(page, hints, text):
        review.append("the title names a government, the text speaks for one of its departments or townships")
    return agency


def _title_agencies(titles: dict[str, str], hints: tuple[Division | None, ...], text: str) -> tuple[list[Agency], str]:
    """The agencies that titles of reports name, and the first name that is not understood ("" if there is none)."""
    found: list[Agency] = []
    unknown = ""
    for place, title in titles.items():
        claim = classify_title(title)
        if not (claim.is_report or claim.chart) or (place == "hint" and (found or unknown)):
            continue
        again = read_agency(claim.agency.printed, *hints, text=text) if claim.agency else None
        if again is not None:
            found.append(again)
        elif place != "title" or not found:
            unknown = unknown or claim.unknown
    return found, unknown


def _nested(divisions: list[Division]) -> bool:
    return all(a is b or a.contains(b) or b.contains(a) for a in divisions for b in divisions)


def _placed(agency: Agency, hints: tuple[Division | None, ...], review: list[str]) -> Agency:
    """Give an agency printed without its place (县政府办, 大山镇) the place of the portal, if that fits."""
    if agency.division is not None:
        return agency
    if agency.place:
        reason = "belongs to several divisions" if agency.ambiguous else "is in no list of divisions"
        review.append(f"the name {agency.place} {reason}")
        return agency
    division = next((hint for hint in hints if hint is not None), None)
    if division is None:
        review.append(f"{agency.printed} is named without its county")
        return agency
    if agency.printed[0] in "县区市旗" and agency.printed[0] != division.name[-1]:
        review.append(f"{agency.printed} cannot be an agency of {division.name}")
        return agency
    return replace(agency, place=division.name, division=division)


def _shows_report(page: Page) -> bool:
    """Whether the body is a report's by itself, whatever stands above it."""
    return len(official_sections(page.blocks)) >= LEAST_SECTIONS or read_figures(page)[0] is not None


def _compare_papers(page: Page, title: str, noticed: bool, review: list[str]) -> None:
    """Doubts about whether the document is a report at all."""
    claim = classify_title(title)
    if claim.chart:
        review.append("the title is that of a chart or explanation of a report")
    elif title and not claim.is_report:
        review.append("the title is not that of a report")
    head = ["".join(b.text.split()) for b in page.blocks[:HEAD_LINES] if isinstance(b, Paragraph) and len(b.text) < 80]
    claims = [classify_title(line) for line in head]
    if not noticed and not any(one.is_report for one in claims) and any(map(is_other_paper, head)):
        review.append("the text begins as a notice about reports")
    if len({one.year for one in claims if one.is_report and one.year}) >= LIST_YEARS:
        review.append("the page is a list of reports")


def _first_section(page: Page) -> str:
    """The text of section 一, without white space; "" where it is not found."""
    text: list[str] = []
    inside = False
    for block in page.blocks:
        if isinstance(block, Paragraph):
            heading = heading_of(block.text)
            if inside and heading and heading[0] != 1:
                break
            inside = inside or (heading is not None and heading[0] == 1)
            text.append("".join(block.text.split()) if inside else "")
    return "".join(text)


def _compare_places(
    division: Division | None, expected: Division | None, site_id_code: str | None, review: list[str]
) -> None:
    if division is None:
        return
    if expected is not None and expected.code != division.code:
        review.append(f"the document is {division.name}'s ({division.code}), expected was {expected.name}")
    if site_id_code and site_id_code[:6].isdigit():
        near = {code[: 2 if code[2:4] in ("00", "90") else 4] for code in division.codes}
        if not any(site_id_code.startswith(start) for start in near) and site_id_code[2:6] != "0000":
            review.append(f"the portal's SiteIDCode {site_id_code} is not of {division.name} or its city")


def _full_name(agency: Agency, text: str) -> str:
    """The agency's name in the fullest form that the document prints (淮安市洪泽区人民政府)."""
    name, division = agency.canonical, agency.division
    if division is None or division.level == "province":
        return name
    parents = [division.city if division.level == "county" else "", division.province]
    city, province = parents[0], parents[1]
    for prefix in (province + city, city, province):
        if prefix and not name.startswith((province, city or province)) and prefix + name in text:
            return prefix + name
    borne = (division.name, *division.old_names)
    if agency.place and not any(one in agency.place for one in borne):
        return name.replace(agency.place, division.name, 1)  # an abbreviation: 镇宁自治县
    return name


def _year(titles: dict[str, str], title: str, text: str, first_section: str, review: list[str]) -> int | None:
    claimed = {
        claim.year for claim in map(classify_title, titles.values()) if claim.year and (claim.is_report or claim.chart)
    }
    period = period_years(text)
    if len(claimed) > 1:
        review.append("titles name different years: " + ", ".join(map(str, sorted(claimed))))
    if len(period) > 1:
        review.append("the statistics period spans or names several years: " + ", ".join(map(str, sorted(period))))
    year = classify_title(title).year or next(iter(sorted(claimed)), None)
    if year is None:
        if len(period) != 1:
            review.append("no single year stands in title or statistics period")
        return next(iter(period)) if len(period) == 1 else None
    if period and year not in period:
        review.append(f"the title says {year}, the statistics period {', '.join(map(str, sorted(period)))}")
    elif not period:
        for told in map(opening_years, (first_section, text)):
            if told and year not in told:
                review.append(f"the title says {year}, the text speaks of {', '.join(map(str, sorted(told)))}")
                break
    return year


def _published(page: Page) -> tuple[str | None, str | None]:
    for place in ("meta", "body", "info_table"):
        when = read_time(page.claims.get(("published_at", place), ""))
        if when:
            return when, place
    return None, None

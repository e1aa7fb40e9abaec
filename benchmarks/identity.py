"""Reads the real pages beside this checkout and compares agency, level and year with their labels.

``python -m benchmarks.identity`` gives every excerpt of ``../shared/corpus/pages_dev.jsonl`` to ``reports.normalize``
as a crawler would see it: a page with the title as its heading and the excerpt as its body, the address it was
published at, and as expected county the one whose row in the shipped registry allows that address, if one does.

Three outcomes of a field: **review** if the reading doubts the document's identity, whichever of its fields the doubt
is about; else **right** or **wrong**. Accuracy is right ÷ (right + wrong); "as labelled" counts the equal values,
those under review included.

**Agency.** Equal after normalisation (no 人民政府 of governments and townships, 街道办 for 街道办事处), or

- one of the two leaves out what is above the county: the label is the end of our name (区统计局), or our name with the
  city and province of its division in front is the label (良庆区 is 南宁市良庆区);
- the label is less than a name: 某 fits any name of one to four characters, and where an office's label stops at its
  place (大冶市, level 县办), the level completes it;
- the title prints a short form: our name is of the same place as the label, begins and ends as it does, and all its
  characters stand in it in order (文化旅游局, 文化和旅游体育局). These are listed above the table.

**Level.** From kind and division: a county's GOVERNMENT is 区 if the county is called so, else 县 (county-level cities
and banners too); a city's 市, a province's 省; OFFICE is 县办, 市办 and 省办 in the same way; DEPARTMENT is 部门 of
whatever level; TOWNSHIP is 乡镇, which 街道 is equal to. A label 县 on an agency ending in 办公室 means 县办.

**No report.** Rows without a year are notices, forms, rules and laws, and their agency is no report's: such a row is a
review if the reading doubts it, as it must, and wrong in all fields if it goes through as a report.

The same pages are read three more times, with the title in the browser's title alone and the names of column and site
behind it, in the list's link alone, and nowhere: there more goes to review, and nothing may be wrong either.

**Mirrors.** The address of a mirror is accepted if the allow-list of any county of the registry allows it, the one the
text belongs to among them, or if its host is a government's.
"""

import html
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.allowlist import Allowlist, is_government_host
from crawler.registry import load_registry
from reports import normalize
from reports.divisions import by_code
from reports.model import AgencyKind, Report

PAGES = Path(__file__).parents[2] / "shared" / "corpus" / "pages_dev.jsonl"
FIELDS = ("agency", "level", "year")
MOST_REVIEWS = 0.25  # of the pages: more doubt than that is no reading
WAYS = ("heading", "browser title", "link", "none")  # how the title reaches the reader
RIGHT, REVIEW, WRONG = "right", "review", "wrong"
_OF_A_DIVISION = {
    (AgencyKind.GOVERNMENT, "county"): "县",
    (AgencyKind.GOVERNMENT, "city"): "市",
    (AgencyKind.GOVERNMENT, "province"): "省",
    (AgencyKind.OFFICE, "county"): "县办",
    (AgencyKind.OFFICE, "city"): "市办",
    (AgencyKind.OFFICE, "province"): "省办",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row's reading against its labels. ``fields`` has an outcome for each field, ``equal`` those as labelled."""

    title: str
    fields: dict[str, str]
    equal: frozenset[str]
    short_form: bool
    detail: str

    @property
    def wrong(self) -> bool:
        return WRONG in self.fields.values()

    @property
    def in_review(self) -> bool:
        return REVIEW in self.fields.values()


class Portals:
    """The shipped registry: who may be asked for what, and whose portal an address is on."""

    def __init__(self) -> None:
        registry = load_registry()
        self.homes = {code: urlsplit(portal.home or "").hostname for code, portal in registry.items()}
        self.allowlists = {code: Allowlist.of(portal) for code, portal in registry.items()}

    def county_at(self, url: str | None) -> str | None:
        """The county whose portal this is: the one of this very host, else the only one that allows it."""
        found = [code for code, allowed in self.allowlists.items() if allowed.allows(url or "")]
        own = [code for code in found if self.homes[code] == urlsplit(url or "").hostname]
        return (own or found)[0] if len(own or found) == 1 else None

    def accepts(self, url: str) -> bool:
        """Whether any county's visit may ask this address, or any row makes it a government's host."""
        host = urlsplit(url).hostname or ""
        return any(one.allows(url) or is_government_host(host, one.hosts) for one in self.allowlists.values())


def load_pages(path: Path = PAGES) -> list[dict[str, Any]]:
    """The labelled excerpts, one a line.

    Raises:
        OSError: they are not there.
    """
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def read(row: dict[str, Any], portals: Portals, way: str = "heading") -> Report:
    """The reading of one row, with its title given in one of ``WAYS``."""
    title = html.escape(row["title"])
    above = {
        "heading": (f"<title>{title}</title>", f"<h1>{title}</h1>"),
        "browser title": (f"<title>{title}_政府信息公开年报_门户网站</title>", ""),
    }
    head, heading = above.get(way, ("", ""))
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in row["excerpt"].splitlines())
    page = f'<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body>{heading}{lines}</body></html>'
    county = portals.county_at(row["url"])
    hint = row["title"] if way == "link" else None
    return normalize(page.encode(), url=row["url"], county_code=county, title_hint=hint)


def compare(row: dict[str, Any], report: Report) -> Outcome:
    """Compare one reading with the row's labels, by the rules in this module's docstring."""
    is_report = row["year"] is not None
    agency = is_report and same_agency(row, report)
    equal = {
        "agency": bool(agency),
        "level": is_report and level_of(report) == labelled_level(row),
        "year": is_report and report.year == row["year"],
    }
    fields = {field: REVIEW if report.review else RIGHT if equal[field] else WRONG for field in FIELDS}
    detail = (
        f"{report.year} {report.agency} ({level_of(report)}), labelled {row['year']} {row['agency']} ({row['level']})"
    )
    same = frozenset(field for field in FIELDS if equal[field])
    return Outcome(row["title"], fields, same, agency == "short form", detail)


def same_agency(row: dict[str, Any], report: Report) -> str:
    """How our name is the labelled one ("equal", "short form"), "" if it is another."""
    ours, label = _bare(report.agency or ""), _bare(row["agency"])
    if row["level"].endswith("办") and not re.search("办(公[室厅])?$", label):
        label += "办公室"
    if not ours:
        return ""
    division = by_code(report.county_code)
    above = (division.city, division.province, division.province + division.city) if division else ()
    fits = re.compile("(.*)" + re.escape(label).replace("某", ".{1,4}"))
    if fits.fullmatch(ours) or label in {parents + ours for parents in above}:
        return "equal"
    for name in (division.name, *division.old_names) if division else ():
        place = f"(?:{'|'.join(above)})?{name}"
        own = re.fullmatch(f"{place}(.+)", ours)
        if own and re.fullmatch(place + ".*".join(map(re.escape, own[1])), label):
            return "short form"
    return ""


def level_of(report: Report) -> str:
    """The level in the labels' words; "" where kind and division tell none."""
    if report.agency_kind in (AgencyKind.DEPARTMENT, AgencyKind.TOWNSHIP):
        return "部门" if report.agency_kind is AgencyKind.DEPARTMENT else "乡镇"
    division = by_code(report.county_code)
    level = _OF_A_DIVISION.get((report.agency_kind, division.level), "") if division else ""
    return "区" if level == "县" and division and division.name.endswith("区") else level


def labelled_level(row: dict[str, Any]) -> str:
    """The row's level, with 街道 as 乡镇 and an office's as such."""
    level = "乡镇" if row["level"] == "街道" else str(row["level"])
    return level + "办" if level in ("县", "市", "省") and row["agency"].endswith("办公室") else level


def run(rows: Iterable[dict[str, Any]], portals: Portals, way: str = "heading") -> list[Outcome]:
    """Every row's outcome."""
    return [compare(row, read(row, portals, way)) for row in rows]


def mirrors_accepted(rows: Iterable[dict[str, Any]], portals: Portals) -> list[str]:
    """The addresses of mirrors that some portal's visit might ask all the same."""
    return [row["url"] for row in rows if row["mirror"] and row["url"] and portals.accepts(row["url"])]


def most_reviews(rows: list[dict[str, Any]]) -> int:
    """How many readings may go to review."""
    return int(len(rows) * MOST_REVIEWS)


def _bare(name: str) -> str:
    name = re.sub(r"街道办$", "街道", name.removesuffix("事处"))
    return re.sub(r"人民政府(机关)?(?=$|办公)", "", name)


def main() -> int:
    try:
        rows = load_pages()
    except OSError:
        print(f"the labelled pages are not at {PAGES}", file=sys.stderr)
        return 2
    portals = Portals()
    outcomes = {way: run(rows, portals, way) for way in WAYS}
    accepted = mirrors_accepted(rows, portals)
    for way, found in outcomes.items():
        for outcome in found:
            if outcome.wrong:
                print(f"wrong (title as {way}): {outcome.title}: {outcome.detail}")
    own = outcomes["heading"]
    for outcome in own:
        if outcome.short_form and not outcome.in_review:
            print(f"short form: {outcome.detail}")
    for url in accepted:
        print(f"mirror accepted: {url}")
    print(table(rows, outcomes, accepted))
    wrong = sum(outcome.wrong for found in outcomes.values() for outcome in found)
    return int(bool(wrong or accepted or sum(outcome.in_review for outcome in own) > most_reviews(rows)))


def table(rows: list[dict[str, Any]], outcomes: dict[str, list[Outcome]], accepted: list[str]) -> str:
    """What is printed last."""
    own = outcomes["heading"]
    lines = [f"{'field':<10}{'right':>7}{'review':>8}{'wrong':>7}{'accuracy':>10}{'as labelled':>13}"]
    for field in FIELDS:
        counts = Counter(outcome.fields[field] for outcome in own)
        decided = counts[RIGHT] + counts[WRONG]
        accuracy = f"{counts[RIGHT] / decided:.1%}" if decided else "-"
        equal = sum(field in outcome.equal for outcome in own)
        lines.append(
            f"{field:<10}{counts[RIGHT]:>7}{counts[REVIEW]:>8}{counts[WRONG]:>7}{accuracy:>10}{f'{equal}/{len(own)}':>13}"
        )
    lines += ["", f"{'title as':<16}{'accepted':>9}{'review':>8}{'wrong':>7}"]
    for way, found in outcomes.items():
        wrong, review = sum(outcome.wrong for outcome in found), sum(outcome.in_review for outcome in found)
        lines.append(f"{way:<16}{len(found) - review - wrong:>9}{review:>8}{wrong:>7}")
    mirrors = sum(bool(row["mirror"] and row["url"]) for row in rows)
    review = sum(outcome.in_review for outcome in own)
    lines += ["", f"needing review         {review:>3} of {len(rows)}   (goal: at most {most_reviews(rows)})"]
    return "\n".join([*lines, f"mirror hosts accepted  {len(accepted):>3} of {mirrors}    (goal: 0)"])


if __name__ == "__main__":
    sys.exit(main())

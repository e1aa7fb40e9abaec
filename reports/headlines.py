"""Where a page prints its title: in its markup, or in the first lines of its body, and which of them to believe."""

import re

from reports.agencies import read_agency
from reports.blocks import Page, Paragraph
from reports.sections import heading_of
from reports.titles import classify_title

HEAD_LINES = 40
LONGEST_TITLE = 80  # characters, white space apart
LONGEST_UNKNOWN = 12  # characters of a name before the title that is not understood; more is prose
_PLACES = ("meta", "h1", "info_table", "body", "title", "hint")
_BREADCRUMB = re.compile(r"[>»›]|位置")
_SENTENCE = re.compile(r"[。；;]|如下[：:]?$")


def find_titles(page: Page, title_hint: str | None) -> dict[str, str]:
    """Place to title, in the order of trust. A meta title that stands nowhere else on the page is the list's."""
    found = {place: page.claims.get(("title", place), "") for place in _PLACES}
    found["body"] = found["body"] or _body_title(page)
    found["hint"] = title_hint or ""
    squeezed = {place: "".join(title.split()) for place, title in found.items()}
    meta = squeezed["meta"]
    if meta and not classify_title(meta).is_report:
        elsewhere = [squeezed[place] for place in ("h1", "body", "title", "info_table") if squeezed[place]]
        if elsewhere and not any(meta in other for other in elsewhere if not classify_title(other).is_report):
            squeezed["meta"] = ""
    return {place: title for place, title in squeezed.items() if title}


def best_title(titles: dict[str, str]) -> str:
    """The first title of a report that names agency and year, then agency or year, then any report's, then any."""
    claims = [(title, classify_title(title)) for title in titles.values()]
    for wanted in (
        lambda claim: claim.is_report and claim.agency and claim.year,
        lambda claim: claim.is_report and claim.year,
        lambda claim: claim.is_report,
        lambda claim: True,
    ):
        for title, claim in claims:
            if wanted(claim):
                return title
    return ""


def _body_title(page: Page) -> str:
    """The title as the body prints it, put together again where it is split over lines; "" if there is none."""
    lines = []
    for block in page.blocks[:HEAD_LINES]:
        if isinstance(block, Paragraph):
            if heading_of(block.text):
                break
            lines.append("".join(block.text.split()))
    without_agency = ""
    for start in range(len(lines)):
        for count in (1, 2, 3):
            parts = lines[start : start + count]
            joined = "".join(parts)
            if len(joined) > LONGEST_TITLE or _BREADCRUMB.search(joined) or _SENTENCE.search(joined):
                break
            if count > 1 and _signed_below(parts):
                break
            claim = classify_title(joined)
            if claim.is_report and claim.agency is not None and not _begins_above(parts):
                return joined
            if claim.is_report and count == 1 and len(claim.unknown) <= LONGEST_UNKNOWN:
                without_agency = without_agency or joined
    return without_agency


def _signed_below(parts: list[str]) -> bool:
    """Whether the last line is who publishes the report, below a whole title: no part of it unless in brackets."""
    signs = parts[-1][:1] not in tuple("（(【[—-") and read_agency(parts[-1]) is not None
    return signs and classify_title("".join(parts[:-1])).is_report


def _begins_above(parts: list[str]) -> bool:
    """Whether a line that is no agency's name (a button, a number) stands before the lines of a whole title."""
    below = classify_title("".join(parts[1:])) if len(parts) > 1 else None
    return below is not None and below.is_report and below.agency is not None and read_agency(parts[0]) is None

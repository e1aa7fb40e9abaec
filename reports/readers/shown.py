"""What an HTML page shows: hidden and struck-out text goes, and the number of a note may not run into a figure."""

import re

from reports.readers.container import text_length
from reports.readers.tree import Element, carrying, cut_out, text_of
from reports.readers.written import BLOCK_TAGS

_STRUCK = ("del", "s", "strike", "rt", "rp")  # what was replaced, and the reading printed above a character
_GONE = re.compile(r"display\s*:\s*none", re.IGNORECASE)  # and its place in the page with it
_INVISIBLE = re.compile(
    r"visibility\s*:\s*hidden|mso-hide\s*:\s*all|text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE
)
_NO_SIZE = re.compile(r"font-size\s*:\s*0+(?:\.0+)?(?:px|pt|r?em|%)?\s*(?:[;!]|$)", re.IGNORECASE)
_RAISED = re.compile(r"vertical-align\s*:\s*(?:super|sub)\b", re.IGNORECASE)
_TELLING = re.compile("|".join(one.pattern for one in (_GONE, _INVISIBLE, _NO_SIZE, _RAISED)), re.IGNORECASE)
_ANCHOR = re.compile(r"#[^#]")  # in the address of a link to another place of a page
_TABLE_PARTS = ("td", "th", "tr", "tbody", "thead", "tfoot", "table")
_LONGEST_NUMBER = 3  # digits of a note's number
_NEAR = 8  # elements that are looked at for what stands before another


def settle(container: Element) -> None:
    """Take out what is hidden or struck out, and put the numbers of notes in brackets.

    What holds most of the text stays: a script may show it.
    """
    styled = carrying(container, "style", lambda style: _TELLING.search(style) is not None)
    gone = [one for one in styled if _GONE.search(one.get("style", ""))]
    gone += carrying(container, "hidden", lambda _: True)
    cut_out(container, _lesser(container, gone))
    unseen = _lesser(container, [*filter(_is_invisible, styled), *container.iter(*_STRUCK)])
    for part in [one for one in unseen if one.tag in _TABLE_PARTS]:
        _empty(part)
    cut_out(container, [one for one in unseen if one.tag not in _TABLE_PARTS])
    raised = [one for one in styled if _RAISED.search(one.get("style", "")) and one.tag not in BLOCK_TAGS]
    for element in (*raised, *container.iter("sup", "sub", "a")):
        _settle_number(element)


def _lesser(container: Element, elements: list[Element]) -> list[Element]:
    """Those of the elements that hold less than half of the text."""
    whole = text_length(container) if elements else 0
    return [one for one in elements if one is not container and 2 * text_length(one) < whole]


def _is_invisible(element: Element) -> bool:
    """Whether an element shows nothing and keeps its place. Of letters without a size, those inside may have one."""
    style = element.get("style", "")
    if _INVISIBLE.search(style):
        return True
    sized = ("font-size" in one.get("style", "").lower() for one in element.iterdescendants("*"))
    return _NO_SIZE.search(style) is not None and not any(sized)


def _empty(part: Element) -> None:
    """Take out what stands in the cells of a part of a table: without the cells, others would move to their places."""
    for cell in list(part.iter("td", "th")):
        for child in list(cell):
            cell.remove(child)
        cell.text = None


def _settle_number(element: Element) -> None:
    """Put a note's number in brackets: it is raised or, behind a figure, leads to another place of the page."""
    number = "".join(text_of(element).split())
    if not number.isnumeric():
        return
    before = _before(element)
    if element.tag == "a":
        leads = _ANCHOR.search(element.get("href", "")) is not None
        is_note = leads and before.isdigit() and len(number) <= _LONGEST_NUMBER
    else:
        is_note = not (before.isascii() and before.isalpha())  # as in m² and CO₂
    if is_note:
        for child in list(element):
            element.remove(child)
        element.text = f"[{number}]"


def _before(element: Element) -> str:
    """The character that stands right before an element in its line; "" if none does."""
    for _ in range(_NEAR):
        sibling, parent = element.getprevious(), element.getparent()
        if sibling is not None:
            ends = sibling.tag in BLOCK_TAGS
            seen = isinstance(sibling.tag, str) and not ends  # a comment is no text
            text = sibling.tail or (text_of(sibling) if seen else "")
        else:
            text = (parent.text if parent is not None else "") or ""
            ends = parent is None or parent.tag in BLOCK_TAGS
        if text or ends or parent is None:
            return text[-1:]
        element = parent if sibling is None else sibling
    return ""

"""Typed access to lxml's trees: all text of an element, the elements a path leads to, and cutting some out."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeAlias, cast

from lxml import etree

Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml publishes its element type under no other name

_DOOMED = "cut-out"
_MOST_VALUES = 20  # in one path; the pages that have more of those asked for are few
_STRING = etree.XPath("string()", smart_strings=False)


def text_of(element: Element) -> str:
    """All text inside ``element``, in document order."""
    return cast("str", _STRING(element))


def finder(path: str) -> Callable[[Element], list[Element]]:
    """Compile an XPath that selects elements."""
    compiled = etree.XPath(path)
    return lambda element: cast("list[Element]", compiled(element))


def strings(path: str) -> Callable[[Element], list[str]]:
    """Compile an XPath that selects attributes: their values, without the elements, come in a fraction of the time."""
    compiled = etree.XPath(path, smart_strings=False)
    return lambda element: cast("list[str]", compiled(element))


def carrying(root: Element, attribute: str, wanted: Callable[[str], bool]) -> list[Element]:
    """The elements at and below ``root`` whose attribute has a value that is ``wanted``, in document order.

    Values first, and elements by them: to look at each element from Python takes ten times as long.
    """
    values, elements = _of_attribute(attribute)
    found = [value for value in dict.fromkeys(values(root)) if wanted(value)]
    if len(found) > _MOST_VALUES:
        return [one for one in root.iter("*") if attribute in one.attrib and wanted(one.get(attribute, ""))]
    named = {f"v{number}": value for number, value in enumerate(found)}
    return cast("list[Element]", elements(len(found))(root, **named)) if found else []


@cache
def _of_attribute(name: str) -> tuple[Callable[[Element], list[str]], Callable[[int], etree.XPath]]:
    """How to get an attribute's values, and the elements that have one of so many."""
    path = f"descendant-or-self::*/@{name}"

    @cache
    def elements(count: int) -> etree.XPath:
        return etree.XPath(f"{path}[{' or '.join(f'. = $v{number}' for number in range(count))}]/..")

    return strings(path), elements


def length_of(element: Element) -> int:
    """Characters of all text inside ``element``, white space left out."""
    return len("".join(text_of(element).split()))


def cut_out(root: Element, elements: Iterable[Element]) -> None:
    """Remove elements below ``root`` with all inside them; the text behind them stays.

    All in one go: one by one, each would copy the text that has gathered before it.
    """
    for element in elements:
        element.tag = _DOOMED
    etree.strip_elements(root, _DOOMED, with_tail=False)

"""Typed access to lxml's trees: all text of an element, the elements a path leads to, and cutting one out."""

from collections.abc import Callable
from typing import TypeAlias, cast

from lxml import etree

Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml publishes its element type under no other name

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


def length_of(element: Element) -> int:
    """Characters of all text inside ``element``, white space left out."""
    return len("".join(text_of(element).split()))


def cut_out(element: Element) -> None:
    """Remove an element with all inside it; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail:
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)

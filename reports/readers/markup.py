"""How much markup a page may hold, told from its bytes before a tree of many times their size is made of them."""

import re

from lxml import etree

from reports.model import Unreadable
from reports.readers.tree import Element

LARGEST = 20_000_000  # bytes, pictures written into the markup among them; the labelled pages have up to 18,000
MOST_TAGS = 200_000  # the labelled pages have up to 600
MOST_ATTRIBUTES = 500  # of one tag; libxml2 compares each with all before it
_SMALL = 256_000  # bytes of markup whose tags cannot hold enough attributes to cost more than a second
MOST_WEIGHT = 100_000_000  # characters, each counted once for every tag around it: what is looked at to find the text
_DEEPEST = 2_048  # levels, by libxml2
_VALUE = rb"=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"']*+)"
_TAG = re.compile(rb"<[a-z](?:" + _VALUE + rb"|[^>=]++)*+", re.IGNORECASE)
_VALUES = re.compile(_VALUE)
_ATTRIBUTES = re.compile(rb"[\s/]+")
_SHORT = 2 * MOST_ATTRIBUTES  # bytes of a tag that cannot have more attributes


def check_markup(data: bytes) -> None:
    """Refuse markup that no page of a report has.

    Raises:
        Unreadable: it is too large, or has too many tags, or a tag too many attributes.
    """
    if len(data) > LARGEST:
        raise Unreadable(f"hostile HTML: more than {LARGEST:,} bytes")
    if data.count(b"<") > MOST_TAGS and len(re.findall(rb"<[/!a-zA-Z]", data)) > MOST_TAGS:
        raise Unreadable(f"hostile HTML: more than {MOST_TAGS:,} tags")
    for tag in _TAG.finditer(data) if len(data) > _SMALL else ():
        if len(tag[0]) > _SHORT and len(_ATTRIBUTES.findall(_VALUES.sub(b"", tag[0]))) > MOST_ATTRIBUTES:
            raise Unreadable(f"hostile HTML: a tag of more than {MOST_ATTRIBUTES} attributes")


def is_heavy(root: Element) -> bool:
    """Whether the text of each element, all together, is more than can be looked at."""
    if len(etree.tostring(root, method="text", encoding="unicode")) * _DEEPEST <= MOST_WEIGHT:
        return False
    weight = depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            depth += 1
            weight += depth * len(element.text or "")
        else:
            depth -= 1
            weight += depth * len(element.tail or "")
    return weight > MOST_WEIGHT

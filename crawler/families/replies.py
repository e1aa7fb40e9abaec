"""Reads what services answer in JSON: an answer that is no list is one that cannot be read, never an error."""

import json
import re
from typing import Any

from scrapy.http import HtmlResponse

from crawler.families.base import ListUnreadable

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LONGEST_NUMBER = 9  # digits; no list has more records, and Python refuses to read thousands of them
_FIRST_ERROR = 400  # codes below it mean success, differently on each platform: 0, 1, 200


def parse_json(page: HtmlResponse, wanted: str) -> dict[str, Any]:
    """The object that a service answered; ``wanted`` is what it was asked for.

    Raises:
        ListUnreadable: it answered with something else, or says that it failed.
    """
    try:
        reply = mended(json.loads(page.text))
    except (ValueError, RecursionError) as error:
        raise ListUnreadable(f"no {wanted} in the answer, which is no JSON: {page.url}") from error
    if not isinstance(reply, dict):
        raise ListUnreadable(f"no {wanted} in the answer, which holds no object: {page.url}")
    if reply.get("success") is False or (whole(reply.get("code")) or 0) >= _FIRST_ERROR:
        raise ListUnreadable(f"no {wanted} in the answer, which says that it failed: {page.url}")
    return reply


def mended(value: Any) -> Any:
    """JSON without halves of characters: an emoji cut in half can be neither hashed nor stored."""
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(whole_characters(text)) if _SURROGATE.search(text) else value


def whole_characters(text: str) -> str:
    """Text with pairs of surrogates joined, and lone ones replaced."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def text_of(value: Any) -> str:
    """A field's text; a number is written out, anything else is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def whole(value: Any) -> int | None:
    """A field's number, whether it came as a number or as text; None for anything else."""
    text = text_of(value)
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else None


def objects_of(value: Any) -> list[dict[str, Any]] | None:
    """The objects of a list; None where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else None

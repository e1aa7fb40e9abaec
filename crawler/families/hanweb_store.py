"""Hanweb's datastores: records in CDATA inside a script, and what the page says of those that are not there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

from scrapy.http import HtmlResponse

from crawler.families.replies import whole_characters
from crawler.pages import between, live_script

_NEXT_GROUP = re.compile(r"""<nextgroup>.{0,40}?href=["']([^"']+)["']""", re.DOTALL)
_PROXY = re.compile(r"""["'](/[\w/]*jpage/\w*dataproxy\.jsp)""")
_UNIT = re.compile(r"""id=["'](\w+)["']""")
_JPAGE = re.compile(r"""#(\w+)['"]\s*\)\s*\.jpage\(\s*\{((?:(?!\.jpage\().){0,2000}?)\}\s{0,20}\)""", re.DOTALL)
TOTAL = re.compile(r"""<totalrecord>\s*(\d{1,9})|\btotalRecord["']?\s*:\s*["']?(\d{1,9})""", re.IGNORECASE)
_PER_PAGE = re.compile(r"""\bperPage["']?\s*:\s*["']?(\d{1,9})""", re.IGNORECASE)
_PARAMETER = re.compile(
    r"""\b(columnid|unitid|webid|webname|appid|path|permissiontype|sourceContentType)\s*[=:]\s*'?([^,'&}"]*)"""
)
# Escapes are taken outside of literals too: a quotation mark that is never closed then costs one scan alone.
_LITERAL = re.compile(r"\\.|'((?:\\.|[^'\\])*+)'|\"((?:\\.|[^\"\\])*+)\"", re.DOTALL)
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
WINDOW_PAGES = 3  # the column page carries three pages' worth, as an answer does
_MOST_PER_PAGE = 100  # servers cut more off


@dataclass(frozen=True, slots=True)
class Store:
    """One datastore: the first records of a list, and where the others are to be had."""

    records: tuple[str, ...]
    url: str
    parameters: tuple[tuple[str, str], ...]
    total: int | None
    per_page: int
    more: bool  # it names an address for further records

    @property
    def columns(self) -> frozenset[str]:
        return frozenset(dict(self.parameters).get("columnid", "").split(","))


def stores_of(page: HtmlResponse) -> list[Store]:
    before, *parts = page.text.split("<datastore>")
    script = live_script(page) if parts else ""
    options = dict(_JPAGE.findall(script))
    found = []
    for part in parts:
        text = part.partition("</datastore>")[0]
        unit = next(reversed(_UNIT.findall(before[-400:])), "")
        url, parameters = _proxy(page, text, script, unit)
        told = options.get(unit) or options.get(dict(parameters).get("unitid", "")) or ""
        if not told and len(parts) == 1:
            told = script
        records, total = tuple(_cdata(text)), number_in(TOTAL, text) or number_in(TOTAL, told)
        per_page = number_in(_PER_PAGE, told) or max(1, len(records) // WINDOW_PAGES)
        more = _NEXT_GROUP.search(text) is not None
        found.append(Store(records, url, parameters, total, min(per_page, _MOST_PER_PAGE), more))
        before = part
    return found


def without_pagers(page: HtmlResponse) -> HtmlResponse:
    """The page without what tells how long its datastores are: where they are not the list, they tell nothing of it."""
    text, found = _JPAGE.subn("", page.text)
    return page.replace(body=text.encode(page.encoding, "replace")) if found else page


def _proxy(page: HtmlResponse, store: str, script: str, unit: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The address to ask for more records, and what identifies the list there."""
    group = _NEXT_GROUP.search(store)
    address, _, query = group[1].replace("&amp;", "&").partition("?") if group else ("", "", "")
    if not address:
        named = _PROXY.search(script)
        address = named[1] if named else "/module/web/jpage/dataproxy.jsp"
    told = dict(parse_qsl(query)) or {"unitid": unit} | {
        name: text for name, text in _PARAMETER.findall(script) if text
    }
    told = {name: text for name, text in told.items() if name not in ("page", "startrecord", "endrecord", "perpage")}
    return page.urljoin(address), tuple({"col": "1", **told}.items())


def _cdata(text: str) -> Iterator[str]:
    """The list items in CDATA, as markup."""
    for record in between(text, "<record>", "</record>"):
        yield from (item for item in between(record, "<![CDATA[", "]]>") if item.strip())


def records_of(reply: HtmlResponse) -> list[str]:
    """The records of a reply: a datastore's, or the strings of a JavaScript array."""
    text = reply.text
    if "<record>" in text or "[" not in text:
        return list(_cdata(text))
    literals = (_unescaped(single or double) for single, double in _LITERAL.findall(text[text.index("[") :]))
    return [literal for literal in literals if "<a" in literal]


def _unescaped(literal: str) -> str:
    def meant(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else _CONTROL.get(match[2], match[2])

    return whole_characters(_ESCAPED.sub(meant, literal))


def number_in(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return int(next(filter(None, match.groups()))) if match else None

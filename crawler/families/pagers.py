"""What a page renders of its pager: the next page's address, numbers, totals, and what only a script knows."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement
from scrapy.http import HtmlResponse

from crawler.families.base import Declared, ListUnreadable
from crawler.pages import absolute, live_script
from reports.titles import classify_title

_NEXT = re.compile(r"[\s\[<《]*(下一?页|后一?页|下一?頁|next(\s*page)?)[\s\]>》»›→]*", re.IGNORECASE)
_BACK = re.compile(r"[\s\[<《«‹←]*(上一?页|前一?页|上一?頁|prev(ious)?(\s*page)?)[\s\]>》]*", re.IGNORECASE)
_MORE = re.compile(r"(点击)?(加载|查看|显示)更多[\s>》».…]*|(点击|继续)加载[\s.…]*|load\s?more", re.IGNORECASE)
_SIGNS = ("›", ">", "→", "»", ">>")  # the double ones last: beside a single one they lead to the last page
# An address or a handler, without its spaces, that leads nowhere.
_NOWHERE = re.compile(r"|#.*|javascript:(void\(?(0|null|'')?\)?|return(false|true)?)?;*", re.IGNORECASE)
_IDLE = re.compile(r"return(false|true)?;*|.*(最后一?页|末页|没有|到底)", re.IGNORECASE)
_HANDLERS = ("onclick", "@click", "v-on:click", "ng-click", "data-page")
_SHUT = re.compile(
    r"(?i)disabl|unable|nolink|(?<![a-z])(off|current|cur)(?![a-z])|(^|\s)no([-_]?(next|more|page|click))?(\s|$)"
)
_OTHERS = ("button", "input", "li", "span", "div", "td", "p", "em", "i", "b")  # that scripts listen to
_PAGING = re.compile(r"pag(e|in)|fenye", re.IGNORECASE)
# "共3页", "第1页/共3页", "1/3页", "页次：1/3", "共45条 1/3", and what pagers call it in script.
_PAGES = re.compile(
    r"共\s*(?:有\s*)?(\d{1,9})\s*页|总页数\s*(?:[:：]\s*)?(\d{1,9})|(?<!\d)\d{1,9}\s*/\s*(\d{1,9})\s*页"
    r"|(?:页次(?:\s*[:：])?|\d\s*条)\s*\d{1,9}\s*/\s*(\d{1,9})|页\s*/\s*(\d{1,9})\s*页"
)
_SCRIPT_PAGES = re.compile(r"\b(?:totalPages?|pageCount|countPage)\s*[=:]\s*[\"']?(\d{1,9})", re.IGNORECASE)
_RECORDS = re.compile(
    r"共\s*(?:有\s*)?(?:记录\s*)?(\d{1,9})\s*条|(?:总记录数?|记录总数|总条数)\s*(?:[:：]\s*)?(\d{1,9})"
    r"|\b(?:totalRecords?|totalCount|recordCount)\s*[=:]\s*[\"']?(\d{1,9})",
    re.IGNORECASE,
)
_CURRENT = re.compile(
    r"第\s*(\d{1,9})\s*页|(?<!\d)(\d{1,9})\s*/\s*\d{1,9}\s*页|(?:页次(?:\s*[:：])?|\d\s*条)\s*(\d{1,9})\s*/\s*\d"
)
_PLACE = re.compile(r"第\s*\d{1,4}\s*页|\d{1,4}\s*/\s*\d{1,4}|共\s*\d{1,4}\s*页|«|‹|<<|上一?页")
_OF = re.compile(r"(?<![\d/.-])(\d{1,4})\s*/\s*(\d{1,4})(?![\d/.-])")
_NUMBER = re.compile(r"[\s\[第]*(\d{1,4})[\s\]页]*")
_MAX_NUMBERS = 20  # a pager shows fewer; a calendar more
_MAX_LINKS = 100  # of one kind that are looked at
_FEW = 10  # rows; with fewer, one page is likelier than a pager by script. As many links may part rows and "more"
# Where an address has the number of its page: ?page=2, page_2.html, index_2.html, /2.html, list-2/
_ORDINAL = re.compile(
    r"(?:(?<=[?&]page=)|(?<=[?&]p=)|(?<=[?&]pn=)|(?<=pageno=)|(?<=pagenum=)|(?<=pageindex=)|(?<=currentpage=)|(?<=currpage=))"
    r"\d{1,4}(?=&|$)|(?<=[/_-])\d{1,4}(?=(?:\.s?html?|\.jspx?|\.php|\.aspx?)?/?$)",
    re.IGNORECASE,
)


def declared_in(page: HtmlResponse) -> Declared:
    """The pages and records that a page's text or live script speaks of: the most, where it does so more than once."""
    visible, script = _visible(page), live_script(page)
    pages = _most(_PAGES, visible, script) or 0, _most(_SCRIPT_PAGES, script) or 0
    return Declared(max(pages) or None, _most(_RECORDS, visible, script))


def next_address(page: HtmlResponse, number: int) -> tuple[str | None, bool]:
    """(The rendered address of the page after the ``number``-th, whether there is one that cannot be asked for so).

    Words go before numbers, numbers before signs: ``»`` is the next page in one pager and the last one in another.
    """
    worded, numbered, signed = _candidates(page, number)
    scripted = False
    for group in (worded, numbered, signed[:1]):
        for element in group:
            href, url = _bare(element, "href"), absolute(page, element.get("href"))
            own = url is not None and _twin(url) == _twin(page.url)
            if _NOWHERE.fullmatch(href) or url is None or (own and "#" in href):
                scripted = scripted or bool(_moves(page, element, number))
            elif own and not element.get("onclick"):
                return None, False  # the next page of the last one is itself
            elif own or _twin(url)[0] != _twin(page.url)[0]:
                scripted = True  # another portal is not this one's visit
            else:
                return url, False
    return _optioned(page, number), scripted or _loads_more(page)


def incremented(url: str, by: int) -> str | None:
    """The address ``by`` pages further on, where the number of its page stands in it."""
    *_, last = [None, *_ORDINAL.finditer(url)]
    return f"{url[: last.start()]}{int(last[0]) + by}{url[last.end() :]}" if last else None


def check_end(page: HtmlResponse, number: int, listed: int, *, scripted: bool) -> str | None:
    """Where no next page is rendered: None if the list ends with this page, or an address that must follow.

    Raises:
        ListUnreadable: there is more, or there may be, and nothing tells its address.
    """
    declared, visible = declared_in(page), _visible(page)
    match = _CURRENT.search(visible)
    here = max(number, int(next(filter(None, match.groups()))) if match else 1)
    if declared.pages and declared.pages > here:
        if number == 1 or (following := incremented(page.url, 1)) is None:
            raise ListUnreadable(f"page {number} of {declared.pages} leads no further: only a script knows where")
        return following
    # A total in script may be what stands there until the true one is loaded; a printed one is what the reader sees.
    if _most(_PAGES, visible):
        return None
    idle = number == 1 and any(_moves(page, element, 1) is None for element in _candidates(page, 1)[0])
    if scripted or (idle and listed >= _FEW and not 0 < (declared.records or 0) <= listed):
        raise ListUnreadable(f"only a script or another host knows the page after {page.url}")
    if not declared.pages and declared.records and number == 1 and declared.records > listed:
        raise ListUnreadable(f"{declared.records} records are declared, {listed} are listed, and nothing leads further")
    return None


def _candidates(page: HtmlResponse, number: int) -> tuple[list[HtmlElement], list[HtmlElement], list[HtmlElement]]:
    """What may lead to the next page, by words, numbers and signs: links, and what else a script listens to."""
    worded, numbered, signed = [], [], []
    for element in page.selector.root.iter("a", *_OTHERS):
        button = element.tag == "button" or _bare(element, "type").lower() in ("submit", "button", "image")
        if element.tag != "a" and not (_small(element) and (button or any(map(element.get, _HANDLERS)))):
            continue
        sign = _sign(element)
        if _NEXT.fullmatch(sign):
            worded.append(element)
        elif (match := _NUMBER.fullmatch(sign)) and int(match[1]) == number + 1:
            numbered.append(element)
        elif element.tag == "a" and sign in _SIGNS:
            signed.append(element)
    numbered = [one for one in numbered[:_MAX_LINKS] if _among_numbers(one, number)]
    signed = sorted(filter(_in_pager, signed[:_MAX_LINKS]), key=lambda one: _SIGNS.index(_sign(one)))
    return worded[:_MAX_LINKS], numbered, signed


def _small(element: HtmlElement) -> bool:
    return next(islice(element.iterdescendants(), 4, None), None) is None


def _bare(element: HtmlElement, name: str) -> str:
    return "".join((element.get(name) or "").split())


def _sign(element: HtmlElement) -> str:
    """What a link or button says: its text, else its title or its picture's."""
    text = "".join(element.itertext()).strip() or (element.get("value") or "").strip()
    pictured = (picture.get("alt") or picture.get("title") or "" for picture in element.iter("img"))
    return text or (element.get("title") or "").strip() or next(pictured, "").strip()


def _moves(page: HtmlResponse, element: HtmlElement, number: int) -> bool | None:
    """Whether what has no address goes anywhere; a disabled one does not. None: nothing tells of one without script."""
    href, *handlers = (_bare(element, name) for name in ("href", *_HANDLERS))
    worded, more = _NEXT.fullmatch(_sign(element)), _row_says(element, number)
    if _shut(element) or any(_IDLE.match(text.removeprefix("javascript:")) for text in (href, *handlers)):
        return False
    if any(handlers[:-1]) or not (_NOWHERE.fullmatch(href) or absolute(page, href)):
        return True
    if worded and more is not None:
        return more
    back = (one for one in page.selector.root.iter("a") if _BACK.fullmatch(_sign(one)))
    if number > 1 and any(
        absolute(page, one.get("href")) and not _NOWHERE.fullmatch(_bare(one, "href")) for one in back
    ):
        return False  # where the way back has an address, the way on would have one, too
    bound = element.tag != "a" or bool(handlers[-1]) or "next" in _bare(element, "class").lower()
    if not worded:  # numbers and signs are a gallery's, too
        called = (one.get("class") or "" for one in (element, *_containers(element)))
        return (more or bound) and any(_PAGING.search(name) for name in called)
    return bound or (False if element.get("href") is None else None)


def _shut(element: HtmlElement) -> bool:
    """Whether the markup calls it disabled: itself, or what holds nothing else."""
    holders = [one for one in islice(element.iterancestors(), 2) if _small(one) and _sign(one) == _sign(element)]
    told = element.get("disabled") is not None or element.get("aria-disabled") == "true"
    return told or any(_SHUT.search(one.get("class") or "") for one in (element, *holders))


def _row_says(element: HtmlElement, number: int) -> bool | None:
    """Whether numbers beside it ("1/3", or those of pages) tell of more, or that this is the last; None: neither."""
    for container in _containers(element):
        texts, told = _numbers(container)
        if match := _OF.search(" ".join(texts)):
            return int(match[2]) > max(int(match[1]), number)
        numbers = set(told)
        if number in numbers and len(numbers) <= _MAX_NUMBERS and numbers & {number - 1, number + 1}:
            return number + 1 in numbers
    return None


def _loads_more(page: HtmlResponse) -> bool:
    """Whether something right behind the list's reports loads more of them."""
    root = page.selector.root
    more = {one for one in root.iter("a", *_OTHERS) if _small(one) and _MORE.fullmatch(_sign(one)) and not _shut(one)}
    more = {one for one in more if not any(absolute(page, _bare(a, "href").partition("#")[0]) for a in one.iter("a"))}
    since = _FEW + 1
    for element in root.iter("a", *_OTHERS) if more else ():
        if element in more and since <= _FEW:
            return True
        if element.tag == "a" and element not in more:
            since = 0 if classify_title(_sign(element)).is_report else since + 1
    return False


def _twin(url: str) -> tuple[str, str]:
    """(The host without www, the rest): a portal answers by both names, and by both schemes."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), f"{parts.port}{parts.path}?{parts.query}"


def _visible(page: HtmlResponse) -> str:
    return " ".join(page.selector.root.xpath("//text()[not(parent::script or parent::style)]"))


def _most(pattern: re.Pattern[str], *texts: str) -> int | None:
    found = (match.groups() for text in texts for match in pattern.finditer(text))
    return max((int(number) for groups in found for number in groups if number), default=None)


def _containers(element: HtmlElement) -> Iterator[HtmlElement]:
    return (one for one in islice(element.iterancestors(), 3) if one.tag not in ("body", "html"))


def _numbers(container: HtmlElement) -> tuple[list[str], list[int]]:
    texts = ["".join(text.split()) for text in container.itertext()]
    return texts, [int(match[1]) for text in texts if (match := _NUMBER.fullmatch(text))]


def _among_numbers(element: HtmlElement, number: int) -> bool:
    """Whether the link stands in a row of page numbers that has the present page's too."""
    rows = (numbers for _, numbers in map(_numbers, _containers(element)))
    return len(next((numbers for numbers in rows if number in numbers), range(99))) <= _MAX_NUMBERS


def _in_pager(element: HtmlElement) -> bool:
    """Whether a sign stands beside page numbers, a total or its counterpart: no menu, no path, no "more"."""
    rows = map(_numbers, _containers(element))
    return any(0 < len(numbers) <= _MAX_NUMBERS or _PLACE.search(" ".join(texts)) for texts, numbers in rows)


def _optioned(page: HtmlResponse, number: int) -> str | None:
    """The address in a box to choose the page from."""
    for box in page.selector.root.iter("select"):
        options = list(box.iter("option"))
        told = [_NUMBER.fullmatch("".join("".join(option.itertext()).split())) for option in options]
        if len(options) > number and all(match and int(match[1]) == n for n, match in enumerate(told, 1)):
            value = (options[number].get("value") or "").strip()
            if re.search(r"[./?]", value):
                return absolute(page, value)
    return None

"""A report's numbered sections: where 一、 … 六、 begin, which numerals are headings, and what belongs to each."""

import re
from dataclasses import dataclass
from functools import lru_cache

from reports.blocks import Block, Page, Paragraph, Table
from reports.model import Finding, Outcome, Section

NUMERALS = "一二三四五六七八九十"
MAX_HEADING = 40  # characters
_HEADING = re.compile(rf"^\s*第?([{NUMERALS}]{{1,2}})\s*(?:部分)?\s*[、.．，,：:·\s]\s*(\S.*)$")
# 一总体情况, 第一部分总体情况: without a mark only before the words of an official title.
_UNMARKED = re.compile(rf"^\s*第?([{NUMERALS}]{{1,2}})(?:部分)?(\S.*)$")
# 一、总体情况。2021年，…: a title, and its text in the same line.
_RUN_ON = re.compile(
    rf"^(\s*第?[{NUMERALS}]{{1,2}}(?:部分)?\s*[、.．]?\s*([^。：:；;，,\d]{{2,{MAX_HEADING}}}))[。：:]\s*\S.*$"
)
_LEADER = re.compile(r"[.…·\s]{2,}\d{0,3}$|…+\d{0,3}$")  # the dots and page number of a table of contents
_ARABIC = re.compile(r"^\s*(\d{1,2})\s*[、.．]\s*(\D.*)$")
_BRACKETED = re.compile(rf"^\s*[（(]([{NUMERALS}])[）)]\s*、?\s*(\S.*)$")
_SENTENCE_END = re.compile(r"[。；;!！?？]")
_INLINE = re.compile(rf"(?<=[\s。；])(?=[{NUMERALS}]、)")
LEAST_CONTENTS = 3  # headings that come again make a table of contents
FIRST_YEAR = 2019  # the first year reported on in the six sections
# What each of the six official sections is about, for headings without a usable numeral.
MEANINGS = (
    (
        1,
        re.compile(
            r"^(本年度)?(工作)?(总体|基本)(工作)?(公开)?情况(说明)?$|^工作?概述$|^概述$|^总体公开情况(说明)?$|^工作基本情况$"
        ),
    ),
    (2, re.compile(r"^(行政机关)?主动公开(政府)?信息(公开)?(的)?情况$")),
    (3, re.compile(r"^(行政机关)?(收到和处理|依申请公开).{0,14}情况$")),
    (4, re.compile(r"^.{0,24}行政复议.{0,8}(行政)?诉讼.{0,6}情况$")),
    (5, re.compile(r"^.{0,16}存在.{0,3}问题.{0,3}(改进|整改|下一步|措施|打算).{0,10}$")),
    (6, re.compile(r"^(其他)?(需要?|应当)(报告|说明)的?(其他)?事项.{0,6}$|^其他需要.{0,8}$")),
)
_OTHER_MATTERS = re.compile(r"^其他(的?(相关|有关|重要|报告|说明)?(的?(事项|情况|问题|工作))(说明)?)?$")
MEANING_ENDS = "况述明项施法算步容题略"
# The rows of table 2 carry numerals of their own; flattened tables print them as lines.
_TABLE_ROWS = re.compile(r"^(本年新收|上年结转|上年转结|本年度办理结果|结转下年度)")
# Buttons and footers, each a whole line: behind the report's last heading and table they end it.
_SHARED_TO = r"(?:微信|微博|新浪微博|腾讯微博|QQ空间|QQ好友|QQ|朋友圈|人人网|豆瓣|百度|一键分享|更多)"
_TAIL = re.compile(
    r"[\s【\[（(]*(?:"
    r"扫一扫.{0,24}|扫码.{0,20}|手机扫.{0,20}|"
    rf"(?:一键)?分享(?:到|至)?[:：]?(?:[\s/|、]*{_SHARED_TO})*|"
    r"(?:【?(?:打\s*印|打印(?:本页|此页|文章)|关\s*闭|关闭(?:本页|此页|窗口)|返回(?:顶部|首页|列表)?|收藏(?:本页)?|推荐)】?[\s|/]*)+|"
    r"(?:责任编辑|责编|审核人?|校对|编审|录入|信息员)[:：].{0,20}|责任编辑\S{0,8}|编辑[:：]\s*[\u3400-\u9fff]{2,4}|"
    r"(?:上一?|下一?)[篇条][:：]?.{0,60}|(?:相关(?:附件|链接|文档|阅读|文章|信息)|附件下载|相关稿件)[:：]?|"
    r"(?:主办|承办|协办|技术支持)(?:单位)?[:：].{0,60}|版权所有.{0,60}|您?(?:现在的|当前)?位置[:：].{0,60}|"
    r"(?:网站地图|联系我们|网站标识码.{0,40}|关于我们|隐私声明)(?:[\s|].{0,60})?|.{0,60}(?:版权所有|ICP备|公网安备|网站标识码).{0,60}|"
    r"[^。]{0,12}第\s*\d+\s*位(?:访客|访问者|来访者).{0,10}|(?:总|本站|今日|累计)?(?:访问量|浏览量)[:：]\s*\d*.{0,20}"
    r")[\s】\]）)]*"
)


@dataclass(slots=True)
class _Open:
    ordinal: int
    heading: str
    lines: list[str]


def heading_of(text: str) -> tuple[int, str] | None:
    """(ordinal, heading as printed) if this line is a section's heading; sub-headings （一） are none."""
    return _heading_of(text[:200].strip())


@lru_cache(maxsize=4096)
def _heading_of(line: str) -> tuple[int, str] | None:
    found = _HEADING.match(line)
    if found and (ordinal := _number(found[1])):
        title = found[2].strip()
        if _TABLE_ROWS.match(title) or title.startswith(("是", "要")):
            return None
        if len(title) <= MAX_HEADING and not _SENTENCE_END.search(title.rstrip("。:：")):
            return ordinal, line
        return None
    return _by_meaning(line) if len(line) <= MAX_HEADING else None


def _by_meaning(line: str) -> tuple[int, str] | None:
    """A heading known by its official words: 一总体情况, 1.总体情况, or the words alone."""
    unmarked = _UNMARKED.match(line)
    if unmarked and (ordinal := _number(unmarked[1])) and meaning(unmarked[2]) is not None:
        return ordinal, line
    arabic = _ARABIC.match(line)
    meant = meaning(arabic[2] if arabic else line)
    return (meant, line) if meant and (arabic is None or meant == int(arabic[1])) else None


def meaning(title: str) -> int | None:
    """Which of the six official sections a title means, by its words alone."""
    bare = "".join(_LEADER.sub("", title).split()).strip("。:：、")
    if not bare or bare[-1] not in MEANING_ENDS:
        return None
    return next((ordinal for ordinal, pattern in MEANINGS if pattern.match(bare)), None)


def is_last_section(section: Section) -> bool:
    """Whether this is the sixth of the official sections, 其他需要报告的事项, by numeral and by words.

    六、其他 alone may be a heading that broke off; it counts with text below it.
    """
    if section.ordinal != len(MEANINGS):
        return False
    title = "".join(_bare(section.heading).split()).strip("。:：、")
    return meaning(title) == len(MEANINGS) or bool(section.text and _OTHER_MATTERS.match(title))


def official_sections(blocks: tuple[Block, ...]) -> set[int]:
    """Which of the six official sections stand in the text, by their words, with something below them."""
    return {meant for part in read_sections(blocks) if part.text and (meant := meaning(_bare(part.heading)))}


def _bracketed(text: str) -> tuple[int, str] | None:
    """（一）总体情况: an official title where its numeral says, in the brackets of a sub-heading."""
    found = _BRACKETED.match(text[:200])
    ordinal = _number(found[1]) if found else 0
    return (ordinal, text.strip()) if found and meaning(found[2]) == ordinal else None


def _number(numeral: str) -> int:
    if len(numeral) == 1:
        return NUMERALS.index(numeral) + 1
    return 10 + NUMERALS.index(numeral[1]) + 1 if numeral[0] == "十" and numeral[1] != "十" else 0


def split_tail(page: Page) -> tuple[tuple[Block, ...], str]:
    """Split off what stands behind the report: footers, buttons, lists of links. Returns (blocks, that text).

    Nothing ahead of a heading or table is cut, and pictures are kept wherever they stand.
    """
    headings = (i for i, b in enumerate(page.blocks) if isinstance(b, Paragraph) and _any_heading(b.text))
    last = max(headings, default=-1)
    if last < 0:
        return page.blocks, ""
    last = max(last, *(i for i, b in enumerate(page.blocks) if isinstance(b, Table)), -1)
    for index in range(last + 1, len(page.blocks)):
        block = page.blocks[index]
        if isinstance(block, Paragraph) and len(block.text) < 100 and _TAIL.fullmatch(block.text):
            rest = page.blocks[index:]
            pictures = tuple(b for b in rest if not isinstance(b, Paragraph))
            return (*page.blocks[:index], *pictures), "\n".join(b.text for b in rest if isinstance(b, Paragraph))
    return page.blocks, ""


def _any_heading(text: str) -> bool:
    return heading_of(text) is not None or _bracketed(text) is not None


def read_sections(blocks: tuple[Block, ...]) -> tuple[Section, ...]:
    """Cut the blocks at their section headings, in printed order; a table's cells are text, never headings.

    What stands before 一 (title, legal basis, period, address) is left out; it is kept, as ordinal 0, only where 一
    is missing, for then it may be that section's text. A text without any heading is one section 0.
    """
    opened = [_Open(0, "", [])]
    for line, found in _with_headings(blocks):
        if found and _follows(found, opened):
            opened.append(_Open(*found, []))
        else:
            opened[-1].lines.append(line)
    sections = [Section(part.ordinal, part.heading, "\n".join(part.lines).strip()) for part in opened]
    preamble, numbered = sections[0], _without_contents(sections[1:])
    keep = bool(preamble.text) and not any(section.ordinal == 1 for section in numbered)
    return (*([preamble] if keep else []), *numbered)


def _with_headings(blocks: tuple[Block, ...]) -> list[tuple[str, tuple[int, str] | None]]:
    """Every line with the heading it may be.

    （一）总体情况 is one where no 一、 stands in the text.
    A numeral without the official words is none where a later line has that numeral with them: it is of a list.
    """
    lines: list[tuple[str, tuple[int, str] | None]] = []
    for block in blocks:
        if isinstance(block, Table):
            lines.extend((row, None) for row in _rows(block))
        elif isinstance(block, Paragraph):
            lines.extend((line, heading_of(line)) for line in _lines(block.text))
    if not any(found and found[0] == 1 for _, found in lines):
        lines = [(line, found or _bracketed(line)) for line, found in lines]
    official: set[int] = set()
    for index in range(len(lines) - 1, -1, -1):
        line, found = lines[index]
        if found is None:
            continue
        if meaning(_bare(found[1])) == found[0]:
            official.add(found[0])
        elif found[0] in official:
            lines[index] = line, None
    return lines


def _without_contents(sections: list[Section]) -> list[Section]:
    """Leave out a table of contents: several headings with nothing below them that come again."""
    keys = [(section.ordinal, _key(section.heading)) for section in sections]
    last = {key: place for place, key in enumerate(keys)}
    kept = [
        section
        for place, (section, key) in enumerate(zip(sections, keys, strict=True))
        if section.text or last[key] == place
    ]
    return kept if len(sections) - len(kept) >= LEAST_CONTENTS else sections


def _key(heading: str) -> str:
    return "".join(_LEADER.sub("", _bare(heading)).split())


def _follows(found: tuple[int, str], opened: list[_Open]) -> bool:
    """Whether a heading may come next.

    A bare title may only in its turn; a numeral that goes back only if its words are an official title's, for lists
    inside a section count 一、二、三、 too.
    """
    ordinal, heading = found
    last = opened[-1]
    if not (_HEADING.match(heading) or _UNMARKED.match(heading) or _ARABIC.match(heading) or _BRACKETED.match(heading)):
        return ordinal == last.ordinal + 1
    if ordinal > last.ordinal:
        return True
    return meaning(_bare(heading)) is not None and not (heading == last.heading and not last.lines)


def _lines(text: str) -> list[str]:
    """A paragraph as lines; one that holds several headings (a page on one line) is cut before each numeral."""
    if len(_INLINE.findall(text)) >= 2:
        return [line for part in _INLINE.split(text) for line in _cut_heading(part.strip()) if line]
    run_on = _RUN_ON.match(text)
    if run_on and meaning(run_on[2]) is not None:
        end = run_on.end(1) + 1
        return [text[:end], text[end:].strip()]
    return [text]


def _cut_heading(part: str) -> tuple[str, ...]:
    """The heading at the start of a run of text, if its words are known, apart from the text behind it."""
    head, space, rest = part.partition(" ")
    found = _HEADING.match(head)
    return (head, rest) if space and found and meaning(found[2]) else (part,)


def _rows(table: Table) -> list[str]:
    """One line a row: the cells that start in it, in order."""
    starting = ([cell for cell in line if cell.row == number] for number, line in enumerate(table.lines))
    rows = ("\t".join("".join(cell.text.split()) for cell in cells) for cells in starting)
    return [row for row in rows if row.strip()]


def section_findings(sections: tuple[Section, ...], year: int | None) -> tuple[Finding, ...]:
    """Finding S: PASS if all six official sections are there, else NOT_ASSESSABLE on each that is not.

    Nothing for years before the six sections were prescribed (国办公开办函〔2019〕60号), and nothing without a year.
    """
    if year is None or year < FIRST_YEAR:
        return ()
    present = {section.ordinal for section in sections} | {meaning(_bare(section.heading)) for section in sections}
    missing = [ordinal for ordinal in range(1, 7) if ordinal not in present]
    if not missing:
        return (Finding("S", "sections", Outcome.PASS, "all six sections"),)
    return tuple(
        Finding("S", f"section.{n}", Outcome.NOT_ASSESSABLE, f"section {NUMERALS[n - 1]} not found in the text")
        for n in missing
    )


def _bare(heading: str) -> str:
    found = _HEADING.match(heading) or _BRACKETED.match(heading)
    unmarked = None if found else _UNMARKED.match(heading)
    if unmarked and meaning(unmarked[2]) is not None:
        return unmarked[2]
    return found[2] if found else heading

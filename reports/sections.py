"""A report's numbered sections: where 一、 … 六、 begin, which numerals are headings, and what belongs to each."""

import re
from dataclasses import dataclass
from functools import lru_cache

from reports.blocks import Block, Page, Paragraph, Table
from reports.model import Finding, Outcome, Section

NUMERALS = "一二三四五六七八九十"
_HEADING = re.compile(rf"^\s*第?([{NUMERALS}]{{1,2}})\s*(?:部分)?\s*[、.．，,：:·\s]\s*(\S.*)$")
_ARABIC = re.compile(r"^\s*(\d{1,2})\s*[、.．]\s*(\D.*)$")
_SENTENCE_END = re.compile(r"[。；;!！?？]")
_INLINE = re.compile(rf"(?<=[\s。；])(?=[{NUMERALS}]、)")
MAX_HEADING = 40  # characters
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
    (6, re.compile(r"^(其他)?需要(报告|说明)的(其他)?事项.{0,6}$|^其他需要.{0,8}$")),
)
MEANING_ENDS = "况述明项施法算步容题略"
# The rows of table 2 carry numerals of their own; flattened tables print them as lines.
_TABLE_ROWS = re.compile(r"^(本年新收|上年结转|上年转结|本年度办理结果|结转下年度)")
_TAIL = re.compile(
    r"^[\s【\[（(]*(相关附件|附件\s*\d*\s*[:：]|相关链接|相关文档|相关阅读|扫一扫|扫码|打印本页|打\s*印|关\s*闭|责任编辑|责编|编辑[:：]|上一[篇条]|下一[篇条]|"
    r"分享|主办[:：单]|承办[:：单]|版权所有|网站标识码|地址[:：]|联系我们|网站地图|您?当前位置|.{0,20}(版权所有|ICP备|公网安备|网站标识码))"
)


@dataclass(slots=True)
class _Open:
    ordinal: int
    heading: str
    lines: list[str]


@lru_cache(maxsize=4096)
def heading_of(text: str) -> tuple[int, str] | None:
    """(ordinal, heading as printed) if this line is a section's heading; sub-headings （一） are none."""
    line = text[:200].strip()
    found = _HEADING.match(line)
    if found and (ordinal := _number(found[1])):
        title = found[2].strip()
        if _TABLE_ROWS.match(title) or title.startswith(("是", "要")):
            return None
        if len(title) <= MAX_HEADING and not _SENTENCE_END.search(title.rstrip("。:：")):
            return ordinal, line
        return None
    arabic = _ARABIC.match(line)
    if arabic and len(line) <= MAX_HEADING:
        meant = meaning(arabic[2])
        return (meant, line) if meant == int(arabic[1]) else None
    meant = meaning(line) if len(line) <= MAX_HEADING else None
    return (meant, line) if meant else None


def meaning(title: str) -> int | None:
    """Which of the six official sections a title means, by its words alone."""
    bare = "".join(title.split()).strip("。:：、")
    if not bare or bare[-1] not in MEANING_ENDS:
        return None
    return next((ordinal for ordinal, pattern in MEANINGS if pattern.match(bare)), None)


def _number(numeral: str) -> int:
    if len(numeral) == 1:
        return NUMERALS.index(numeral) + 1
    return 10 + NUMERALS.index(numeral[1]) + 1 if numeral[0] == "十" and numeral[1] != "十" else 0


def split_tail(page: Page) -> tuple[tuple[Block, ...], str]:
    """Split off what stands behind the report: footers, buttons, lists of attachments. Returns (blocks, that text)."""
    last = max((i for i, b in enumerate(page.blocks) if isinstance(b, Paragraph) and heading_of(b.text)), default=-1)
    if last < 0:
        return page.blocks, ""
    for index in range(last + 1, len(page.blocks)):
        block = page.blocks[index]
        if isinstance(block, Paragraph) and len(block.text) < 100 and _TAIL.match(block.text):
            rest = page.blocks[index:]
            return page.blocks[:index], "\n".join(b.text for b in rest if isinstance(b, Paragraph))
    return page.blocks, ""


def read_sections(blocks: tuple[Block, ...]) -> tuple[Section, ...]:
    """Cut the blocks at their section headings, in printed order; a table's cells are text, never headings.

    What stands before 一 (title, legal basis, period, address) is left out; it is kept, as ordinal 0, only where 一
    is missing, for then it may be that section's text. A text without any heading is one section 0.
    """
    opened = [_Open(0, "", [])]
    for block in blocks:
        if isinstance(block, Table):
            opened[-1].lines.extend(_rows(block))
        elif isinstance(block, Paragraph):
            for line in _lines(block.text):
                found = heading_of(line)
                if found and _follows(found, opened):
                    opened.append(_Open(*found, []))
                else:
                    opened[-1].lines.append(line)
    sections = [Section(part.ordinal, part.heading, "\n".join(part.lines).strip()) for part in opened]
    preamble, numbered = sections[0], sections[1:]
    keep = bool(preamble.text) and not any(section.ordinal == 1 for section in numbered)
    return (*([preamble] if keep else []), *numbered)


def _follows(found: tuple[int, str], opened: list[_Open]) -> bool:
    """Whether a heading may come next.

    A bare title may only in its turn; a numeral that goes back only if its words are an official title's, for lists
    inside a section count 一、二、三、 too.
    """
    ordinal, heading = found
    last = opened[-1]
    if not (_HEADING.match(heading) or _ARABIC.match(heading)):
        return ordinal == last.ordinal + 1
    if ordinal > last.ordinal:
        return True
    return meaning(_bare(heading)) is not None and not (heading == last.heading and not last.lines)


def _lines(text: str) -> list[str]:
    """A paragraph as lines; one that holds several headings (a page on one line) is cut before each numeral."""
    if len(_INLINE.findall(text)) >= 2:
        return [line for part in _INLINE.split(text) for line in _cut_heading(part.strip()) if line]
    return [text]


def _cut_heading(part: str) -> tuple[str, ...]:
    """The heading at the start of a run of text, if its words are known, apart from the text behind it."""
    head, space, rest = part.partition(" ")
    found = _HEADING.match(head)
    return (head, rest) if space and found and meaning(found[2]) else (part,)


def _rows(table: Table) -> list[str]:
    """One line a row: the cells that start in it, in order."""
    rows = []
    for number, row in enumerate(table.grid):
        cells = {id(c): c for c in row if c is not None and c.row == number}
        rows.append("\t".join("".join(cell.text.split()) for cell in cells.values()))
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
    found = _HEADING.match(heading)
    return found[2] if found else heading

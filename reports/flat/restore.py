"""Official tables that a conversion flattened into text: their lines become tables again, or stay the text they are."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby

from reports import labels
from reports.blocks import Block, Paragraph, Table
from reports.flat.applications import ApplicationsText
from reports.flat.cells import Found, Run, grid
from reports.flat.disclosure import DisclosureText
from reports.flat.grids import read_lines
from reports.flat.labels import SEPARATOR, Kind, Mark, find_marks, roles
from reports.flat.lists import ListText
from reports.flat.review import ReviewText

# Words of each table that prose does not use together.
_WORDS = {
    Kind.DISCLOSURE: ("信息内容", "规章"),
    Kind.APPLICATIONS: ("自然人", "本年新收"),
    Kind.REVIEW: ("结果维持", "尚未审结"),
    Kind.STATISTICS: ("收到申请数", "申请办结数"),
    Kind.ANNEX: ("申请总数", "答复总数"),
}
_LEAST_SHOWN = 6  # labels of a table that a grid of cells has to show, to be that table
_RULE = re.compile(r"[|｜]?(?:\s*:?-{3,}:?\s*[|｜])+(?:\s*:?-{3,}:?)?\s*$")  # below the headings, in Markdown
_DASH = "[-—–―─－]"
_PAGE_MARK = re.compile(
    rf"\s*(?:{_DASH}\s*[0-9]{{1,3}}\s*{_DASH}|第\s*[0-9]{{1,3}}\s*页(?:[，,/\s]*共\s*[0-9]{{1,3}}\s*页)?)\s*$"
)
_LEFT_OUT = re.compile(f"{_RULE.pattern}|{_PAGE_MARK.pattern}")


def restore_tables(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with every flattened official table made a table again; all other text stays what it is.

    A table that stands in the page as one is not looked for in the text. No value is guessed: where blank cells are
    lost and a row has not as many values as columns, its cells are marked as not placed.
    """
    texts = [block.text for block in blocks if isinstance(block, Paragraph)]
    kinds = _kinds("".join("".join(texts).split()), blocks)
    if not kinds:
        return tuple(blocks) if "\t" not in "".join(texts) else tuple(map(_untabbed, blocks))
    restored: list[Block] = []
    for is_text, part in groupby(_pasted(blocks, kinds), key=lambda block: isinstance(block, Paragraph)):
        run = list(part)
        restored += _restored([block for block in run if isinstance(block, Paragraph)], kinds) if is_text else run
    return tuple(map(_untabbed, restored))


def _pasted(blocks: Sequence[Block], kinds: frozenset[Kind]) -> Iterator[Block]:
    """The blocks with each run of lines that has all places of a grid, tabs between them, as a table."""
    for tabbed, part in groupby(blocks, key=lambda block: isinstance(block, Paragraph) and "\t" in block.text):
        run = list(part)
        lines = [block.text for block in run if isinstance(block, Paragraph)]
        table = read_lines(lines, kinds) if tabbed and len(lines) > 1 else None
        yield from [table] if table else run


def _kinds(text: str, blocks: Sequence[Block]) -> frozenset[Kind]:
    """The tables that the text may hold, and that stand in no grid."""
    kinds = {kind for kind, words in _WORDS.items() if all(word in text for word in words)}
    if kinds:
        shown = {labels.key(cell.text) for block in blocks if isinstance(block, Table) for cell in block.cells}
        kinds = {kind for kind in kinds if len(shown.intersection(roles(kind))) < _LEAST_SHOWN}
    return frozenset(kinds)


def _untabbed(block: Block) -> Block:
    tabbed = isinstance(block, Paragraph) and "\t" in block.text
    return Paragraph(" ".join(block.text.split()), block.heading) if tabbed and isinstance(block, Paragraph) else block


class _Lines:
    """The paragraphs of one run as lines of one text, without page numbers and the like."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        self._paragraphs = paragraphs
        self._lines = ["" if _LEFT_OUT.match(paragraph.text) else paragraph.text for paragraph in paragraphs]
        self._starts = list(accumulate((len(line) + 1 for line in self._lines), initial=0))
        self.text = "\n".join(self._lines)

    def between(self, start: int, end: int) -> Iterator[Paragraph]:
        """The paragraphs between two places of the text, cut where a table begins or ends in one."""
        for number, place in self._places(start, end):
            paragraph, line = self._paragraphs[number], self._lines[number]
            text = line[max(0, start - place) : end - place].strip()
            if not line and start <= place:
                yield paragraph
            elif text:
                yield paragraph if text == paragraph.text else Paragraph(text, paragraph.heading)

    def page_marks(self, start: int, end: int) -> Iterator[Paragraph]:
        """The page numbers that stood between the rows of a table."""
        for number, place in self._places(start, end):
            paragraph = self._paragraphs[number]
            if start <= place and not self._lines[number] and not _RULE.match(paragraph.text):
                yield paragraph

    def _places(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The numbers of the lines that reach into a part of the text, and where each begins."""
        for number in range(max(0, bisect_right(self._starts, start) - 1), len(self._lines)):
            if self._starts[number] >= end:
                return
            yield number, self._starts[number]


def _restored(paragraphs: Sequence[Paragraph], kinds: frozenset[Kind]) -> Iterator[Block]:
    """The paragraphs of one run, those of tables replaced."""
    lines = _Lines(paragraphs)
    run = Run(lines.text)
    done = 0
    for found in _found(run, find_marks(run.text, kinds), kinds):
        start, end = _line_start(run.text, found.start, done), run.skip_blanks(found.end, len(run.text))
        yield from lines.between(done, start)
        yield grid(found.rows)
        yield from lines.page_marks(start, end)
        done = end
    yield from lines.between(done, len(run.text) + 1)


def _line_start(text: str, place: int, least: int) -> int:
    """Where the separators begin that stand before a table's first label."""
    while place > least and (text[place - 1].isspace() or re.match(SEPARATOR, text[place - 1])):
        place -= 1
    return place


def _found(run: Run, marks: Sequence[Mark], kinds: frozenset[Kind]) -> Iterator[Found]:
    finders: list[DisclosureText | ApplicationsText | ReviewText | ListText] = []
    finders += [DisclosureText(run, marks)] if Kind.DISCLOSURE in kinds else []
    finders += [ApplicationsText(run, marks)] if Kind.APPLICATIONS in kinds else []
    finders += [ReviewText(run, marks)] if Kind.REVIEW in kinds else []
    finders += [ListText(kind, run, marks) for kind in (Kind.STATISTICS, Kind.ANNEX) if kind in kinds]
    number = 0
    while number < len(marks):
        found = next((found for finder in finders if (found := finder.find(number))), None)
        if found:
            yield found
        number = found.following if found else number + 1

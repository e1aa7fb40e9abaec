"""What conversions and editors do to an official table: grid in, one or more grids and lines of text out."""

import random
from collections.abc import Callable
from dataclasses import replace

from tests.portals.tables import Grid, GridCell

Part = str | Grid  # a line of text, or a table
Fault = Callable[[list[Part], random.Random], list[Part]]


def spans_lost(parts: list[Part], _: random.Random) -> list[Part]:
    """Every cell is one place wide and high."""
    return _each_row(parts, lambda row: tuple(replace(cell, rowspan=1, colspan=1) for cell in row))


def spellings(parts: list[Part], rng: random.Random) -> list[Part]:
    """Other brackets and marks behind numbers, blanks and line breaks inside labels."""
    mark = rng.choice("、．. ")
    change = {"（": "(", "）": ")"} if rng.random() < 0.5 else {}

    def spelled(label: str) -> str:
        label = "".join(change.get(character, character) for character in label)
        if len(label) > 2 and label[0].isdigit() and label[1] == ".":
            label = label[0] + mark + label[2:]
        if 1 < len(label) < 5 and not label.isdigit() and rng.random() < 0.5:
            label = rng.choice((" ", "\n", "\u3000")).join((label[: len(label) // 2], label[len(label) // 2 :]))
        return label.replace("勾稽", "钩稽")

    return _each_row(parts, lambda row: tuple(replace(cell, label=spelled(cell.label)) for cell in row))


def headings_cut(parts: list[Part], _: random.Random) -> list[Part]:
    """本年新制作数量 and 本年新公开数量 are both 本年新, 本年增/减 is 本年增/ (v2019)."""
    cut = {"本年新制作数量": "本年新", "本年新公开数量": "本年新", "本年增/减": "本年增/"}
    return _each_row(parts, lambda row: tuple(replace(cell, label=cut.get(cell.label, cell.label)) for cell in row))


def characters_lost(parts: list[Part], _: random.Random) -> list[Part]:
    """As in a published PDF: 2.其他法律行政止公开."""
    lost = {"2.其他法律行政法规禁止公开": "2.其他法律行政止公开", "5.属于三类内部事务信息": "5.属于三类内部信息"}
    return _each_row(parts, lambda row: tuple(replace(cell, label=lost.get(cell.label, cell.label)) for cell in row))


def split(parts: list[Part], rng: random.Random) -> list[Part]:
    """Each table of more than eight rows goes on in a second one, without headings."""
    return _split(parts, rng, repeat=False)


def split_with_headings(parts: list[Part], rng: random.Random) -> list[Part]:
    """The same, with the heading rows printed again."""
    return _split(parts, rng, repeat=True)


def empty_column(parts: list[Part], _: random.Random) -> list[Part]:
    """A column without any text at the right edge."""
    return _each_row(parts, lambda row: (*row, GridCell()))


def title_row(parts: list[Part], _: random.Random) -> list[Part]:
    """The table's title stands in its first row, a note in its last."""
    found: list[Part] = []
    for part in parts:
        if isinstance(part, str):
            found.append(part)
            continue
        width = sum(cell.colspan for cell in part[0])
        title, note = GridCell("政府信息公开情况", colspan=width), GridCell("注：数据由各单位汇总。", colspan=width)
        found.append(((title,), *part, (note,)))
    return found


def one_table(parts: list[Part], _: random.Random) -> list[Part]:
    """All official tables stand in one, one below the other, each with its own number of columns."""
    grids = [part for part in parts if not isinstance(part, str)]
    if len(grids) < 2:
        return parts
    first = next(number for number, part in enumerate(parts) if not isinstance(part, str))
    rest = [part for part in parts[first:] if isinstance(part, str)]
    return [*parts[:first], tuple(row for grid in grids for row in grid), *rest]


def last_year_beside(parts: list[Part], rng: random.Random) -> list[Part]:
    """Before each table, the same of the year before, under lines that name both years."""
    found: list[Part] = []
    for part in parts:
        if isinstance(part, str):
            found.append(part)
            continue
        past = tuple(
            tuple(GridCell(str(rng.randrange(900)), "", c.rowspan, c.colspan) if c.code else c for c in row)
            for row in part
        )
        found += ["{last}年度", past, "{year}年度", part]
    return found


def chapters(parts: list[Part], rng: random.Random) -> list[Part]:
    """Tables under other numerals and titles, a line of prose above each."""
    headings = {
        "二、主动公开政府信息情况": ("三、主动公开政府信息情况", "二、主动公开信息情况", "一、主动公开政府信息情况"),
        "三、收到和处理政府信息公开申请情况": ("三、行政机关收到和处理政府信息公开申请情况", "二、依申请公开情况"),
        "四、政府信息公开行政复议、行政诉讼情况": ("三、政府信息公开行政复议、行政诉讼情况", "四、复议诉讼情况"),
    }
    found: list[Part] = []
    for part in parts:
        if isinstance(part, str):
            found.append(rng.choice(headings.get(part, (part,))))
        else:
            found += ["具体情况见下表。", part]
    return found


TABLE_FAULTS: dict[str, Fault] = {
    "spans-lost": spans_lost,
    "spellings": spellings,
    "headings-cut": headings_cut,
    "characters-lost": characters_lost,
    "split": split,
    "split-headings": split_with_headings,
    "empty-column": empty_column,
    "title-row": title_row,
    "one-table": one_table,
    "last-year": last_year_beside,
    "chapters": chapters,
}


def _each_row(parts: list[Part], change: Callable[[tuple[GridCell, ...]], tuple[GridCell, ...]]) -> list[Part]:
    return [part if isinstance(part, str) else tuple(map(change, part)) for part in parts]


def _split(parts: list[Part], rng: random.Random, *, repeat: bool) -> list[Part]:
    found: list[Part] = []
    for part in parts:
        if isinstance(part, str) or len(part) <= 8:
            found.append(part)
            continue
        # The first table of the forms has a heading above each block: it is cut before a clause, or after a row.
        heads = next(number for number, row in enumerate(part) if any(cell.code for cell in row))
        at = rng.randrange(heads + 2, len(part) - 2)
        if not any(cell.code for cell in part[at - 1]):  # never right below a heading row
            at += 1 if any(cell.code for cell in part[at]) else 2
        first, second = cut(part, at)
        again = part[:heads] if repeat and heads > 1 and _is_grouped(part) else ()
        found += [first, (*again, *second)]
    return found


def _is_grouped(grid: Grid) -> bool:
    """Whether one head stands over the whole table, as in table 2."""
    return grid[0][0].rowspan > 1


def cut(grid: Grid, at: int) -> tuple[Grid, Grid]:
    """Two tables of one; a cell that reached over the cut goes on below as a blank one, as Word leaves it."""
    above: list[list[GridCell]] = [list(row) for row in grid[:at]]
    below: list[list[GridCell]] = [list(row) for row in grid[at:]]
    going_on: list[tuple[int, GridCell]] = []
    for number, row in enumerate(above):
        for place, cell in enumerate(row):
            left = number + cell.rowspan - at
            if left > 0:
                row[place] = replace(cell, rowspan=cell.rowspan - left)
                going_on.append((place, GridCell("", "", left, cell.colspan)))
    if below:
        below[0][:0] = [cell for _, cell in going_on]
    return tuple(map(tuple, above)), tuple(map(tuple, below))

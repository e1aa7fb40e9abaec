"""The HTML of official tables and running text as editors leave it: Word paste, office fonts, or old tags."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from tests.portals.prose import Chapter
from tests.portals.tables import Grid, grids


@dataclass(frozen=True, slots=True)
class Style:
    """An editor's habits. ``{}`` stands for the text in ``paragraph``, ``cell`` and ``run``."""

    paragraph: str
    cell: str
    run: str
    blank: str
    table: str
    pieces: tuple[int, ...]  # lengths of the runs that text is cut into; () leaves it whole


_FONT = "font-family:宋体;font-size:12.0000pt;mso-font-kerning:1.0000pt;"
WORD = Style(
    paragraph='<p style="text-indent: 2em; text-align: justify; line-height: 2;">{}<span><o:p></o:p></span></p>',
    cell='<p class="MsoNormal" align="center"><span style="font-family:宋体;font-size:10.5pt;">{}</span></p>',
    run=f'<span style="{_FONT}">{{}}</span>',
    blank="<o:p>&nbsp;</o:p>",
    table='<table class="MsoNormalTable" border="1" cellspacing="0" cellpadding="2" style="border-collapse:collapse;">',
    pieces=(19, 7, 31, 4, 23),
)
SUITE = Style(
    paragraph='<p style="margin: 5px 0px; text-indent: 32px;">{}</p>',
    cell='<p align="center"><font face="仿宋_GB2312" style="font-size:14px">{}</font></p>',
    run='<span style="font-size: 16px; font-family: 仿宋_GB2312;">{}</span>',
    blank="&nbsp;",
    table='<table width="640" border="1" cellpadding="0" cellspacing="0" uetable="null" data-sort="sortDisabled">',
    pieces=(42, 15, 60),
)
PLAIN = Style(
    paragraph="<P>　　{}</P>",
    cell='<DIV align=center><FONT face=宋体 size=2 style="LINE-HEIGHT: 24px">{}</FONT></DIV>',
    run="{}",
    blank="",
    table='<TABLE borderColor=#000000 cellSpacing=0 cellPadding=0 width="98%" border=1>',
    pieces=(),
)

_NUMBER = re.compile(r"(\d\d?)(\d{2,})")


def body(parts: tuple[Chapter, ...], form: str, figure: Callable[[str], str], style: Style) -> str:
    """The report's chapters and tables in one piece of HTML; ``figure`` gives a cell's text by its code."""
    out = [style.paragraph.format(style.blank)]
    for chapter in parts:
        if chapter.heading:
            out.append(style.paragraph.format(f"<strong>{_runs(chapter.heading, style)}</strong>"))
        for text in chapter.paragraphs:
            if text.startswith("#"):
                out.append(table(form, int(text[1:]), figure, style))
            else:
                out.append(style.paragraph.format(_runs(text, style)))
    if form == "v2014":
        out.append(table(form, 0, figure, style))
    return "\n".join(out)


def table(form: str, index: int, figure: Callable[[str], str], style: Style) -> str:
    """One official table."""
    return _filled(*_template(form, index, style), figure, style)


def grid_table(grid: Grid, figure: Callable[[str], str], style: Style) -> str:
    """Any grid as such a table."""
    return _filled(*_pieces(grid, style), figure, style)


def _filled(pieces: tuple[str, ...], codes: tuple[str, ...], figure: Callable[[str], str], style: Style) -> str:
    cells = (_value(figure(code), style) for code in codes)
    return "".join(piece for pair in zip(pieces, (*cells, ""), strict=True) for piece in pair)


@cache
def _template(form: str, index: int, style: Style) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return _pieces(grids(form)[index], style)


def _pieces(grid: Grid, style: Style) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The table's markup between its figures, and the figures' codes: all that differs from report to report."""
    out = [style.table, "<tbody>"]
    codes: list[str] = []
    gap = "\0"
    for number, row in enumerate(grid):
        out.append("\n<tr>")
        for cell in row:
            spans = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
            spans += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
            out.append(f'\n<td{spans} width="43" valign="center">')
            if cell.code:
                codes.append(cell.code)
                out.append(style.cell.format(gap))
            else:
                # A cell that spans rows in the head begins with an empty paragraph, as a cursor left there makes it.
                lead = style.cell.format(style.blank) if style.pieces and 0 < number < 3 and cell.rowspan > 1 else ""
                out.append(lead + _label(cell.label, style))
            out.append("</td>")
        out.append("\n</tr>")
    out.append("\n</tbody></table>")
    return tuple("".join(out).split(gap)), tuple(codes)


def _label(label: str, style: Style) -> str:
    """A label cut into runs, a four-character one into two paragraphs (商业/企业)."""
    if not style.pieces:
        return style.cell.format(label)
    if len(label) == 4 and style is WORD:
        return style.cell.format(label[:2]) + style.cell.format(label[2:])
    middle = len(label) // 2
    return style.cell.format(f"{label[:middle]}</span><span>{label[middle:]}" if style is WORD else label)


def _value(text: str, style: Style) -> str:
    if not text:
        return style.blank
    if style is WORD and len(text) > 1 and text.isdigit():
        return f"{text[:1]}</span><span>{text[1:]}<o:p></o:p>"
    return f"&nbsp;{text}" if style is SUITE and text == "0" else text


def _runs(text: str, style: Style) -> str:
    """Text cut into runs of uneven length, numbers among them."""
    if not style.pieces:
        return html.escape(text, quote=False)
    out: list[str] = []
    start = turn = 0
    while start < len(text):
        end = min(len(text), start + style.pieces[turn % len(style.pieces)])
        out.append(
            style.run.format(_NUMBER.sub(r"\1</span><span>\2", html.escape(text[start:end], quote=False), count=1))
        )
        start, turn = end, turn + 1
    return "".join(out)

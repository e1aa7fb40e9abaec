"""Pictures of report pages, as scanners and screenshots give them: paragraphs and ruled tables, turned, noisy, JPEG."""

import io
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from reports.blocks import Block, Cell, Paragraph, Table

_WIDTH, _MARGIN = 8.27, 0.75  # inches: A4
_SIZE, _LEADING, _PAD = 9, 13, 3  # points
_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
)
_PACKAGE = ("manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc")
_SIMPLIFIED = 2  # the face of Noto's collections that is drawn as in mainland China
NO_FONT = "no Chinese font: apt-get install fonts-noto-cjk (or fonts-wqy-zenhei), or pip install manimgx-fonts-cjk"


def fonts() -> list[Path]:
    """The Chinese fonts of this machine that pages can be drawn with; there may be none (see ``NO_FONT``)."""
    found = [path for name in _FONTS if (path := Path(name)).exists()]
    package = find_spec(_PACKAGE[0])
    if package and package.origin:
        found.append(Path(package.origin).with_name(_PACKAGE[1]))
    return found


def picture_of(
    blocks: Sequence[Block],
    *,
    dpi: int = 150,
    rotation: float = 0.0,
    noise: float = 0.0,
    quality: int | None = None,
    seed: int = 0,
) -> bytes:
    """One picture of A4's width, as long as its blocks need.

    Args:
        blocks: paragraphs and tables; pictures among them are left out.
        dpi: pixels per inch of paper.
        rotation: degrees against the clock that the page lies askew.
        noise: standard deviation of the grey levels (of 255) around what was printed; a tenth of it is the number of
            specks in ten thousand pixels.
        quality: of a JPEG (1 to 95); None gives a PNG.
        seed: for noise and the choice of font among those of the machine.

    Raises:
        LookupError: the machine has no Chinese font; the message says where one is to be had.
    """
    found = fonts()
    if not found:
        raise LookupError(NO_FONT)
    path = found[seed % len(found)]
    index = _SIMPLIFIED if path.name.startswith("NotoS") else 0
    font = ImageFont.truetype(path, round(_SIZE * dpi / 72), index, layout_engine=ImageFont.Layout.BASIC)
    page = _Sheet(font, dpi)
    for block in blocks:
        if isinstance(block, Paragraph):
            page.paragraph(block.text)
        elif isinstance(block, Table):
            page.table(block)
    picture = page.picture()
    if rotation:
        picture = picture.rotate(rotation, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    if noise:
        picture = _noisy(picture, noise, seed)
    out = io.BytesIO()
    if quality is None:
        picture.save(out, "PNG", dpi=(dpi, dpi), optimize=True)
    else:
        picture.save(out, "JPEG", dpi=(dpi, dpi), quality=quality)
    return out.getvalue()


def _noisy(picture: Image.Image, noise: float, seed: int) -> Image.Image:
    generator = np.random.default_rng(seed)
    levels = np.asarray(picture).astype(np.float32)
    levels += generator.normal(0, noise, levels.shape)
    levels[generator.random(levels.shape) < noise / 100_000] = 0
    return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))


class _Sheet:
    """Draws from top to bottom. Lengths are pixels."""

    def __init__(self, font: ImageFont.FreeTypeFont, dpi: int) -> None:
        self.font = font
        self.scale = dpi / 72
        self.left, self.top = round(_MARGIN * dpi), round(_MARGIN * dpi)
        self.width = round(_WIDTH * dpi) - 2 * self.left
        self.leading, self.pad = round(_LEADING * self.scale), round(_PAD * self.scale)
        self.texts: list[tuple[int, int, str]] = []
        self.boxes: list[tuple[int, int, int, int]] = []

    def paragraph(self, text: str) -> None:
        for line in self._wrapped("　　" + text, self.width):
            self.texts.append((self.left, self.top, line))
            self.top += self.leading
        self.top += self.leading // 2

    def table(self, table: Table) -> None:
        lefts = self._lefts(table)
        lines = {id(cell): self._wrapped(cell.text, self._wide(cell, lefts) - 2 * self.pad) for cell in table.cells}
        heights = [self.leading + 2 * self.pad] * len(table.grid)
        for cell in table.cells:  # what does not fit its rows makes the last of them higher
            rows = slice(cell.row, cell.row + cell.rowspan)
            lacking = len(lines[id(cell)]) * self.leading + 2 * self.pad - sum(heights[rows])
            heights[cell.row + cell.rowspan - 1] += max(lacking, 0)
        for cell in table.cells:
            left, width = self.left + lefts[cell.column], self._wide(cell, lefts)
            top = self.top + sum(heights[: cell.row])
            height = sum(heights[cell.row : cell.row + cell.rowspan])
            self.boxes.append((left, top, left + width, top + height))
            own = lines[id(cell)]
            start = top + (height - len(own) * self.leading) // 2
            for number, line in enumerate(own):
                indent = (width - round(self.font.getlength(line))) // 2
                self.texts.append((left + indent, start + number * self.leading, line))
        self.top += sum(heights) + self.leading

    def picture(self) -> Image.Image:
        picture = Image.new("L", (self.width + 2 * self.left, self.top + self.left), 255)
        draw = ImageDraw.Draw(picture)
        for box in self.boxes:
            draw.rectangle(box, outline=0, width=max(round(self.scale * 0.75), 1))
        for x, y, text in self.texts:
            draw.text((x, y), text, font=self.font, fill=20)
        return picture

    def _lefts(self, table: Table) -> list[int]:
        """The left edges of the columns, and the right edge: columns of longer texts are wider, within reason."""
        columns = len(table.grid[0])
        most = [2] * columns
        for cell in table.cells:
            if cell.colspan == 1 and cell.rowspan < 10:
                most[cell.column] = max(most[cell.column], min(len(cell.text), 12))
        edges = [0]
        for count in most:
            edges.append(edges[-1] + count + 1)
        return [edge * self.width // edges[-1] for edge in edges]

    @staticmethod
    def _wide(cell: Cell, lefts: Sequence[int]) -> int:
        return lefts[min(cell.column + cell.colspan, len(lefts) - 1)] - lefts[cell.column]

    def _wrapped(self, text: str, width: int) -> list[str]:
        return list(self._lines(text, width)) or [""]

    def _lines(self, text: str, width: int) -> Iterator[str]:
        line = ""
        for character in text.replace("\n", ""):
            if line and self.font.getlength(line + character) > width:
                yield line
                line = ""
            line += character
        if line:
            yield line

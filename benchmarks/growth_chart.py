"""Lines of measured costs as an SVG drawing, one chart beside another, each line with its name at its end."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 460, 320  # of a chart
LEFT, RIGHT, TOP, BOTTOM = 44, 100, 40, 36
MOST_TICKS = 5
COLOURS = ("#1b6ca8", "#c2571a", "#3c7d3c", "#8a4fa0", "#a8842b", "#555555", "#b03060", "#008080", "#6b4423")
LABEL = 12  # px between two names


@dataclass(frozen=True, slots=True)
class Line:
    """What something costs at each size, smallest first."""

    name: str
    values: Sequence[float]

    @property
    def times(self) -> float:
        """The last value as a multiple of the first."""
        return self.values[-1] / self.values[0]


def drawn(charts: Sequence[tuple[str, Sequence[int], Sequence[Line]]]) -> str:
    """The charts, each (title, sizes, lines), both axes from 0."""
    parts = [_chart(number * WIDTH, *chart) for number, chart in enumerate(charts)]
    width = WIDTH * len(charts)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}"'
    return f'{head} font-family="sans-serif" font-size="11"><rect width="{width}" height="{HEIGHT}" fill="#fff"/>' + (
        "".join(parts) + "</svg>\n"
    )


def _chart(left: int, title: str, sizes: Sequence[int], lines: Sequence[Line]) -> str:
    step, ticks = _ticks(max(value for line in lines for value in line.values))
    most, largest = step * ticks, sizes[-1]
    across, down = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(size: float) -> float:
        return left + LEFT + across * size / largest

    def y(value: float) -> float:
        return TOP + down * (1 - value / most)

    parts = [_text(left + LEFT, 20, title, "#222")]
    for tick in range(ticks + 1):
        value = step * tick
        parts.append(f'<path d="M{x(0):.1f} {y(value):.1f}H{x(largest):.1f}" stroke="#ddd"/>')
        parts.append(_text(x(0) - 6, y(value) + 4, f"{value:g}", "#555", "end"))
    parts += [_text(x(size), HEIGHT - BOTTOM + 16, f"{size:,}", "#555", "middle") for size in sizes]
    free = float(HEIGHT)  # names go upwards from the lowest line, none on another
    for colour, line in sorted(zip(COLOURS, lines, strict=False), key=lambda pair: pair[1].values[-1]):
        points = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in zip(sizes, line.values, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        free = min(y(line.values[-1]) + 4, free - LABEL)
        parts.append(_text(x(largest) + 6, free, line.name.strip(), colour))
    return "".join(parts)


def _ticks(most: float) -> tuple[float, int]:
    """A round step of the axis that holds ``most``, and how many of them."""
    least = most / MOST_TICKS
    power = 10 ** math.floor(math.log10(least))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= least)
    return step, math.ceil(most / step)


def _text(x: float, y: float, text: str, colour: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'

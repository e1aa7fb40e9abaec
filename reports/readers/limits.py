"""How much any document may hold: what comes after the readers then takes bounded time and memory."""

from collections.abc import Iterable, Iterator

from reports.blocks import Block, Paragraph, Table
from reports.model import Unreadable

MOST_CHARACTERS = 2_000_000  # the longest report seen has 40,000
MOST_BLOCKS = 50_000
MOST_ROWS = 2_000  # of one table
MOST_COLUMNS = 2_000
MOST_SLOTS = 200_000  # places in one grid, and cells; the official tables have about 300
MOST_PLACES = 500_000  # in all grids together


def within_limits(blocks: Iterable[Block], what: str) -> Iterator[Block]:
    """The blocks as they come, as long as they are no more than any report has.

    Raises:
        Unreadable: they are more; ``what`` the document is called begins the message.
    """
    characters = number = places = 0
    for number, block in enumerate(blocks, 1):
        if isinstance(block, Table):
            places += sum(map(len, block.grid))
            characters += sum(len(cell.text) for cell in block.cells)
        elif isinstance(block, Paragraph):
            characters += len(block.text)
        for found, most, of in (
            (number, MOST_BLOCKS, "paragraphs"),
            (places, MOST_PLACES, "places in its tables"),
            (characters, MOST_CHARACTERS, "characters"),
        ):
            if found > most:
                raise Unreadable(f"hostile {what}: more than {most:,} {of}")
        yield block

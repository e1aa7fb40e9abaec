"""Text repair: inserted pinyin out, Traditional to Simplified where the page is Traditional, injected spam cut.

Every repair is counted; a clean page comes back as it was, with no counts at all. The raw bytes are never touched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reports.blocks import Block, Page, Paragraph, Picture, Table
from reports.repair.pinyin import remove_pinyin
from reports.repair.spam import cut_spam, starts_tail
from reports.repair.traditional import simplify
from reports.sections import heading_of

SEPARATOR = "\x1e"  # ASCII's record separator: in no page, and left alone by the converter


def repair_texts(texts: Sequence[str]) -> tuple[list[str], dict[str, int]]:
    """Repair the texts of one page together, for whether it is Traditional is a question to the whole page.

    Returns as many texts as were given, and the counts ``pinyin_removed`` (notes), ``traditional_converted``
    (characters) and ``spam_cut_characters``, each only where it is not 0.
    """
    whole = SEPARATOR.join(text.replace(SEPARATOR, " ") for text in texts)
    whole, pinyin = remove_pinyin(whole)
    whole, converted = simplify(whole)
    parts, spam = cut_spam(whole.split(SEPARATOR) if texts else [])
    counts = {"pinyin_removed": pinyin, "traditional_converted": converted, "spam_cut_characters": spam}
    return parts, {name: count for name, count in counts.items() if count}


def repair_page(page: Page) -> tuple[Page, dict[str, int]]:
    """Repair every text of ``page``: blocks, claims, attachment names and what stands outside the body."""
    texts: list[str] = []
    blocks, tail = _without_tail(page.blocks)
    for block in blocks:
        texts.extend(_texts(block))
    texts.extend(page.claims.values())
    texts.extend(name for _, name in page.attachments)
    texts.append(page.hidden_text)
    repaired, counts = repair_texts(texts)
    if tail:
        counts["spam_cut_characters"] = counts.get("spam_cut_characters", 0) + tail
    if not counts:
        return page, {}
    source = iter(repaired)
    blocks = tuple(_rebuilt(block, source) for block in blocks)
    claims = {key: next(source) for key in page.claims}
    attachments = tuple((url, next(source)) for url, _ in page.attachments)
    kept = tuple(block for block in blocks if not isinstance(block, Paragraph) or block.text)
    return replace(page, blocks=kept, claims=claims, attachments=attachments, hidden_text=next(source)), counts


def _without_tail(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], int]:
    """The blocks up to the paragraph in which an injected tail starts, and the characters of those after it.

    What stands ahead of a section's heading or of a table is no tail: the links were put into the middle.
    """
    for index in range(len(blocks) - 1, -1, -1):
        block = blocks[index]
        if isinstance(block, Table) or (isinstance(block, Paragraph) and heading_of(block.text)):
            break
    else:
        index = 0
    for start, block in enumerate(blocks[index:], index):
        if isinstance(block, Paragraph) and starts_tail(block.text):
            dropped = blocks[start + 1 :]
            return blocks[: start + 1], sum(len(text) for late in dropped for text in _texts(late))
    return blocks, 0


def _texts(block: Block) -> list[str]:
    if isinstance(block, Table):
        return [cell.text for cell in block.cells]
    return [block.alt if isinstance(block, Picture) else block.text]


def _rebuilt(block: Block, source: Iterator[str]) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, text=next(source))
    if isinstance(block, Picture):
        return replace(block, alt=next(source))
    new = {id(cell): cell._replace(text=next(source)) for cell in block.cells}
    grid = tuple(tuple(None if cell is None else new[id(cell)] for cell in row) for row in block.grid)
    return replace(block, grid=grid)

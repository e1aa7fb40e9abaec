"""Text PDF -> page, read by a child process: a hostile PDF can exhaust memory or abort PDFium, never this process."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from reports.blocks import Block, Cell, Page, Paragraph, Table
from reports.model import Unreadable

_ROOT = Path(__file__).parents[2]
_TAIL = 2048  # bytes in which the end mark must stand (ISO 32000-1, 7.5.5, asks for the last line; real files add junk)
_SECONDS = 60  # of waiting; the worker allows itself less of the processor


def read_pdf(body: bytes) -> Page:
    """Read a text PDF; a scanned one gives a page without blocks.

    Raises:
        Unreadable: the file is encrypted, truncated, damaged, no PDF, or asks for more than any report needs.
    """
    if b"%PDF-" not in body[:1024]:
        raise Unreadable("not a PDF: the file does not begin with %PDF-")
    if b"%%EOF" not in body[-_TAIL:].rstrip(b"\x00\r\n\t "):
        raise Unreadable("truncated PDF: its end is missing")
    answer = _ask_worker(body)
    if "unreadable" in answer:
        raise Unreadable(answer["unreadable"])
    return Page("pdf", tuple(_block(entry) for entry in answer["blocks"]))


def _ask_worker(body: bytes) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONWARNINGS": "ignore"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "reports.readers.pdf_worker"],
            input=body,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=_SECONDS,
            check=False,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"hostile PDF: reading it took more than {_SECONDS} seconds") from error
    except ValueError as error:
        raise Unreadable("hostile PDF: reading it exhausted the memory or processor time allowed") from error
    return answer


def encode(block: Block) -> Any:
    """A block as JSON, for the way back from the worker: a paragraph as its text, a table as rows of cells."""
    if isinstance(block, Paragraph):
        return block.text
    if not isinstance(block, Table):
        raise TypeError(f"a PDF is read to paragraphs and tables, not to {type(block).__name__}")
    size = [len(block.grid), len(block.grid[0])]
    return [size, [[c.text, c.row, c.column, c.rowspan, c.colspan] for c in block.cells()]]


def _block(entry: Any) -> Block:
    if isinstance(entry, str):
        return Paragraph(entry)
    (rows, columns), cells = entry
    return Table.of((Cell(*fields) for fields in cells), rows, columns)

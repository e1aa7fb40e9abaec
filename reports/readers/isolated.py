"""Reads a document in a child process: a hostile one can exhaust memory or abort a library, never this process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reports.blocks import Block, Cell, Paragraph, Source, Table
from reports.charset import FORBIDDEN
from reports.model import ContentKind, Unreadable

_ROOT = Path(__file__).parents[2]
_MORE = 20  # seconds of waiting beyond the processor time that the worker allows itself


def read_isolated(reader: str, body: bytes, what: str, seconds: int) -> tuple[Block, ...]:
    """The blocks that ``reports.readers.worker`` finds with one of its readers.

    Args:
        reader: its name there.
        body: the document.
        what: what it is called in messages, e.g. PDF.
        seconds: of processor time that it may take.

    Raises:
        Unreadable: the reader says so, or it asked for more time or memory than any report needs.
    """
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONWARNINGS": "ignore"}
    environment["OPENBLAS_NUM_THREADS"] = "1"  # it reserves memory for each core, however many there are
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "reports.readers.worker", reader, str(seconds)],
            input=body,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=seconds + _MORE,
            check=False,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"hostile {what}: reading it took more than {seconds + _MORE} seconds") from error
    except ValueError as error:
        raise Unreadable(f"hostile {what}: reading it exhausted the memory or processor time allowed") from error
    if "unreadable" in answer:
        waits_for = answer.get("waits_for")
        raise Unreadable(str(answer["unreadable"]), ContentKind(waits_for) if waits_for else None)
    return decode(answer["blocks"])


def encode(blocks: Iterable[Block]) -> list[Any]:
    """Blocks as JSON, for the way back from the worker: a paragraph as its text, a table as rows of cells."""
    found: list[Any] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            text = _shown(block.text)
            found.append([text, block.heading] if block.heading else text)
        elif isinstance(block, Table):
            cells = [[_shown(c.text), c.row, c.column, c.rowspan, c.colspan, c.page, c.confidence] for c in block.cells]
            size = [len(block.grid), max(map(len, block.grid), default=0)]
            found.append({"size": size, "cells": cells, "source": asdict(block.source)})
        else:
            raise TypeError(f"documents are read to paragraphs and tables, not to {type(block).__name__}")
    return found


def _shown(text: str) -> str:
    """A text with a sign in the place of what no text may hold: nothing beside it runs together."""
    return FORBIDDEN.sub("\ufffd", text)


def decode(entries: Sequence[Any]) -> tuple[Block, ...]:
    """What ``encode`` made, as blocks."""
    return tuple(map(_block, entries))


def _block(entry: Any) -> Block:
    if isinstance(entry, str):
        return Paragraph(entry)
    if isinstance(entry, list):
        return Paragraph(*entry)
    rows, columns = entry["size"]
    return Table.of((Cell(*fields) for fields in entry["cells"]), rows, columns, Source(**entry["source"]))

"""Structured logs: with GONGKAI_LOG=json every line is one JSON object, for whoever collects and searches them."""

import logging

from crawler.arguments import ArgumentError


def is_json(setting: str) -> bool:
    """Whether GONGKAI_LOG asks for JSON. Raises ``ArgumentError`` where it asks for something else."""
    if setting not in ("", "json"):
        raise ArgumentError(f"GONGKAI_LOG is {setting!r}; write json, or leave it away for lines that people read")
    return setting == "json"


def write_json(handler: logging.Handler, level: str | int) -> None:
    """Have this handler write whatever is logged from this level on, in the place of all other handlers.

    A line has its time in UTC (ISO 8601), level, logger, message, and what it carries: code, outcome, run and the like.
    Raises ``ArgumentError`` where the library for it is not installed.
    """
    try:
        from pythonjsonlogger.core import RESERVED_ATTRS  # noqa: PLC0415 - an extra
        from pythonjsonlogger.json import JsonFormatter  # noqa: PLC0415 - the same
    except ImportError as error:
        raise ArgumentError("GONGKAI_LOG=json needs the extra: pip install '.[operations]'") from error
    formatter = JsonFormatter(
        ["levelname", "name", "message"],
        rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
        timestamp="time",
        reserved_attrs=[*RESERVED_ATTRS, "spider", "crawler"],  # Scrapy's own objects: one a process, and no text
        json_ensure_ascii=False,
    )
    handler.setFormatter(formatter)
    handler.setLevel(level)
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(logging.NOTSET)
    logging.captureWarnings(capture=True)

"""``scrapy normalize``: reads saved files as reports and prints each as one line of JSON."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from crawler.arguments import ArgumentError
from crawler.command import ReadingCommand
from reports import normalize, to_json
from reports.model import Unreadable
from reports.sniff import LARGEST


class Command(ReadingCommand):
    """Works on files alone: no archive, no network."""

    def syntax(self) -> str:
        return "[options] FILE…"

    def short_desc(self) -> str:
        return "Read saved pages, PDFs and office files as reports and print them as JSON"

    def long_desc(self) -> str:
        return (
            "Read saved files (HTML, plain text, text PDF, DOCX, DOC, XLSX, XLS, or a ZIP of these; with "
            "--ocr pictures and scanned PDFs too) as annual reports and print one JSON object a line, in the order of "
            "the files: identity, sections, figures, findings, repairs. Example: scrapy normalize report.pdf --json. "
            "An unreadable file becomes {file, error}, and the exit code 2."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", metavar="U", help="the address the files were saved from, to resolve their links")
        parser.add_argument("--ocr", action="store_true", help="recognise the text of pictures and scanned PDFs too")
        parser.add_argument("--json", action="store_true", help="objects only, without a summary for people on stderr")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        if not args:
            raise ArgumentError("name the files to read: scrapy normalize report.html")
        for name in args:
            shown = self._read(name, opts.url, ocr=opts.ocr)
            print(json.dumps(shown, ensure_ascii=False, allow_nan=False), flush=True)
            if "error" in shown:
                self.exitcode = 2
            if "error" in shown or not opts.json:
                print(_summary(shown), file=sys.stderr)

    def _read(self, name: str, url: str | None, *, ocr: bool) -> dict[str, Any]:
        path = Path(name)
        try:
            if path.exists() and not path.is_file():
                return {"file": name, "error": "not a file"}
            with path.open("rb") as file:
                body = file.read(LARGEST + 1)  # one byte more than a report can have is enough to refuse it
            return {"file": name, **to_json(normalize(body, url=url, file_name=path.name, ocr=ocr))}
        except Unreadable as error:
            return {"file": name, "error": str(error)}
        except OSError as error:
            return {"file": name, "error": error.strerror or str(error)}


def _summary(shown: dict[str, Any]) -> str:
    if "error" in shown:
        return f"{shown['file']}: {shown['error']}"
    numbers = sum(figure["value"] is not None for figure in shown["figures"].values())
    return (
        f"{shown['file']}: {shown['agency'] or 'agency unknown'} {shown['year'] or 'year unknown'}, "
        f"{len(shown['sections'])} sections, "
        f"{len(shown['figures'])} cells ({numbers} with a number), "
        f"{_sums(shown['findings'])}"
        f"{', needs review' if shown['needs_review'] else ''}"
    )


def _sums(findings: list[dict[str, str]]) -> str:
    outcomes = {finding["outcome"] for finding in findings if finding["check"][0] in "BC"}
    if "FAIL" in outcomes:
        failed = ", ".join(
            finding["subject"] for finding in findings if finding["outcome"] == "FAIL" and not finding["soft"]
        )
        return f"sums that do not add up: {failed}"
    return "no broken sum" if "PASS" in outcomes else "no sum to check"

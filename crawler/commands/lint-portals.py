"""``scrapy lint-portals``: what is wrong with the registry's rows and the families' replicas."""

import argparse
import json
import sys
from pathlib import Path

from crawler.arguments import ArgumentError
from crawler.command import ReadingCommand
from crawler.lint import NoReplicas, family_findings, registry_findings


class Command(ReadingCommand):
    """Reads files of this repository alone; its file has the hyphen that a command's name takes from it."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Check the registry's rows, and that every family has a replica that shows its marks and is tested"

    def long_desc(self) -> str:
        return (
            "Check that every row of the registry and of your own rows can be read, that every county has one, and "
            "that no address is odd without a note; and that every family has a replica that shows all its marks, is "
            "taken for no other family, and is crawled by a test in all its variants. "
            "Example: scrapy lint-portals. Exit code 0: nothing found, 1: findings, 2: bad input."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object a finding and line")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if args:
            raise ArgumentError(f"{args[0]!r} is not understood; the registry to check is named by GONGKAI_REGISTRY")
        local = self.settings["GONGKAI_REGISTRY_LOCAL"]
        found = list(registry_findings(Path(self.settings["GONGKAI_REGISTRY"]), Path(local) if local else None))
        try:
            found += family_findings()
        except NoReplicas as absent:
            print(absent, file=sys.stderr)
        for finding in found:
            shown = {"check": finding.check, "where": finding.where, "told": finding.told}
            print(json.dumps(shown, ensure_ascii=False) if opts.json else f"{finding.where}: {finding.told}")
        if not opts.json:
            print(f"{len(found)} findings" if found else "nothing found")
        self.exitcode = 1 if found else 0

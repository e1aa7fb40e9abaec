"""What all our commands share: whatever a person can put right is one line on standard error and exit code 2."""

import argparse
import io
import os
import sys
from abc import abstractmethod

from scrapy.commands import ScrapyCommand

from crawler.arguments import ArgumentError
from crawler.registry import RegistryError
from reports.divisions.selection import SelectionError
from storage.errors import ArchiveError


class PlainErrors(ScrapyCommand):
    """A command that does its work in ``act``."""

    requires_project = True

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert isinstance(sys.stdout, io.TextIOWrapper)
        sys.stdout.reconfigure(encoding="utf-8")  # Chinese names, whatever the terminal claims to be
        try:
            if unknown := next((name for name in args if name.startswith("-")), None):
                raise ArgumentError(f"there is no option {unknown}; --help lists them")
            self.act(args, opts)
            sys.stdout.flush()
        except (ArgumentError, SelectionError, RegistryError, ArchiveError) as error:
            print(f"scrapy {type(self).__module__.rpartition('.')[2]}: {error}", file=sys.stderr)
            self.exitcode = 2
        except BrokenPipeError:  # | head
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    @abstractmethod
    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do what was asked.

        Raises:
            ArgumentError, SelectionError, RegistryError, ArchiveError: with one line for the person who asked.
        """


class ReadingCommand(PlainErrors):
    """A command that sends nothing: it reads files or the archive."""

    requires_crawler_process = False

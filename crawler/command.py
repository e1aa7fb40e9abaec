"""What all our commands share: whatever a person can put right is one line on standard error and exit code 2."""

import argparse
import io
import logging
import os
import signal
import sys
from abc import abstractmethod

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.arguments import ArgumentError
from crawler.registry import RegistryError
from operations.logs import is_json, write_json
from reports.divisions.selection import SelectionError
from storage.errors import ArchiveError


class PlainErrors(ScrapyCommand):
    """A command that does its work in ``act``."""

    requires_project = True

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        try:
            if is_json(self.settings["GONGKAI_LOG"]):
                self._log_json()
        except ArgumentError as error:
            raise UsageError(str(error), print_help=False) from error

    def _log_json(self) -> None:
        """Before Scrapy says its first word: by its own settings, but with a handler that writes JSON."""
        assert self.settings is not None
        self.settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
        handler: logging.Handler = logging.StreamHandler()
        if name := self.settings["LOG_FILE"]:
            mode = "a" if self.settings.getbool("LOG_FILE_APPEND") else "w"
            handler = logging.FileHandler(name, mode, self.settings["LOG_ENCODING"])
        elif not self.settings.getbool("LOG_ENABLED"):
            handler = logging.NullHandler()
        write_json(handler, self.settings["LOG_LEVEL"])
        if not self.requires_crawler_process:
            logging.root.setLevel(logging.WARNING)  # as without JSON, unless the command itself has more to say

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert isinstance(sys.stdout, io.TextIOWrapper)
        sys.stdout.reconfigure(encoding="utf-8")  # Chinese names, whatever the terminal claims to be
        try:
            if unknown := next((name for name in args if name.startswith("-")), None):
                raise ArgumentError(f"there is no option {unknown}; --help lists them")
            self.act(args, opts)
            sys.stdout.flush()
        except (ArgumentError, SelectionError, RegistryError, ArchiveError) as error:
            self.complain(str(error))
            self.exitcode = 2
        except KeyboardInterrupt:
            self.complain("interrupted; nothing half done is left")
            self.exitcode = 128 + signal.SIGINT
        except BrokenPipeError:  # | head
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def complain(self, told: str) -> None:
        """One line for the person who asked."""
        name = f"scrapy {type(self).__module__.rpartition('.')[2]}"
        if self.settings is not None and is_json(self.settings["GONGKAI_LOG"]):
            logging.getLogger(name).error(told)
        else:
            print(f"{name}: {told}", file=sys.stderr)

    @abstractmethod
    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do what was asked.

        Raises:
            ArgumentError, SelectionError, RegistryError, ArchiveError: with one line for the person who asked.
        """


class ReadingCommand(PlainErrors):
    """A command that sends nothing: it reads files or the archive."""

    requires_crawler_process = False

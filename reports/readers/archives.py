"""ZIP archives of documents: the one file in them that is the report, whatever its name is encoded in."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from reports.blocks import Block, Page, Table
from reports.model import ContentKind, Unreadable
from reports.readers.package import open_package, read_member
from reports.titles import classify_title, is_other_paper

READ = (".docx", ".doc", ".wps", ".pdf", ".htm", ".html", ".xlsx", ".xls", ".et", ".txt", ".zip")  # in this order
MAX_DEPTH = 3  # of archives in archives
MOST_TRIED = 8  # files of an archive
_UNREAD = re.compile(r"(^|/)(__MACOSX/|\.|~\$|Thumbs\.db)")
_UTF8 = 0x800  # the general purpose flag for names in UTF-8 (APPNOTE 4.4.4, bit 11)


def read_archive(body: bytes, read: Callable[[bytes], Page]) -> Page:
    """Read the likeliest file; where it is no report that can be read, the next one.

    Args:
        body: the archive.
        read: reads a file's bytes, archives in it too.

    Raises:
        Unreadable: no file in it can be read; the message is that of the likeliest.
    """
    package = open_package(body)
    members = [(name, info) for info in package.infolist() if (name := _name(info)) and not info.is_dir()]
    members = [(name, info) for name, info in members if not _UNREAD.search(name) and _suffix(name) in READ]
    first: Unreadable | None = None
    for name, info in sorted(members, key=lambda member: _rank(member[0]))[:MOST_TRIED]:
        try:
            return _named(read(read_member(package, info)), name)
        except Unreadable as error:
            first = first or Unreadable(f"{name}: {error}", error.waits_for)
    raise first or Unreadable("ZIP archive without a document that can be read", ContentKind.ATTACHMENT_ONLY)


def _name(info: zipfile.ZipInfo) -> str:
    """The name as the author saw it: Chinese programs write GBK without saying so, which is read as code page 437."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _rank(name: str) -> tuple[int, int, str]:
    """Reports before papers of no name, these before what comes with a report."""
    stem = PurePosixPath(name).stem
    claim = classify_title(stem)
    other = claim.chart or claim.site_statistics or is_other_paper(stem)
    return (2 if other else 0 if claim.is_report else 1), READ.index(_suffix(name)), name


def _named(page: Page, name: str) -> Page:
    def inside(block: Block) -> Block:
        if not isinstance(block, Table):
            return block
        part = f"{name}/{block.source.part}" if block.source.part else name
        return replace(block, source=replace(block.source, part=part))

    return replace(page, blocks=tuple(map(inside, page.blocks)))

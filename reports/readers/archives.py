"""ZIP archives of documents: the one file in them that is the report, whatever its name is encoded in."""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from reports.blocks import Block, Page, Table
from reports.model import ContentKind, Unreadable
from reports.readers.package import open_package, read_member
from reports.titles import classify_title, is_other_paper

READ = (".docx", ".doc", ".wps", ".pdf", ".htm", ".html", ".xlsx", ".xls", ".et", ".txt")  # in this order
MAX_DEPTH = 3  # archives in one another, the outermost among them
MOST_TRIED = 8  # files, of all that are in the archive and in those inside it
MOST_UNPACKED = 200_000_000  # bytes, of all files together
_UNREAD = re.compile(r"(^|/)(__MACOSX/|\.|~\$|Thumbs\.db)")
_UTF8 = 0x800  # the general purpose flag for names in UTF-8 (APPNOTE 4.4.4, bit 11)


@dataclass(slots=True)
class _Member:
    """A file that may be the report; ``name`` is its path, through the archives that it is in."""

    name: str
    package: zipfile.ZipFile
    info: zipfile.ZipInfo


@dataclass(slots=True)
class _Unpacker:
    """Unpacks files and counts their bytes: many of an allowed size make a bomb too."""

    unpacked: int = 0
    refused: list[Unreadable] = field(default_factory=list)  # by archives inside the archive

    def read(self, package: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
        if self.unpacked + info.file_size > MOST_UNPACKED:
            raise Unreadable(f"hostile ZIP archive: more than {MOST_UNPACKED:,} bytes in it")
        data = read_member(package, info)
        self.unpacked += len(data)
        return data

    def members(self, body: bytes, inside: str = "", depth: int = 1) -> Iterator[_Member]:
        """The files that can be read, those of archives inside the archive too."""
        if depth > MAX_DEPTH:
            raise Unreadable(f"hostile ZIP archive: archives inside archives, more than {MAX_DEPTH} deep")
        package = open_package(body)
        for info in package.infolist():
            name = _name(info)
            if name.endswith("/") or _UNREAD.search(name):  # a name may be empty, which is_dir does not bear
                continue
            if _suffix(name) in READ:
                yield _Member(inside + name, package, info)
            elif _suffix(name) == ".zip":
                try:
                    yield from self.members(self.read(package, info), f"{inside}{name}/", depth + 1)
                except Unreadable as error:
                    self.refused.append(Unreadable(f"{inside}{name}: {error}", error.waits_for))


def read_archive(body: bytes, read: Callable[[bytes], Page]) -> Page:
    """Read the likeliest file; where it is no report that can be read, the next one.

    Args:
        body: the archive.
        read: reads a file's bytes.

    Raises:
        Unreadable: a file in it is hostile, or none can be read; then the message is that of the likeliest.
    """
    unpacker = _Unpacker()
    members = sorted(unpacker.members(body), key=lambda member: _rank(member.name))
    failures: list[Unreadable] = []
    for member in members[:MOST_TRIED]:
        try:
            return _named(read(unpacker.read(member.package, member.info)), member.name)
        except Unreadable as error:
            failure = Unreadable(f"{member.name}: {error}", error.waits_for)
            if str(error).startswith("hostile"):
                raise failure from error  # it took all the time that an archive may take
            failures.append(failure)
    nothing = Unreadable("ZIP archive without a document that can be read", ContentKind.ATTACHMENT_ONLY)
    raise [*failures, *unpacker.refused, nothing][0]


def _name(info: zipfile.ZipInfo) -> str:
    """The name as the author saw it: written as UTF-8 or GBK without saying so, it was read as code page 437."""
    if info.flag_bits & _UTF8:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return info.filename.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
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

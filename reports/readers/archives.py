"""ZIP archives of documents: the one file in them that is the report, and what else of reports they hold."""

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from reports.blocks import Block, Page, Paragraph, Table
from reports.model import AgencyKind, ContentKind, Figure, Unreadable
from reports.readers.package import open_package, read_member
from reports.tables import read_figures
from reports.titles import TitleClaim, classify_title, is_other_paper

READ = (".docx", ".doc", ".wps", ".pdf", ".htm", ".html", ".xlsx", ".xls", ".et", ".txt")  # in this order
BESIDE = ("beside", "archive")  # the claim that names the other files which hold a report or a part of one
MAX_DEPTH = 3  # archives in one another, the outermost among them
MOST_TRIED = 8  # files, of all that are in the archive and in those inside it
MOST_UNPACKED = 200_000_000  # bytes, of all files together
_HEAD_LINES = 10  # of a file, in which its title is looked for
_MOST_NAMED = 3  # files
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


def read_archive(
    body: bytes,
    read: Callable[[bytes], Page],
    glance: Callable[[bytes], Page] | None = None,
    title_hint: str | None = None,
) -> Page:
    """Read the likeliest file; where it is no report that can be read, the next one. Others are claimed as ``BESIDE``.

    Args:
        body: the archive.
        read: reads a file's bytes.
        glance: reads those of a file of which nothing is kept but what it is; it may be cheaper.
        title_hint: the title of the link that led to the archive: a report of that year and agency comes first.

    Raises:
        Unreadable: a file in it is hostile, or none can be read; then the message is that of the likeliest.
    """
    unpacker = _Unpacker()
    hint = classify_title(title_hint or "")
    members = sorted(unpacker.members(body), key=lambda member: _rank(member.name, hint))
    failures: list[Unreadable] = []
    for number, member in enumerate(members[:MOST_TRIED]):
        try:
            page = read(unpacker.read(member.package, member.info))
            beside = list(
                _beside(page, member.name, members[number + 1 :], MOST_TRIED - number - 1, unpacker, glance or read)
            )
            return _named(page, member.name, beside)
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


def _rank(name: str, hint: TitleClaim) -> tuple[int, bool, int, str]:
    """Reports before papers of no name, these before what comes with a report; what the hint does not mean is later."""
    claim = classify_title(PurePosixPath(name).stem)
    kind = 2 if _is_other_paper(name) else 0 if claim.is_report else 1
    return kind, _differ(claim, hint), READ.index(_suffix(name)), name


def _is_other_paper(name: str) -> bool:
    stem = PurePosixPath(name).stem
    claim = classify_title(stem)
    return claim.chart or claim.site_statistics or is_other_paper(stem)


def _differ(one: TitleClaim, other: TitleClaim) -> bool:
    """Whether two titles cannot be of one report: they name other years or agencies; one may leave a place out."""
    if one.year and other.year and one.year != other.year:
        return True
    a, b = one.agency, other.agency
    if a is None or b is None:
        return False
    if a.kind is not b.kind or (a.division and b.division and a.division != b.division):
        return True
    named = a.kind not in (AgencyKind.GOVERNMENT, AgencyKind.OFFICE)  # these have one name in many forms
    return named and not (a.own_name.startswith(b.own_name) or b.own_name.startswith(a.own_name))


def _beside(
    page: Page, name: str, others: list[_Member], tries: int, unpacker: _Unpacker, glance: Callable[[bytes], Page]
) -> Iterator[str]:
    """The names of the other files that hold a report, or figures that the one which was read does not.

    A copy of it in another format is none. Names alone speak for the files that cannot be read, or are too many.
    """
    if not others:
        return
    title, figures = _title(page, name), read_figures(page).figures
    for other in others:
        if _is_other_paper(other.name):
            continue
        claim = classify_title(PurePosixPath(other.name).stem)
        if claim.is_report and _differ(claim, title):
            yield other.name
        elif tries:
            tries -= 1
            try:
                found = glance(unpacker.read(other.package, other.info))
            except Unreadable as error:
                tries = 0 if str(error).startswith("hostile") else tries
                continue
            if _differ(_title(found, other.name), title) or _has_more(read_figures(found).figures, figures):
                yield other.name


def _has_more(found: Mapping[str, Figure], figures: Mapping[str, Figure]) -> bool:
    """Whether numbers were found which are not among the figures."""
    return any(
        one.value is not None and (code not in figures or figures[code].value != one.value)
        for code, one in found.items()
    )


def _title(page: Page, name: str) -> TitleClaim:
    """What the file's name says, or else its first line that is a report's title, or else nothing."""
    lines = [block.text for block in page.blocks[:_HEAD_LINES] if isinstance(block, Paragraph)]
    claims = [classify_title(text) for text in (PurePosixPath(name).stem, *lines)]
    return next((claim for claim in claims if claim.is_report), classify_title(""))


def _named(page: Page, name: str, beside: list[str]) -> Page:
    """The page as one of an archive: its tables stand in the file of this name."""

    def inside(block: Block) -> Block:
        if not isinstance(block, Table):
            return block
        part = f"{name}/{block.source.part}" if block.source.part else name
        return replace(block, source=replace(block.source, part=part))

    told = ", ".join(beside[:_MOST_NAMED]) + (f" and {len(beside) - _MOST_NAMED} more" if beside[_MOST_NAMED:] else "")
    claims = {**page.claims, BESIDE: told} if beside else page.claims
    return replace(page, blocks=tuple(map(inside, page.blocks)), claims=claims)

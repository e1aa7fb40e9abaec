"""A page that is but a cover: the report is in the file it links to, or in the pictures it shows.

What is read from these is the report; when and by whom it was published only the cover may know.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from reports.model import WAITING, AgencyKind, ContentKind, Link, Report, Unreadable
from reports.normalize import normalize
from reports.titles import classify_title, is_other_paper


class File(NamedTuple):
    """An attachment or picture as it was served, its content encoding undone."""

    url: str
    body: bytes
    content_type: str | None = None


class Covered(NamedTuple):
    """A reading of what a cover leads to: the files it was read from, in order, and why others were not."""

    report: Report
    read_from: tuple[str, ...] = ()  # addresses of the cover's links; empty where the page itself was read
    refused: tuple[str, ...] = ()


def read_behind(page: Report, files: Mapping[str, File], *, county_code: str | None, ocr: bool = False) -> Covered:
    """The page's own reading, or, where the page is but a cover, that of the first attachment that is a report.

    Args:
        page: the page's reading.
        files: what is held of its attachments and pictures, by the address in its links.
        county_code: the county expected here.
        ocr: whether to recognise pictures; those of a page without text are one report, in their order.
    """
    refused: list[str] = []
    for links in _readable(page, ocr=ocr):
        held = [files[link.url] for link in links if link.url in files]
        if len(held) < len(links):
            continue
        try:
            reading = _read(held, page, county_code, ocr=ocr)
        except Unreadable as error:
            refused.append(f"{links[0].url}: unreadable: {error}")
            continue
        told = len(page.attachments) == 1 or reading.figures or any(part.ordinal for part in reading.sections)
        # HTML behind a link to a file is an error page.
        if told and reading.content_kind not in (*WAITING, ContentKind.HTML):
            return Covered(_with_cover(reading, page), tuple(link.url for link in links), tuple(refused))
    return Covered(page, (), tuple(refused))


def _read(files: Sequence[File], page: Report, county_code: str | None, *, ocr: bool) -> Report:
    first, *further = files
    return normalize(
        first.body,
        url=first.url,
        content_type=first.content_type,
        title_hint=page.title,
        county_code=county_code,
        further=[file.body for file in further],
        ocr=ocr,
    )


def _readable(page: Report, *, ocr: bool) -> list[Sequence[Link]]:
    """What may be the report behind a cover: each likely attachment, or all pictures together."""
    if page.content_kind is ContentKind.ATTACHMENT_ONLY:
        return [[link] for link in _likely(page.attachments)]
    if page.content_kind is ContentKind.IMAGE_ONLY and page.images and ocr:
        return [page.images]
    return []


def _likely(links: Sequence[Link]) -> list[Link]:
    """The attachments that may be the report, those called so first; the papers that come with it are left out."""

    def rank(link: Link) -> int:
        claim = classify_title(link.name)
        if claim.chart or claim.site_statistics or is_other_paper(link.name):
            return 2
        if claim.is_report:
            return 0 if claim.agency_kind in (None, AgencyKind.GOVERNMENT) else 2
        return 1

    return sorted((link for link in links if len(links) == 1 or rank(link) < 2), key=rank)


def _with_cover(reading: Report, cover: Report) -> Report:
    """A reading with what only its cover page knows: when and by whom it was published."""
    return replace(
        reading,
        published_at=cover.published_at or reading.published_at,
        published_from=cover.published_from if cover.published_at else reading.published_from,
        index_number=cover.index_number or reading.index_number,
        source=cover.source or reading.source,
        site_id_code=cover.site_id_code or reading.site_id_code,
        attachments=cover.attachments,
        images=cover.images,
    )

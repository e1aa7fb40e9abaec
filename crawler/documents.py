"""One report document: its page, the attachments and pictures that belong to it, and the reading of it all."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from scrapy import Request

from crawler.families.base import Family
from crawler.fetch import Answer, Fetcher
from crawler.items import DocumentItem, UnchangedItem
from crawler.outcomes import NotFetched
from crawler.pages import is_home
from reports import normalize, unread
from reports.covers import File, read_behind
from reports.model import ContentKind, Link, Report, Unreadable
from storage.records import (
    AttachmentKind,
    AttachmentRecord,
    CandidateRecord,
    Capture,
    DocumentRecord,
    KnownDocument,
    PortalRecord,
)

logger = logging.getLogger(__name__)

MAX_ATTACHMENTS = 20
MAX_PICTURES = 40


class DocumentReader:
    """Fetches a candidate, or asks whether it is still as archived, and reads it."""

    def __init__(self, fetch: Fetcher, recheck: timedelta, portal: PortalRecord, family: Family) -> None:
        self.fetch = fetch
        self.family = family
        self.recheck = recheck
        self.portal = portal

    async def read(
        self, candidate: CandidateRecord, *, as_listed: Capture | None = None
    ) -> DocumentItem | UnchangedItem | None:
        """The document with its reading, word that it is unchanged, or None where it need not be asked for yet.

        ``as_listed`` is the page of the list that was had at this very address, where the list shows the report itself:
        another one each year, so a change of it is a reason to ask.

        Raises:
            NotFetched: the page could not be had, or holds nothing that can be read.
        """
        known = self.fetch.known.documents.get(candidate.url)
        if known and self.checked_lately(known) and not self._changed(candidate.url, as_listed):
            return None
        return await self.understand(candidate, await self.fetch.get(Request(candidate.url)))

    async def understand(self, candidate: CandidateRecord, answer: Answer) -> DocumentItem | UnchangedItem:
        """What an answer at a candidate's address is: the document with its reading, or word that it is unchanged.

        Raises:
            NotFetched: it holds nothing that can be read, or a part of it could not be had.
        """
        known = self.fetch.known.documents.get(candidate.url)
        _check_not_home(answer, candidate.url)
        attached: dict[str, Answer] = {}
        if known and answer.unchanged and await self._all_unchanged(known, attached):
            return UnchangedItem(self.portal, candidate.url, answer.capture)
        further = await self._further(answer, attached)
        page = await self._read(answer, candidate.title, further)
        if _says_nothing(page):
            raise NotFetched("the page holds no report", capture=answer.capture)
        records = [
            AttachmentRecord(part.url, f"page {number}", AttachmentKind.PAGE, part.capture)
            for number, part in enumerate(further, 2)
        ]
        records += await self._attachments(page, answer.url, attached)
        report, read = await self._best_reading(page, answer, attached)
        return DocumentItem(
            self.portal, DocumentRecord(candidate.url, answer.capture, read.capture, report, tuple(records))
        )

    def checked_lately(self, known: KnownDocument) -> bool:
        """Whether it need not be asked for yet; an age below zero is a clock that was wrong once."""
        return timedelta(0) <= datetime.now(UTC) - known.checked_at < self.recheck

    def _changed(self, url: str, now: Capture | None) -> bool:
        if now is None:
            return False
        earlier = self.fetch.known.urls.get(url)
        return earlier is None or earlier.capture.payload_sha256 != now.payload_sha256

    async def _all_unchanged(self, known: KnownDocument, attached: dict[str, Answer]) -> bool:
        """Whether everything the archive holds of the document is as it was; answers are kept for a new reading."""
        unchanged = True
        for url in known.read_urls:
            if url == known.url:
                continue
            try:
                attached[url] = await self.fetch.get(Request(url))
            except NotFetched as failure:
                logger.info("%s of %s: %s", url, known.url, failure)
                continue
            unchanged = unchanged and attached[url].unchanged
        return unchanged

    async def _further(self, answer: Answer, had: dict[str, Answer]) -> list[Answer]:
        """The later pages of an article that the portal cuts into several.

        Raises:
            NotFetched: one of them could not be had; a part of a report is none.
        """
        found = []
        for url in self.family.further_pages(answer.page()):
            had[url] = had.get(url) or await self.fetch.get(Request(url, headers={"Referer": answer.url}))
            found.append(had[url])
        return found

    async def _read(self, answer: Answer, title: str, further: Sequence[Answer] = ()) -> Report:
        """The report in an answer; where no reader for it exists yet, what its title says of it.

        In a thread: a large PDF takes seconds, and the other portals should not wait for it.
        """
        hints = {"url": answer.url, "county_code": self.portal.code, "title_hint": title}
        try:
            parts = [part.body for part in further]
            return await asyncio.to_thread(
                normalize, answer.body, content_type=answer.content_type, further=parts, ocr=False, **hints
            )
        except Unreadable as error:
            if error.waits_for is None:
                raise NotFetched(f"unreadable: {error}", capture=answer.capture) from error
            return unread(error.waits_for, **hints)

    async def _attachments(self, page: Report, page_url: str, had: dict[str, Answer]) -> list[AttachmentRecord]:
        links = [(AttachmentKind.ATTACHMENT, link) for link in page.attachments[:MAX_ATTACHMENTS]]
        links += [(AttachmentKind.IMAGE, link) for link in page.images[:MAX_PICTURES]]
        return [await self._attachment(kind, link, page_url, had) for kind, link in links if link.url != page_url]

    async def _attachment(
        self, kind: AttachmentKind, link: Link, page_url: str, had: dict[str, Answer]
    ) -> AttachmentRecord:
        failures = []
        for url in filter(None, (link.url, link.copy)):
            try:
                # Some portals serve an attachment only to who comes from its page.
                answer = had.get(url) or await self.fetch.get(Request(url, headers={"Referer": page_url}))
                _check_not_home(answer, url)
            except (NotFetched, ValueError) as failure:
                failures.append(str(failure))
                continue
            had[link.url] = had[url] = answer
            return AttachmentRecord(url, link.name, kind, answer.capture)
        return AttachmentRecord(link.url, link.name, kind, None, "; ".join(failures))

    async def _best_reading(self, page: Report, answer: Answer, attached: dict[str, Answer]) -> tuple[Report, Answer]:
        """The page's own reading, or that of what it is but a cover of, and the answer that was read."""
        files = {url: File(part.url, part.body, part.content_type) for url, part in attached.items()}
        behind = await asyncio.to_thread(read_behind, page, files, county_code=self.portal.code)
        for refused in behind.refused:
            logger.info("%s", refused)
        return behind.report, attached[behind.read_from[0]] if behind.read_from else answer


def _check_not_home(answer: Answer, asked: str) -> None:
    """Raise ``NotFetched`` where the host sent the request to its home page, as some do for what is not there."""
    if is_home(answer.url) and not is_home(asked):
        raise NotFetched(f"redirected to the home page {answer.url}", capture=answer.capture)


def _says_nothing(report: Report) -> bool:
    """Whether this is an error page served as success: what is known of it comes from the link that led there."""
    read = report.content_kind in (ContentKind.HTML, ContentKind.TEXT)
    numbered = any(section.ordinal for section in report.sections)
    return read and not numbered and not report.figures and "公开" not in report.text

"""One report document: its page, the attachments and pictures that belong to it, and the reading of it all."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scrapy import Request

from crawler.fetch import Answer, Fetcher, NotFetched
from crawler.items import DocumentItem, UnchangedItem
from reports import normalize
from reports.model import ContentKind, Link, Report, Unreadable
from storage.records import AttachmentRecord, CandidateRecord, DocumentRecord, KnownDocument, PortalRecord

logger = logging.getLogger(__name__)

MAX_ATTACHMENTS = 20
MAX_PICTURES = 40


class DocumentReader:
    """Fetches a candidate, or asks whether it is still as archived, and reads it."""

    def __init__(self, fetch: Fetcher, recheck: timedelta, portal: PortalRecord) -> None:
        self.fetch = fetch
        self.recheck = recheck
        self.portal = portal

    async def read(self, candidate: CandidateRecord) -> DocumentItem | UnchangedItem | None:
        """The document with its reading, word that it is unchanged, or None where it need not be asked for yet.

        Raises:
            NotFetched: the page could not be had, or holds nothing that can be read.
        """
        known = self.fetch.known.documents.get(candidate.url)
        if known and datetime.now(UTC) - known.checked_at < self.recheck:
            return None
        answer = await self.fetch.get(Request(candidate.url))
        belongings: dict[str, Answer] = {}
        if known and answer.unchanged and await self._all_unchanged(known, belongings):
            return UnchangedItem(self.portal, candidate.url, answer.capture)
        page = self._normalize(answer, candidate.title)
        records = await self._belongings(page, answer.url, belongings)
        report, read = self._best_reading(page, answer, belongings, candidate.title)
        return DocumentItem(
            self.portal, DocumentRecord(candidate.url, answer.capture, read.capture, report, tuple(records))
        )

    async def _all_unchanged(self, known: KnownDocument, belongings: dict[str, Answer]) -> bool:
        """Whether everything the archive holds of the document is as it was; answers are kept for a new reading."""
        unchanged = True
        for url in known.read_urls:
            if url == known.url:
                continue
            try:
                belongings[url] = await self.fetch.get(Request(url))
            except NotFetched as failure:
                logger.info("%s of %s: %s", url, known.url, failure)
                continue
            unchanged = unchanged and belongings[url].unchanged
        return unchanged

    def _normalize(self, answer: Answer, title: str) -> Report:
        try:
            return normalize(
                answer.body,
                url=answer.url,
                content_type=answer.content_type,
                county_code=self.portal.code,
                title_hint=title,
            )
        except Unreadable as error:
            raise NotFetched(f"unreadable: {error}", capture=answer.capture) from error

    async def _belongings(self, page: Report, page_url: str, had: dict[str, Answer]) -> list[AttachmentRecord]:
        links = [("attachment", link) for link in page.attachments[:MAX_ATTACHMENTS]]
        links += [("image", link) for link in page.images[:MAX_PICTURES]]
        return [await self._belonging(kind, link, page_url, had) for kind, link in links if link.url != page_url]

    async def _belonging(self, kind: str, link: Link, page_url: str, had: dict[str, Answer]) -> AttachmentRecord:
        try:
            # Some portals serve an attachment only to who comes from its page.
            answer = had.get(link.url) or await self.fetch.get(Request(link.url, headers={"Referer": page_url}))
        except (NotFetched, ValueError) as failure:
            return AttachmentRecord(link.url, link.name, kind, None, str(failure))
        had[link.url] = answer
        return AttachmentRecord(link.url, link.name, kind, answer.capture)

    def _best_reading(
        self, page: Report, answer: Answer, belongings: dict[str, Answer], title: str
    ) -> tuple[Report, Answer]:
        """The page's own reading, or, where the page is but a cover, that of the first attachment that can be read."""
        if page.content_kind is not ContentKind.ATTACHMENT_ONLY:
            return page, answer
        for link in page.attachments:
            if attached := belongings.get(link.url):
                try:
                    reading = self._normalize(attached, page.title or title)
                except NotFetched as failure:
                    logger.info("%s: %s", link.url, failure)
                    continue
                if reading.content_kind not in (ContentKind.ATTACHMENT_ONLY, ContentKind.IMAGE_ONLY):
                    return _with_cover(reading, page), attached
        return page, answer


def _with_cover(reading: Report, cover: Report) -> Report:
    """An attachment's reading with what only its cover page knows: when and by whom it was published."""
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

"""The bytes of one document into one reading: sniff, read, repair, then identity, sections, figures and findings."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from reports.blocks import Page, Paragraph, Picture, Table
from reports.charset import decode
from reports.checks import check
from reports.flat.restore import restore_tables
from reports.identity import identify
from reports.model import WAITING, ContentKind, Figure, Finding, Link, Report, Section, Unreadable
from reports.narrative import read_narrative
from reports.readers.archives import BESIDE
from reports.readers.dispatch import is_scan, read_page
from reports.readers.labels import label_claims
from reports.repair import repair_page
from reports.sections import is_last_section, read_sections, section_findings, split_tail
from reports.sniff import ends_in_footer, is_cut_in_tag, is_cut_off
from reports.tables import read_figures
from reports.version import PARSER_VERSION

# Files: they point to nothing else.
PRINTED = (ContentKind.PDF, ContentKind.DOCX, ContentKind.DOC, ContentKind.SHEET, ContentKind.PICTURE)
LITTLE_PROSE = 600  # characters in sentences; a page with more is read, whether it has numbered sections or not
LEAST_ROWS = 10  # of a table that may be a report's statistics; one of labels (索引号, 发布机构) has fewer
REPEATED_BLOCKS = 10  # at the head of an article that its later pages may show again
ANCHOR = 20  # characters that tell a sentence from any other of the page
READABLE_NAMES = (".html", ".htm", ".shtml", ".txt", ".pdf", ".docx", ".doc", ".wps", ".xlsx", ".xls")


def normalize(  # noqa: PLR0913 - each says one thing of the document, by name
    body: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    file_name: str | None = None,
    county_code: str | None = None,
    title_hint: str | None = None,
    further: Sequence[bytes] = (),
    ocr: bool = False,
) -> Report:
    """Read one document. Names and headers are not believed; the bytes say what they are.

    Args:
        body: the document's bytes, content encoding removed.
        url: where it came from; relative links are resolved against it. It proves nothing about the document.
        content_type: the HTTP header, asked last when the character set is in doubt.
        file_name: its name, for messages alone.
        county_code: the county expected here; it decides between places of one name and completes abbreviations
            (县政府办), and a document that says otherwise goes to review.
        title_hint: the title of the link that led here, used for what the document itself does not say.
        further: the later pages of an article that the portal cuts into several, in order.
        ocr: whether to recognise the text of pictures and of scanned PDFs, which takes seconds a page.

    Raises:
        Unreadable: there is no report in the bytes that can be read; one line says why.
    """
    try:
        read = partial(read_page, url=url, content_type=content_type, title_hint=title_hint, ocr=ocr)
        printed = _joined([read(part) for part in (body, *further)])
    except Unreadable as error:
        lacking = "pip install" in str(error)  # it is what its name says, and the reader is not installed
        misnamed = error.waits_for and file_name and file_name.lower().endswith(READABLE_NAMES) and not lacking
        told = f"{error}, though it is named {file_name}" if misnamed else str(error)
        raise Unreadable(told, error.waits_for) from None
    page, repairs = repair_page(printed)
    blocks, tail = split_tail(page)
    page = _with_labels(replace(page, blocks=restore_tables(blocks), hidden_text=f"{page.hidden_text}\n{tail}"))
    identity = identify(page, county_code=county_code, title_hint=title_hint)
    sections = read_sections(page.blocks)
    form, official, doubts, tables = read_figures(page, identity.year)
    kind = _content_kind(page, sections, form)
    figures: dict[str, Figure] = {}
    findings: tuple[Finding, ...] = ()
    if kind in WAITING:
        sections = ()  # what text there is points to the report
    elif page.kind == "html" and _is_cut_off(body, content_type, printed, sections):
        raise Unreadable("truncated HTML: it breaks off before the report's last section")
    else:
        figures = {**official, **read_narrative(sections, identity.year)}
        findings = (*check(form, figures, identity.year, doubts), *section_findings(sections, identity.year))
    claims = page.claims
    return Report(
        agency=identity.agency,
        agency_kind=identity.kind,
        county_code=identity.county_code,
        year=identity.year,
        title=identity.title,
        content_kind=kind,
        published_at=identity.published_at,
        published_from=identity.published_from,
        index_number=claims.get(("index_number", "info_table")),
        source=next(
            (claims[key] for place in ("meta", "info_table", "body") if (key := ("source", place)) in claims), None
        ),
        site_id_code=page.site_id_code,
        form=form,
        tables=tables if figures else (),
        sections=sections,
        figures=figures,
        findings=findings,
        repairs=repairs,
        attachments=tuple(Link(url, name, page.copies.get(url)) for url, name in page.attachments),
        images=tuple(Link(block.url, block.alt) for block in page.blocks if isinstance(block, Picture)),
        review=(*identity.review, *_beside(page)),
        charset=page.charset,
        parser=PARSER_VERSION,
    )


def unread(kind: ContentKind, *, url: str, county_code: str | None, title_hint: str) -> Report:
    """A document that waits for a reader: what the link that led to it says of its agency and year, and no text."""
    identity = identify(Page(kind.value, ()), county_code=county_code, title_hint=title_hint)
    link = (Link(url, title_hint),)
    return Report(
        agency=identity.agency,
        agency_kind=identity.kind,
        county_code=identity.county_code,
        year=identity.year,
        title=identity.title,
        content_kind=kind,
        attachments=link if kind is ContentKind.ATTACHMENT_ONLY else (),
        images=link if kind is ContentKind.IMAGE_ONLY else (),
        review=identity.review,
        parser=PARSER_VERSION,
    )


def _joined(pages: Sequence[Page]) -> Page:
    """The pages of one article as one; what each of them repeats at its head (title, date) is dropped."""
    first, *others = pages
    blocks, head = list(first.blocks), first.blocks[:REPEATED_BLOCKS]
    for page in others:
        own = list(page.blocks)
        while own and own[0] in head:
            del own[0]
        blocks += own
    return replace(first, blocks=tuple(blocks)) if others else first


def _beside(page: Page) -> tuple[str, ...]:
    """A doubt about whose report this is, and whether it is all of it, where an archive holds more than was read."""
    others = page.claims.get(BESIDE)
    return (f"the archive holds another report, or more of this one: {others}",) if others else ()


def _with_labels(page: Page) -> Page:
    """The page with the claims of its labelled lines, read after repair: they may have been Traditional before."""
    labels, code = label_claims(page)
    return replace(page, claims={**labels, **page.claims}, site_id_code=page.site_id_code or code)


def _is_cut_off(body: bytes, content_type: str | None, printed: Page, sections: tuple[Section, ...]) -> bool:
    """Whether the transfer of an HTML page broke off.

    A page that was never closed is whole all the same if its last section or the footer behind it arrived.
    """
    if any(is_last_section(section) for section in sections):
        return False
    if is_cut_in_tag(body):
        return True
    return is_cut_off(body) and not ends_in_footer(decode(body, content_type)[0], _anchors(printed))


def _anchors(printed: Page) -> list[str]:
    """What a footer must stand behind, as printed before any repair: the headings, or the last long sentence."""
    headings = [part.heading for part in read_sections(printed.blocks) if part.ordinal]
    sentences = [b.text for b in printed.blocks if isinstance(b, Paragraph) and "。" in b.text and len(b.text) > ANCHOR]
    return headings or [text[:ANCHOR] for text in sentences[-1:]]


def _content_kind(page: Page, sections: tuple[Section, ...], form: str | None) -> ContentKind:
    """What carries the report: a page without sections, official tables and prose only points to a file or pictures."""
    if page.kind in PRINTED:
        return ContentKind.IMAGE_ONLY if is_scan(page) else ContentKind(page.kind)
    prose = sum(len(block.text) for block in page.blocks if isinstance(block, Paragraph) and "。" in block.text)
    tables = form or any(isinstance(block, Table) and len(block.grid) >= LEAST_ROWS for block in page.blocks)
    if not tables and prose < LITTLE_PROSE and not any(section.ordinal for section in sections):
        if page.attachments:
            return ContentKind.ATTACHMENT_ONLY
        if any(isinstance(block, Picture) for block in page.blocks):
            return ContentKind.IMAGE_ONLY
    return ContentKind(page.kind)

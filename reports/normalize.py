"""The bytes of one document into one reading: sniff, read, repair, then identity, sections, figures and findings."""

from dataclasses import replace

from reports.blocks import Page, Paragraph, Picture, Table
from reports.checks import check
from reports.identity import identify
from reports.model import ContentKind, Figure, Link, Report, Unreadable
from reports.narrative import read_narrative
from reports.readers.html import LITTLE_TEXT, read_html
from reports.readers.labels import label_claims
from reports.readers.pdf import read_pdf
from reports.readers.text import read_text
from reports.repair import repair_page
from reports.sections import read_sections, section_findings, split_tail
from reports.sniff import is_cut_off, sniff
from reports.tables import read_figures
from reports.version import PARSER_VERSION

LAST_SECTION = 6
READABLE_NAMES = (".html", ".htm", ".shtml", ".txt", ".pdf")


def normalize(
    body: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    file_name: str | None = None,
    county_code: str | None = None,
    title_hint: str | None = None,
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

    Raises:
        Unreadable: there is no report in the bytes that can be read; one line says why.
    """
    try:
        page = _read(body, url, content_type)
    except Unreadable as error:
        named = file_name and "not readable" in str(error) and file_name.lower().endswith(READABLE_NAMES)
        raise Unreadable(f"{error}, though it is named {file_name}" if named else str(error)) from None
    page, repairs = repair_page(page)
    page = _with_labels(page)
    blocks, tail = split_tail(page)
    identity = identify(page, county_code=county_code, title_hint=title_hint)
    sections = read_sections(blocks)
    body_page = replace(page, blocks=blocks, hidden_text=f"{page.hidden_text}\n{tail}")
    form, official, doubts = read_figures(body_page)
    kind = _content_kind(page)
    if page.kind == "html" and is_cut_off(body) and not any(part.ordinal == LAST_SECTION for part in sections):
        raise Unreadable("truncated HTML: it breaks off before the report's last section")
    figures: dict[str, Figure] = {**official, **read_narrative(sections)}
    findings = (
        (*check(form, official, identity.year, doubts), *section_findings(sections, identity.year))
        if _is_read(kind)
        else ()
    )
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
        sections=sections,
        figures=figures,
        findings=findings,
        repairs=repairs,
        attachments=tuple(Link(*attachment) for attachment in page.attachments),
        images=tuple(Link(block.url, block.alt) for block in blocks if isinstance(block, Picture)),
        review=identity.review,
        charset=page.charset,
        parser=PARSER_VERSION,
    )


def _read(body: bytes, url: str | None, content_type: str | None) -> Page:
    kind = sniff(body)
    if kind == "pdf":
        return read_pdf(body)
    page = (
        read_html(body, url=url, content_type=content_type)
        if kind == "html"
        else read_text(body, content_type=content_type)
    )
    if not page.blocks and not page.attachments:
        raise Unreadable("no text, table, picture or attachment in it")
    return page


def _with_labels(page: Page) -> Page:
    """The page with its labelled lines read again: they may have been Traditional, or split by pinyin, before."""
    _, tail = split_tail(page)
    labels, code = label_claims(replace(page, hidden_text=f"{page.hidden_text}\n{tail}"))
    return replace(page, claims={**labels, **page.claims}, site_id_code=page.site_id_code or code)


def _content_kind(page: Page) -> ContentKind:
    text = sum(len("".join(block.text.split())) for block in page.blocks if isinstance(block, Paragraph))
    tables = any(isinstance(block, Table) and len(block.grid) > 3 for block in page.blocks)
    if text < LITTLE_TEXT and not tables:
        if page.attachments:
            return ContentKind.ATTACHMENT_ONLY
        if page.kind == "pdf" or any(isinstance(block, Picture) for block in page.blocks):
            return ContentKind.IMAGE_ONLY
    return ContentKind(page.kind)


def _is_read(kind: ContentKind) -> bool:
    return kind not in (ContentKind.ATTACHMENT_ONLY, ContentKind.IMAGE_ONLY)

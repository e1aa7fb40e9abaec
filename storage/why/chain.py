"""Why a cell says what it says: the chain from the portal to the figures and checks, each link with its proof."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy.orm import Session

from reports.calendar import BEIJING, due_date
from reports.model import AgencyKind
from reports.states import Clock
from storage.database import Archive
from storage.evidence import Evidences, gather
from storage.models import Portal
from storage.standing import Standing, legal_clock, stand
from storage.why.held import decided, document_steps
from storage.why.lists import link_steps, visit_steps
from storage.why.steps import Step


def why(archive: Archive, code: str, year: int, today: date | None = None) -> list[Step]:
    """The chain for a county's own report of a year, or for its absence; empty for what is no county's code.

    ``today`` sets the legal clock (default: today in Beijing).
    """
    with archive.read() as session:
        found = gather(session, [code])
        if code not in found.counties:
            return []
        return list(_chain(session, found, code, year, today or datetime.now(BEIJING).date()))


def _chain(session: Session, found: Evidences, code: str, year: int, today: date) -> Iterator[Step]:
    standing = stand(found, code, year)
    document = standing.document
    portal = session.get(Portal, code)
    if portal is not None:
        family = f"family {portal.family}" if portal.family else "family not known"
        known_by = f" ({portal.family_evidence})" if portal.family_evidence else ""
        yield Step("portal", f"{found.counties[code]}, {family}{known_by}", portal.home)
    yield from visit_steps(session, found, code, standing)
    links = [link.url for link in found.links.get((code, year), [])]
    yield from link_steps(session, code, links if document is None else [document.url])
    if document is not None:
        yield from document_steps(session, found, code, year, document)
    else:
        documents = [one for url in links for one in found.by_url.get((code, url), [])]
        yield from (decided(one.decision, one.url) for one in documents if one.decision is not None)
    yield Step("clock", _clock(standing, year, today))
    words = f"{year}: {standing.evidence}" + (f" ({standing.detail})" if standing.detail else "")
    yield Step("gap" if document is None else "state", words, None if document is None else document.url)


def _clock(standing: Standing, year: int, today: date) -> str:
    stands = legal_clock(standing, year, today)
    if standing.document is not None:
        printed = standing.document.published_at
        dated = f"dated {printed}: {stands}" if printed else f"no date of publication is printed: {stands}"
    elif stands is Clock.UNKNOWN:
        dated = f"no list was read to its end after that day: {stands}"
    else:
        dated = f"on {today}: {stands}"
    return f"due by law on {due_date(year, AgencyKind.GOVERNMENT)}; {dated}"

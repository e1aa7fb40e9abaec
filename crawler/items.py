"""The items of the crawl: what a visit to a portal yields, read through itemadapter."""

from dataclasses import dataclass

from storage.records import Capture, DocumentRecord, GoneRecord, ListingRecord, PortalRecord, VisitRecord


@dataclass(slots=True)
class ListItem:
    """A report column: its pages as they were read, with every link on them."""

    portal: PortalRecord
    pages: tuple[ListingRecord, ...]


@dataclass(slots=True)
class DocumentItem:
    """One report document, fetched and read."""

    portal: PortalRecord
    document: DocumentRecord


@dataclass(slots=True)
class UnchangedItem:
    """A report document that was asked for again and is as it was."""

    portal: PortalRecord
    url: str
    capture: Capture


@dataclass(slots=True)
class GoneItem:
    """A report document that left the list and is not at its address any more."""

    portal: PortalRecord
    gone: GoneRecord


@dataclass(slots=True)
class VisitItem:
    """How the visit to one portal ended: always the last item of a portal."""

    portal: PortalRecord
    visit: VisitRecord


Item = ListItem | DocumentItem | UnchangedItem | GoneItem | VisitItem

"""Portals that have a home page and no list of reports: no column at all, or one whose address is dead."""

from typing import ClassVar

from tests.portals.families.generic import Generic
from tests.portals.messages import Request, Response


class NewsOnly(Generic):
    """News and a page of disclosure without a word on annual reports."""

    names: ClassVar[dict[str, str]] = {"news": "本县新闻"}


class DeadColumn(Generic):
    """The columns of reports are linked to, and nothing is there any more."""

    def answer(self, request: Request) -> Response | None:
        dead = {self.places[column] for column in ("reports", "departments", "townships")}
        return None if request.query.get("catid") in dead else super().answer(request)

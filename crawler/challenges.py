"""Tells a firewall's challenge, a refusal, a login wall or a maintenance page from the portal's own; solves none."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response

from crawler.pages import as_page
from reports.states import Reason, VisitOutcome
from storage.records import Capture

_SIGNATURES = Path(__file__).with_suffix(".toml")
_LOOKED_AT = 64 * 1024  # bytes; such pages are short and say who they are at once
HAN = re.compile(r"[\u3400-\u9fff]")
_SHOWN = "//text()[not(ancestor::script or ancestor::style or ancestor::noscript or ancestor::title)]"


class Blocked(IgnoreRequest):
    """The answer is not what the portal's readers get; ``capture`` is the evidence, ``outcome`` what it means."""

    def __init__(
        self,
        message: str,
        capture: Capture | None,
        *,
        reason: Reason = Reason.FIREWALL,
        outcome: VisitOutcome = VisitOutcome.BLOCKED,
    ) -> None:
        super().__init__(message)
        self.capture = capture
        self.reason = reason
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Signature:
    """One row of ``challenges.toml``; what it leaves out (None) may be anything."""

    name: str
    reason: Reason
    outcome: VisitOutcome
    status: frozenset[int]
    words: tuple[str, ...]
    body: re.Pattern[str] | None
    redirected_to: re.Pattern[str] | None
    han_below: int | None
    page: bool

    def matches(self, answer: "_Answer") -> bool:
        return (
            answer.response.status in self.status
            and (self.redirected_to is None or self.redirected_to.search(answer.redirected_to) is not None)
            and (not self.words or any(word in answer.text for word in self.words))
            and (self.body is None or self.body.search(answer.text) is not None)
            and (self.han_below is None or answer.han < self.han_below)
        )


@cache
def signatures() -> tuple[Signature, ...]:
    """The rows of ``challenges.toml``, in their order."""
    rows = tomllib.loads(_SIGNATURES.read_text(encoding="utf-8"))["answer"]
    return tuple(
        Signature(
            name=row["name"],
            reason=Reason(row["reason"]),
            outcome=VisitOutcome(row.get("outcome", VisitOutcome.BLOCKED)),
            status=frozenset(row["status"]),
            words=tuple(row.get("words", ())),
            body=re.compile(row["body"]) if "body" in row else None,
            redirected_to=re.compile(row["redirected_to"]) if "redirected_to" in row else None,
            han_below=row.get("han_below"),
            page=row.get("page", False),
        )
        for row in rows
    )


def recognise(response: Response, *, as_a_page: bool = False) -> Signature | None:
    """The first signature that the answer bears; those of pages alone are asked only where it stands for one."""
    answer = _Answer(response)
    return next((row for row in signatures() if row.page <= as_a_page and row.matches(answer)), None)


def shown_han(page: HtmlResponse) -> int:
    """How many Chinese characters the page shows a reader: scripts, styles and the title apart."""
    return sum(len(HAN.findall(text)) for text in page.selector.root.xpath(_SHOWN))


class ChallengeMiddleware:
    """Ends a request whose answer bears a signature with ``Blocked``."""

    def process_response(self, request: Request, response: Response) -> Response:
        if found := recognise(response.replace(request=request)):
            raise Blocked(
                f"{found.name} (HTTP {response.status} at {request.url})",
                request.meta.get("capture"),
                reason=found.reason,
                outcome=found.outcome,
            )
        return response


class _Answer:
    """An answer as the signatures see it; what none of them asks is never worked out."""

    def __init__(self, response: Response) -> None:
        self.response = response

    @cached_property
    def redirected_to(self) -> str:
        request = self.response.request
        return self.response.url if request and request.meta.get("redirect_urls") else ""

    @cached_property
    def page(self) -> HtmlResponse:
        return as_page(self.response, self.response.body[:_LOOKED_AT])

    @cached_property
    def text(self) -> str:
        """The decoded beginning of what may be markup, "" of anything else."""
        kind = (self.response.headers.get("Content-Type") or b"").lower()
        body = self.response.body[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n")
        markup = b"html" in kind or body.startswith(b"<")
        return self.page.text if markup and not body.startswith((b"{", b"[", b"<?xml")) else ""

    @cached_property
    def han(self) -> int:
        return shown_han(self.page)

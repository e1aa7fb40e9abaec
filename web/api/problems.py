"""Errors of the API as problem documents (RFC 9457): one sentence for people, a type and a status for programs."""

import json

from starlette.responses import Response

TYPE = "application/problem+json"
TITLES = {
    400: "The question is not understood",
    404: "There is no such thing",
    405: "The archive is only read",
    500: "A mistake of ours",
    503: "The archive cannot be read just now",
}


class Problem(Exception):
    """A question that cannot be answered; ``parameter`` names what is wrong with it."""

    def __init__(self, status: int, detail: str, parameter: str | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.parameter = status, detail, parameter

    def answer(self) -> Response:
        return problem(self.status, self.detail, self.parameter)


def problem(status: int, detail: str, parameter: str | None = None) -> Response:
    told = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status, "detail": detail}
    if parameter is not None:
        told["parameter"] = parameter
    body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, status, {"Cache-Control": "no-store"}, TYPE)

"""What keeps strangers' markup and other sites away from us: headers on every answer, known hosts, reading alone."""

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Our pages need no script at all, and show nothing that does not come from here.
OURS = (
    "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-src 'self'; frame-ancestors 'none'; img-src 'self' data:"
)
# An archived page is a stranger: it runs nothing, loads nothing, sends nothing, has no origin. We alone may frame it.
REPLAYED = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": OURS,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-DNS-Prefetch-Control": "off",  # an archived page must not tell a name server that it is read
}
ALWAYS = ("127.0.0.1", "localhost", "::1")
READING = ("GET", "HEAD")


class Guard:
    """Answers known hosts and reading methods alone, and adds ``HEADERS`` where an answer does not set its own."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        self._app = app
        self._hosts = {host.lower().strip("[]") for host in (*ALWAYS, *hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, hardened)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        """A name that somebody else's DNS leads here (rebinding) would make our pages theirs to read."""
        if _name(Headers(scope=scope).get("host", "")) not in self._hosts:
            return PlainTextResponse("This host name is not served; scrapy serve --allow-host NAME allows it.\n", 400)
        if scope["method"] not in READING:
            return PlainTextResponse("The reading room is for reading.\n", 405, {"Allow": ", ".join(READING)})
        return None


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].rstrip(".").lower()

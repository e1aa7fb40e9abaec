"""``scrapy serve``: the reading room, a web application over the archive that only reads it."""

import argparse
import contextlib
import logging
import os
import socket
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from crawler.arguments import ArgumentError, parse_date, parse_days, parse_port
from crawler.command import ReadingCommand
from storage.errors import NoArchive

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from web.opening import Opening

_HOST, _PORT = "127.0.0.1", "8600"
_ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - what a person may type, not what we listen on
_GOODBYE = 5  # seconds that a request under way may take to end


class Command(ReadingCommand):
    """Reads the archive alone; one that is not there yet is not made, and shown as soon as it is."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Serve the reading room: coverage, reports, search, indicators and an API, in Chinese and English"

    def long_desc(self) -> str:
        return (
            "Serve the archive as web pages, on this machine alone by default, until Ctrl-C. Example: scrapy serve, "
            f"then open http://{_HOST}:{_PORT}/. With --host 0.0.0.0 other machines may come: name every host name "
            "that they use with --allow-host, and put a server with TLS in front."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--host", metavar="H", default=_HOST, help=f"the address to listen on (default: {_HOST})")
        parser.add_argument("--port", metavar="P", default=_PORT, help=f"the port, 0 for any (default: {_PORT})")
        parser.add_argument(
            "--allow-host",
            metavar="NAME",
            action="append",
            default=[],
            help="a further name in requests' Host header, may be given several times; others are refused",
        )
        parser.add_argument("--today", metavar="DATE", help="the date of the legal clock (default: today in Beijing)")

    def act(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if args:
            raise ArgumentError(f"{args[0]!r} is not understood; scrapy serve takes options alone")
        port = parse_port(opts.port)
        parse_date(opts.today)
        every = timedelta(days=parse_days(self.settings["GONGKAI_VISIT_DAYS"], "GONGKAI_VISIT_DAYS"))
        # Scrapy loads all commands to run one: the others need not wait for a web server.
        from web.app import make_app  # noqa: PLC0415
        from web.opening import Opening  # noqa: PLC0415

        opening = Opening(self.settings["GONGKAI_DATABASE_URL"])
        missing = _missing(opening)
        names = [*opts.allow_host, *([] if opts.host in _ANYWHERE else [opts.host])]
        contact = self.settings["GONGKAI_CONTACT"]
        app = make_app(opening, hosts=names, today=partial(parse_date, opts.today), every=every, contact=contact)
        with _listening(opts.host, port) as listener, contextlib.closing(opening):
            shown = _HOST if opts.host in _ANYWHERE else opts.host
            print(
                f"The reading room is open: {_address(shown, listener.getsockname()[1])} (Ctrl-C closes it)", flush=True
            )
            if missing:
                print(f"There is nothing to read yet: {missing}", flush=True)
            _serve(app, listener)


def _missing(opening: "Opening") -> str:
    """Why there is nothing to show yet; "" where there is. What cannot be opened at all is an error right away."""
    try:
        opening.get()
    except NoArchive as error:
        return str(error)
    return ""


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        told = f"{host} port {port} cannot be listened on ({why})"
        raise ArgumentError(f"{told}: choose another with --port, 0 for any that is free, or another --host") from error


def _serve(app: "Starlette", listener: socket.socket) -> None:
    """Until Ctrl-C or SIGTERM; what is under way then comes to its end."""
    import uvicorn  # noqa: PLC0415 - as above

    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    config = uvicorn.Config(
        app,
        log_config=None,  # our own log, as people or programs want it
        access_log=False,
        lifespan="off",
        proxy_headers=False,  # nobody's word is taken for who asks
        server_header=False,
        timeout_graceful_shutdown=_GOODBYE,
    )
    with contextlib.suppress(KeyboardInterrupt):  # which uvicorn raises again once all has ended well
        uvicorn.Server(config).run(sockets=[listener])


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

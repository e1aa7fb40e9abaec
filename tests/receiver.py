"""Somebody to be told: an HTTP server on loopback that keeps every message that Apprise sends to it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(slots=True)
class Receiver:
    """``status`` is what it answers; ``notify`` its address for GONGKAI_NOTIFY, with a secret in it."""

    notify: str = ""
    status: HTTPStatus = HTTPStatus.OK
    messages: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listen for as long as the block lasts."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(receiver.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        receiver.notify = f"json://user:secret@127.0.0.1:{server.server_port}/hook/token"
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()

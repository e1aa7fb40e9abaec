"""Faults of the wire: answers that break off, drip, never end, or are not what their head says."""

import asyncio
import socket
import struct
import zlib
from functools import cache

from tests.portals.quirks import Fault

_CHUNK = 64 * 1024
_BOMB = 8 * 1024**2  # bytes that the bomb becomes; a practice page may have 2 million


def abort(writer: asyncio.StreamWriter) -> None:
    """Reset the connection instead of closing it."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def strike(fault: Fault, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> bool:
    """Send an answer as the fault has it; False if it has nothing to do with the wire, and nothing was sent.

    The connection is over afterwards.
    """
    match fault.kind:
        case "cut":
            writer.write(head + body[: len(body) // 2])
        case "reset-amid":
            writer.write(head + body[: len(body) // 2])
            await writer.drain()
            await asyncio.sleep(fault.seconds)  # a reset overtakes what is still on its way
            abort(writer)
        case "short":
            writer.write(_declared(head, len(body) // 2) + body)
        case "drip":
            writer.write(head)
            for byte in body:
                writer.write(bytes((byte,)))
                await writer.drain()
                await asyncio.sleep(fault.seconds)
        case "endless":
            writer.write(_chunked(head))
            while True:
                writer.write(b"%x\r\n%s\r\n" % (_CHUNK, b"<p>\n" * (_CHUNK // 4)))
                await writer.drain()
        case "bomb":
            packed = _bomb()
            writer.write(_declared(head, len(packed), b"Content-Encoding: gzip\r\n") + packed)
        case _:
            return False
    return True


def _declared(head: bytes, length: int, more: bytes = b"") -> bytes:
    lines = [line for line in head.split(b"\r\n") if line and not line.startswith((b"Content-Length", b"Transfer-"))]
    return b"\r\n".join([*lines, b"Content-Length: %d" % length]) + b"\r\n" + more + b"\r\n"


def _chunked(head: bytes) -> bytes:
    return _declared(head, 0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    block = b"<p>\n" * (_CHUNK // 4)
    return b"".join(packer.compress(block) for _ in range(_BOMB // _CHUNK)) + packer.flush()

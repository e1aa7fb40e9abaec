"""The addresses of the long tail: the folders of its columns, drawn at random, and its articles in seven shapes."""

import hashlib
import random

from tests.portals.documents import Document
from tests.portals.quirks import Quirk

COLUMNS = ("reports", "departments", "townships", "news")
_PLACES = ("open", "menu", *COLUMNS)


def folders(quirks: frozenset[Quirk], rng: random.Random) -> dict[str, str]:
    """The folder of each column, of the page 政府信息公开 and of the menu below it."""
    number = rng.randrange(10_000, 40_000)
    if Quirk.UUID_ADDRESSES in quirks:
        return {name: f"/columns/{_uuid(f'{number}{name}')}/" for name in _PLACES}
    if Quirk.C_ADDRESSES in quirks or Quirk.HEX_ADDRESSES in quirks:
        letters = "c" if Quirk.C_ADDRESSES in quirks else "nw"
        return {name: f"/{letters}{number + n}/" for n, name in enumerate(_PLACES)}
    top = f"/{rng.choice(('zwgk', 'xxgk', 'gk', 'zfxxgk'))}{number}/"
    menu = f"{top}{rng.choice(('zfxxgknb', 'xxgkndbg', 'gknb', 'ndbg', 'nbzl'))}/"
    columns = {name: f"{menu}{slug}{number}/" for name, slug in zip(COLUMNS, ("xzf", "bm", "xz"), strict=False)}
    return {"open": top, "menu": menu, **columns, "news": f"/xwzx{number}/"}


def article(quirks: frozenset[Quirk], document: Document) -> str:
    """The address of a document's page, seen from its column."""
    day, serial = document.published, document.serial
    shapes = {
        Quirk.UUID_ADDRESSES: f"{day:%Y%m/%d}/{_uuid(str(serial))}.html",
        Quirk.HEX_ADDRESSES: f"{day:%Y%m%d}/{hexadecimal(str(serial))}.html",
        Quirk.CONTENT_ADDRESSES: f"content_{serial}",
        Quirk.C_ADDRESSES: f"{day:%Y%m%d}/i{serial}.html",
        Quirk.DATED_FOLDERS: f"{day:%Y%m%d%H%M%S}{serial % 100_000:05}/index.html",
        Quirk.NUMBERED_FOLDERS: f"{serial}/index.html",
    }
    return next((shape for quirk, shape in shapes.items() if quirk in quirks), f"{serial}.html")


def hexadecimal(seed: str) -> str:
    """32 digits, always the same for a seed."""
    return hashlib.md5(seed.encode(), usedforsecurity=False).hexdigest()


def _uuid(seed: str) -> str:
    text = hexadecimal(seed)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

"""File names for downloads out of strangers' addresses: nothing in them leads anywhere or hides what it is."""

import re
from urllib.parse import quote, unquote, urlsplit

_LONGEST = 80  # characters, so that its bytes fit any file system
# All that has a meaning to a shell, a file system or a browser, what is not seen, and what turns the direction.
_UNFIT = re.compile(r"[^\w.()\-（）〔〕]+")
_DEVICE = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def disposition(url: str, ending: str = "") -> str:
    """The field Content-Disposition (RFC 6266) for what came from an address: plain for old clients, then exact."""
    name = file_name(url) + ending
    plain = re.sub(r"[^A-Za-z0-9._()-]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def file_name(url: str) -> str:
    """The last part of an address as a file's name; ``page`` where it has none that would do."""
    try:
        last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        last = ""
    name = _UNFIT.sub("_", unquote(last, errors="replace").replace("\\", "/").rpartition("/")[2]).strip("._")
    stem, dot, suffix = name.rpartition(".")
    name = stem[: _LONGEST - 10] + dot + suffix[:9] if dot else name[:_LONGEST]
    if not name or _DEVICE.match(name):
        return f"page_{name}".rstrip("_")
    return name

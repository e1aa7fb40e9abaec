"""ZIP packages within bounds: the names in one, and one of its files; bombs end under a name."""

import io
import zipfile
import zlib

from reports.model import Unreadable

MOST_FILES = 2_000
LARGEST_FILE = 60_000_000  # bytes unpacked; the largest document.xml seen has 3 MB
MOST_RATIO = 200  # unpacked to packed, where it is worth asking; XML in earnest packs to a twentieth
WORTH_ASKING = 5_000_000  # bytes

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError)


def open_package(body: bytes) -> zipfile.ZipFile:
    """The package's directory.

    Raises:
        Unreadable: it is damaged, or lists more files than any report has.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(body))
    except _DAMAGED as error:
        raise Unreadable("damaged ZIP archive: its directory cannot be read") from error
    if len(package.filelist) > MOST_FILES:
        raise Unreadable(f"ZIP archive of {len(package.filelist)} files; no report has more than {MOST_FILES}")
    return package


def read_member(package: zipfile.ZipFile, info: zipfile.ZipInfo | str) -> bytes:
    """One file of a package, unpacked.

    Raises:
        Unreadable: it is not there, encrypted, damaged, or larger than any report.
    """
    try:
        info = package.getinfo(info) if isinstance(info, str) else info
        if info.flag_bits & 1:
            raise Unreadable(f"encrypted ZIP archive: {info.filename} asks for a password")
        told = info.file_size
        if told > LARGEST_FILE or (told > WORTH_ASKING and told > MOST_RATIO * max(1, info.compress_size)):
            raise Unreadable(f"hostile ZIP archive: {info.filename} would have {told:,} bytes")
        with package.open(info) as file:
            data = file.read(LARGEST_FILE + 1)
    except KeyError as error:
        raise Unreadable(f"damaged ZIP archive: it has no {info}") from error
    except _DAMAGED as error:
        raise Unreadable(f"damaged ZIP archive: {type(error).__name__} while unpacking it") from error
    if len(data) > LARGEST_FILE:
        raise Unreadable(f"hostile ZIP archive: {info.filename} has more than {LARGEST_FILE:,} bytes")
    return data

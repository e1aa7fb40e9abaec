"""Spreadsheets (XLSX, XLS) -> page: each sheet is a table; read by a child process, for the library is native code."""

from importlib.util import find_spec

from reports.blocks import Page
from reports.model import ContentKind, Unreadable
from reports.readers.isolated import read_isolated

_SECONDS = 20  # of processor time; a report's sheet takes a hundredth


def read_sheets(body: bytes) -> Page:
    """Read every sheet that is not hidden.

    Raises:
        Unreadable: the file is encrypted or damaged, asks for too much, or the extra ``office`` is not installed.
    """
    if find_spec("python_calamine") is None:
        raise Unreadable("a spreadsheet; reading it needs: pip install '.[office]'", ContentKind.ATTACHMENT_ONLY)
    return Page(ContentKind.SHEET, read_isolated("sheet", body, "spreadsheet", _SECONDS))

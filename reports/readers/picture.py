"""A picture, or a PDF of pictures -> page, by recognising its text offline; a child process does it."""

from importlib.util import find_spec

from reports.blocks import Page
from reports.model import ContentKind, Unreadable
from reports.readers.isolated import read_isolated

_NEEDED = ("rapidocr", "onnxruntime", "cv2", "numpy")
_SECONDS = 240  # of processor time; a page takes about four


def read_picture(body: bytes) -> Page:
    """Read a picture (PNG, JPEG, GIF, BMP, TIFF), or each page of a PDF as one.

    Raises:
        Unreadable: it is damaged, too small or too large for a page, or the extra ``ocr`` is not installed.
    """
    if any(find_spec(name) is None for name in _NEEDED):
        raise Unreadable("a picture needs: pip install '.[ocr]'", ContentKind.IMAGE_ONLY)
    return Page(ContentKind.PICTURE, read_isolated("picture", body, "picture", _SECONDS))

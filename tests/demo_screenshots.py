"""The pictures of the reading room in README: ``make demo``, then ``python -m tests.demo_screenshots``.

``--all FOLDER`` takes every page instead, as wide as a desk and as a telephone, by day and by night, in both languages:
to be looked at after a change of the looks.
"""

import argparse
import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from storage.database import Archive, open_archive
from storage.series import series
from storage.tallies import unsound
from tests.demo import FOLDER, ROOT
from tests.reading_room import CHROMIUM, CHROMIUM_ARGUMENTS, served
from tests.storage_samples import MEI
from web.language import LANGUAGES

_COLOURS = 96  # of a picture in README: text and a few fills


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.demo_screenshots", description="Pictures of the demo.")
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page, in every way it may look")
    options = parser.parse_args(arguments)
    database = FOLDER / "archive.db"
    if CHROMIUM is None or not database.exists():
        print("chromium and an archive in data/demo are needed: make demo makes one", file=sys.stderr)
        return 2
    with (
        closing(open_archive(f"sqlite:///{database}", FOLDER / "warc")) as archive,
        served(archive) as address,
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS))) as browser,
    ):
        for path in _every(browser, address, archive, options.all) if options.all else _for_readme(browser, address):
            print(path)
    return 0


def _for_readme(browser: Browser, address: str) -> Iterator[Path]:
    """A county with its years, in each language, small."""
    for language in LANGUAGES:
        page = browser.new_page(viewport={"width": 1180, "height": 700}, color_scheme="light")
        page.goto(f"{address}/county/{MEI}?lang={language}")
        picture = Image.open(io.BytesIO(page.screenshot()))
        path = ROOT / "docs" / f"reading-room.{language}.png"
        picture.convert("RGB").quantize(_COLOURS).save(path, optimize=True)
        page.close()
        yield path


def _every(browser: Browser, address: str, archive: Archive, folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for width, scheme, language in product((1280, 360), ("light", "dark"), LANGUAGES):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page = context.new_page()
        for name, place in _places(archive).items():
            page.goto(f"{address}{place}{'&' if '?' in place else '?'}lang={language}")
            path = folder / f"{name}-{width}-{scheme}-{language}.png"
            page.screenshot(path=path, full_page=True)
            yield path
        context.close()


def _places(archive: Archive) -> dict[str, str]:
    newest = max(series(archive, MEI, (), range(2008, 2025)), default=2024)
    sums = unsound(archive, 1)[1]
    return {
        "home": "/",
        "coverage": f"/coverage?year={newest}",
        "province": "/coverage/61",
        "prefecture": "/coverage/6103",
        "county": f"/county/{MEI}",
        "find": "/county?q=新",
        "why": f"/why/{MEI}/{newest}",
        "gap": f"/why/{MEI}/2022",
        "report": f"/report/{sums[0].document_id if sums else 1}",
        "capture": "/capture/10",
        "search": "/search?q=复议",
        "indicators": "/indicators",
        "health": "/health",
        "missing": "/nothing",
    }


if __name__ == "__main__":
    sys.exit(main())

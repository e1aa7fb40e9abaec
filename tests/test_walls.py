"""The walls between the rooms (docs/architecture.md): who may import whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# What each room must not import. storage.records is plain values and may be seen anywhere in the crawler.
FORBIDDEN = {
    "reports": (
        "scrapy",
        "sqlalchemy",
        "alembic",
        "storage",
        "crawler",
        "operations",
        "web",
        "scheduler",
        "urllib.request",
        "socket",
    ),
    "storage": ("scrapy", "itemadapter", "crawler", "operations", "web", "scheduler"),
    "crawler": ("sqlalchemy", "alembic", "storage.models", "scheduler"),
    "operations": (
        "alembic",
        "storage.models",
        "web",
        "scheduler",
        "scrapy.core",
        "scrapy.crawler",
        "scrapy.http",
        "scrapy.spiders",
        "crawler.command",
        "crawler.commands",
        "crawler.pipeline",
        "crawler.session",
        "crawler.spiders",
        "crawler.visit",
    ),
    "web": ("scrapy", "itemadapter", "alembic", "crawler", "operations", "scheduler"),
    "scheduler.py": ("alembic", "web", "storage.models", "crawler.session", "crawler.visit", "crawler.spiders"),
}
# The crawler's doors to the archive: the session (start of a crawl, recorder), the pipeline, and the commands.
DOORS = ("crawler/session.py", "crawler/pipeline.py", "crawler/command.py", "crawler/commands/")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


@pytest.mark.parametrize("room", FORBIDDEN)
def test_no_import_goes_through_a_wall(room: str) -> None:
    files = [ROOT / room] if room.endswith(".py") else sorted((ROOT / room).rglob("*.py"))
    assert files
    broken = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in files
        for module in _imports(path)
        for package in FORBIDDEN[room]
        if _within(module, package)
    ]
    assert not broken


def test_the_crawler_meets_the_archive_and_the_job_beside_it_at_its_doors_alone() -> None:
    elsewhere = [
        f"{name} imports {module}"
        for path in sorted((ROOT / "crawler").rglob("*.py"))
        if not (name := path.relative_to(ROOT).as_posix()).startswith(DOORS)
        for module in _imports(path)
        if _within(module, "operations")
        or _within(module, "web")
        or (_within(module, "storage") and module != "storage.records")
    ]
    assert not elsewhere

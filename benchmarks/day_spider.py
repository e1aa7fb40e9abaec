"""The yardstick: a crawler as one writes it in a day, from CrawlSpider, trafilatura and the ORM; run as a program.

``python -m benchmarks.day_spider START.json DATABASE PAGES`` crawls from the addresses in the file, as
``benchmarks.keyword_spider`` does, until it has seen so many pages. Each is an object with its text and its tables'
cells, in a session and a commit of its own.
"""

import sys
from collections.abc import Iterator
from importlib import import_module

from scrapy.http import HtmlResponse, Response
from sqlalchemy import Engine, ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from benchmarks.keyword_spider import KeywordSpider, crawl


class Base(DeclarativeBase):
    """The tables of the day."""


class Page(Base):
    __tablename__ = "page"
    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    body: Mapped[bytes]
    cells: Mapped[list["Cell"]] = relationship()


class Cell(Base):
    __tablename__ = "cell"
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"))
    row: Mapped[int]
    column: Mapped[int]
    text: Mapped[str]


class DaySpider(KeywordSpider):
    """Keeps whatever the rules lead to."""

    name = "day"
    engine: Engine

    def parse_page(self, response: Response) -> Iterator[dict[str, str]]:
        if not isinstance(response, HtmlResponse):
            return
        text = import_module("trafilatura").extract(response.text, include_tables=True) or ""
        page = Page(url=response.url, title=response.css("title::text").get(""), text=text, body=response.body)
        for row, line in enumerate(response.css("table tr")):
            for column, cell in enumerate(line.css("td")):
                page.cells.append(Cell(row=row, column=column, text="".join(cell.css("::text").getall()).strip()))
        with Session(self.engine) as session:
            session.add(page)
            session.commit()
        yield {"url": response.url}


def main() -> int:
    starts, database, pages = sys.argv[1:]
    DaySpider.engine = create_engine(f"sqlite:///{database}")
    Base.metadata.create_all(DaySpider.engine)
    crawl(DaySpider, starts, CLOSESPIDER_PAGECOUNT=int(pages))
    return 0


if __name__ == "__main__":
    sys.exit(main())

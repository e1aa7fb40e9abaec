"""``scrapy crawl portals``: finds out where the lists of annual reports are, and by which family; reads no report."""

from crawler.spiders.reports import ReportsSpider


class PortalsSpider(ReportsSpider):
    """Every portal of the counties asked for, as far as the first page of its list: ``-a county=6103``."""

    name = "portals"
    probe = True

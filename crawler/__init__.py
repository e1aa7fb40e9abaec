"""How reports are found and fetched: Scrapy spiders, one file per CMS family, portals as data."""

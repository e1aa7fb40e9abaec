"""The spiders: thin, since a portal's visit is told in ``crawler.visit``."""

"""Everything a person types: ``scrapy NAME``, one file each."""

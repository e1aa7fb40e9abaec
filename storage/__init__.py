"""The archive: SQL tables and WARC files, written in one transaction per report."""

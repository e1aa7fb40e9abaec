"""Two archives made one: rows that say the same become one row, WARC files stand side by side."""

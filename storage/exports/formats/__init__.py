"""The files that a table is written to, each by a writer that holds a few thousand rows at most."""

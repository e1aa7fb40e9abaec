"""Readers: the bytes of a document -> ``reports.blocks.Page``, one file per format."""

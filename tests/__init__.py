"""Tests, golden files and the practice portals."""

"""The reading room: pages in Chinese and English over the archive's read side, and a small API."""

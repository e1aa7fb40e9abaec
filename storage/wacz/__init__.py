"""A part of the archive as one WACZ file, which ReplayWeb.page opens: records, index, pages, and the figures beside."""

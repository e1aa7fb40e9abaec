"""The exceptions of the archive."""


class ArchiveError(Exception):
    """The archive cannot be opened, read or written; the message is one line that says what is wrong and what to do."""


class NoArchive(ArchiveError):
    """There is no archive at that place yet."""


class BadQuery(ArchiveError):
    """A search cannot be made of what was typed."""

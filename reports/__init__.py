"""What a report is: divisions, official forms, readers, checks and identity, as pure functions without I/O."""

from reports.normalize import normalize, unread
from reports.serial import to_json

__all__ = ["normalize", "to_json", "unread"]

"""Tells people what was noticed, through Apprise: mail, chat, a webhook, whatever its addresses name."""

import logging
from datetime import datetime
from pathlib import Path

from crawler.arguments import ArgumentError
from operations.digest import digest
from storage.database import Archive
from storage.events import mark_told, untold
from storage.locks import only_one
from storage.records import URGENT

try:
    from apprise import Apprise, AppriseConfig, LogCapture, NotifyFormat, NotifyType
except ImportError as error:
    raise ArgumentError("telling people needs the extra: pip install '.[operations]'") from error

SECONDS = 60  # for all receivers together
# Its lines may have whole addresses in them, with what is secret. What went wrong is told by ourselves, without.
logging.getLogger("apprise").propagate = False
logger = logging.getLogger(__name__)


class NotTold(Exception):
    """No receiver took the message; the message of this is for the operator."""


def tell(archive: Archive, now: datetime, notify: str, *, urgent_only: bool) -> int:
    """Send what nobody was told of yet as one message; returns how many events that were.

    With ``urgent_only`` those alone that cannot wait for the next digest. ``notify`` is the setting GONGKAI_NOTIFY.
    Where one of several receivers took it, it counts as told: the others are named in the log, and nobody gets it
    twice. Does nothing while another process is telling.

    Raises:
        ArgumentError: ``notify`` cannot be used.
        NotTold: nobody took it; the events wait for the next call.
    """
    people = receivers(notify)
    with only_one(archive, "telling") as lock:
        waiting = untold(archive, urgent_only=urgent_only) if lock is not None else ()
        if not waiting:
            return 0
        message = digest(waiting)
        urgent = any(event.kind in URGENT for event in waiting)
        result = people.notify(
            title=message.title,
            body=message.body,
            body_format=NotifyFormat.TEXT,
            notify_type=NotifyType.FAILURE if urgent else NotifyType.WARNING,
            timeout=SECONDS,
        )
        missed = ", ".join(f"{one.name} (receiver {number})" for number, one in enumerate(result, 1) if not one)
        if not any(result):
            raise NotTold(
                f"nobody could be told what was noticed ({len(waiting)}): {missed or 'no receiver'} did not take it; "
                "it waits, and apprise -vv --title test --body test ADDRESS says more of a receiver"
            )
        if missed:
            logger.warning("%s did not take a message that others got", missed)
        mark_told(archive, [event.id for event in waiting], now)
        return len(waiting)


def receivers(notify: str) -> Apprise:
    """Whom the setting GONGKAI_NOTIFY names, checked without sending anything. Raises ``ArgumentError``.

    Addresses are numbered in what it says, never shown: passwords and tokens stand in them.
    """
    if not notify.strip():
        raise ArgumentError(
            "nobody would be told: set GONGKAI_NOTIFY to addresses as Apprise has them, separated by spaces "
            "(mailtos://user:password@example.org), or to the path of an Apprise configuration file"
        )
    found = Apprise()
    if "://" not in notify:
        found.add(_configured(Path(notify.strip())))
        return found
    for number, address in enumerate(notify.split(), 1):
        service = Apprise.instantiate(address)
        if service is None:
            raise ArgumentError(
                f"address {number} in GONGKAI_NOTIFY is none that Apprise understands; apprise --details lists what "
                "it does"
            )
        found.add(service)
    return found


def _configured(path: Path) -> AppriseConfig:
    """The receivers of a configuration file; one line that is not understood is one too many."""
    if not path.is_file():
        raise ArgumentError("what GONGKAI_NOTIFY holds is no address with ://, and no path of a file either")
    config = AppriseConfig()
    with LogCapture(level=logging.WARNING) as complaints:  # type: ignore[no-untyped-call]  # it has no types
        config.add(path.resolve().as_uri())
        services = config.services()
    if complaints.getvalue() or not services:
        raise ArgumentError(f"{path}, which GONGKAI_NOTIFY names, has lines that Apprise does not understand")
    return config

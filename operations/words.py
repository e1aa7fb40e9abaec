"""What the background job says of itself: lines in the form, and in the zone, of the logs of the crawls it starts."""

from datetime import datetime


def say(text: str) -> None:
    """One line on standard output."""
    print(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} [scheduler] INFO: {text}", flush=True)

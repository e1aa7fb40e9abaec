"""Lets every Python process of a soak live ahead of the machine's clock, as far as the file in GONGKAI_SOAK_CLOCK says.

Python runs a module of this name in every process that finds it. time-machine sets what ``datetime`` and ``time`` tell;
what counts the time that passes (timeouts, delays, waits) goes on as before, and so it does where a clock is set anew.
"""

import os
import threading
import time
from importlib import import_module
from pathlib import Path

_LOOKED = 0.2  # seconds between two looks at the file


def _begin(file: Path) -> None:
    ahead = _seconds(file)
    travel = import_module("time_machine").travel(time.time() + ahead, tick=True)
    threading.Thread(target=_follow, args=(file, travel.start(), ahead), daemon=True).start()


def _follow(file: Path, clock: object, ahead: float) -> None:
    while True:
        time.sleep(_LOOKED)
        now = _seconds(file)
        if now != ahead:
            clock.shift(now - ahead)  # type: ignore[attr-defined]  # time_machine.Coordinates
            ahead = now


def _seconds(file: Path) -> float:
    return float(file.read_text("utf-8"))


if _FILE := os.environ.get("GONGKAI_SOAK_CLOCK"):
    _begin(Path(_FILE))

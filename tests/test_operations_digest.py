"""A digest is one message, however much is told in it."""

from datetime import UTC, datetime

from operations.digest import NAMED, digest
from storage.records import Event, EventKind

NOW = datetime(2025, 4, 1, 4, tzinfo=UTC)


def event(kind: EventKind, code: str | None = None, year: int | None = None, detail: str = "so it is") -> Event:
    return Event(1, kind, f"{kind} {code}", code, year, detail, NOW)


def test_what_is_noticed_is_told_by_kind_the_urgent_first() -> None:
    told = digest(
        [
            event(EventKind.BLOCKED, "610326"),
            event(EventKind.AMENDMENT, "330109", 2020),
            event(EventKind.BLOCKED, "330109"),
            event(EventKind.SCHEDULER_STALLED),
        ]
    )
    assert told.title == "Gongkai Archive: 1 scheduler-stalled, 2 blocked, 1 amendment"
    assert told.body == (
        "scheduler-stalled, 1: the scheduler does not work\n"
        "- so it is\n\n"
        "blocked, 2: portals that refuse again and again\n"
        "- 610326 眉县: so it is\n"
        "- 330109 萧山区: so it is\n\n"
        "amendment, 1: reports that were edited\n"
        "- 330109 萧山区 2020: so it is"
    )


def test_of_many_the_first_are_named_and_the_others_counted() -> None:
    told = digest([event(EventKind.UNREACHABLE, f"{number:06d}") for number in range(300)])
    lines = told.body.splitlines()
    assert len(lines) == NAMED + 2
    assert lines[-1] == "… and 290 more: scrapy events --kind unreachable"


def test_what_a_portal_says_of_itself_stays_one_short_line() -> None:
    told = digest([event(EventKind.IDENTITY_MISMATCH, "610326", detail="a\r\nSubject: b" + "长" * 1000)])
    (line,) = told.body.splitlines()[1:]
    assert line.startswith("- 610326 眉县: a Subject: b长长")
    assert len(line) < 350


def test_every_kind_has_its_words() -> None:
    assert len(digest([event(kind) for kind in EventKind]).body.split("\n\n")) == len(EventKind)

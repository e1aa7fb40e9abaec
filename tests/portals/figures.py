"""The numbers of one report, drawn from a seed so that every identity of the official forms holds (B1, B2, B3, C1)."""

import random
from dataclasses import dataclass, field

from tests.portals.tables import applicant_kinds, codes, result_rows, review_blocks

Value = int | float | str | None
"""A cell: a number; None where it is left blank; a text (``/``) where that is printed instead of a number."""

# Where applications usually end; the other results of table 2 stay 0 more often than not.
_USUAL_RESULTS = (
    "granted",
    "granted",
    "granted",
    "partly_granted",
    "unavailable.not_held",
    "unavailable.needs_creation",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is prescribed of a year instead of drawn: new applications by kind of applicant, numbers of the prose."""

    new_applications: tuple[int, int, int, int, int, int] | None = None
    prose: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """Where an agency's numbers come from: the same seed, facts and size give the same numbers for ever."""

    seed: str
    large: bool
    facts: dict[int, Facts] = field(default_factory=dict)

    def random(self, year: int, subject: str) -> random.Random:
        return random.Random(f"{self.seed}:{year}:{subject}")  # noqa: S311 - practice figures, no secret


def prose_numbers(source: Source, year: int) -> dict[str, int]:
    """The numbers of section one's prose; the published total is the sum of its parts."""
    rng = source.random(year, "prose")
    size = 10 if source.large else 1
    numbers = {
        "affairs": rng.randrange(30, 150) * size,
        "news": rng.randrange(20, 200) * size,
        "social": rng.randrange(20, 400) * size,
        "elsewhere": rng.randrange(20, 600) * size,
        "citizens": rng.randrange(2, 4) * size,
        "meetings": rng.randrange(2, 14),
        "wechat": rng.randrange(1, 3) * size,
        "weibo": rng.randrange(1, 9),
        "city_proposals": rng.randrange(1, 12),
        "county_proposals": rng.randrange(4, 20) * size,
        "charts": rng.randrange(1, 9),
        "reprints": rng.randrange(5, 40),
        "suggestions": rng.randrange(3, 9),
        "adopted": rng.randrange(1, 4),
        "inspections": rng.randrange(1, 5),
        "notices": rng.randrange(2, 12),
    }
    numbers |= source.facts.get(year, Facts()).prose
    numbers["website"] = numbers["affairs"] + numbers["news"]
    numbers["total"] = numbers["website"] + numbers["social"] + numbers["elsewhere"]
    numbers["accounts"] = numbers["wechat"] + numbers["weibo"]
    return numbers


def draw(source: Source, year: int, form: str) -> dict[str, Value]:
    """Every figure of the year's report in the given form."""
    numbers: dict[str, Value] = dict.fromkeys(codes(form), 0)
    if form == "v2014":
        numbers |= _statistics(source, year)
        return numbers
    numbers |= _disclosure_2019(source, year) if form == "v2019" else _disclosure_2021(source, year)
    numbers |= _applications(source, year, form)
    numbers |= _review(source, year)
    return numbers


def _new(source: Source, year: int) -> tuple[int, ...]:
    prescribed = source.facts.get(year, Facts()).new_applications
    if prescribed:
        return prescribed
    rng = source.random(year, "new")
    natural, organisations = (rng.randrange(4, 60), 4) if source.large else (rng.randrange(4), 1)
    return (natural, *(rng.randrange(organisations) if rng.random() < 0.5 else 0 for _ in range(5)))


def _carried_over(source: Source, year: int) -> tuple[int, ...]:
    """What is left at the end of a year; it stands in the next year's report as carried in (identity B5)."""
    if year in source.facts or year + 1 in source.facts:
        return (0, 0, 0, 0, 0, 0)
    rng = source.random(year, "carried")
    return tuple(min(new, rng.randrange(3)) for new in _new(source, year))


def _applications(source: Source, year: int, form: str) -> dict[str, Value]:
    rng = source.random(year, "results")
    rows = result_rows(form)
    table: dict[str, list[int]] = {row: [0] * 6 for row in rows}
    new, before, after = _new(source, year), _carried_over(source, year - 1), _carried_over(source, year)
    handled = [a + b - c for a, b, c in zip(new, before, after, strict=True)]
    for column, count in enumerate(handled):
        for _ in range(count):
            row = rng.choice(_USUAL_RESULTS) if rng.random() < 0.8 else rng.choice(rows)
            table[row][column] += 1
    table |= {"new": list(new), "carried_in": list(before), "handled_total": handled, "carried_over": list(after)}
    numbers: dict[str, Value] = {}
    for row, counts in table.items():
        for kind, count in zip(applicant_kinds(), counts, strict=True):
            numbers[f"applications.{row}.{kind}"] = count
        numbers[f"applications.{row}.total"] = sum(counts)
    return numbers


def _review(source: Source, year: int) -> dict[str, Value]:
    rng = source.random(year, "review")
    numbers: dict[str, Value] = {}
    for block in review_blocks():
        counts = [rng.choice((0, 0, 0, 1, 2, 3)) if source.large else 0 for _ in range(4)]
        names = ("upheld", "corrected", "other", "pending")
        numbers |= {f"review.{block}.{name}": count for name, count in zip(names, counts, strict=True)}
        numbers[f"review.{block}.total"] = sum(counts)
    return numbers


def _disclosure_2019(source: Source, year: int) -> dict[str, Value]:
    rng = source.random(year, "disclosure")
    size = 12 if source.large else 1
    made = rng.randrange(4) * size // 4
    numbers: dict[str, Value] = {
        "disclosure.normative_documents.newly_made": made,
        "disclosure.normative_documents.newly_disclosed": made,
        "disclosure.normative_documents.total_disclosed": made + rng.randrange(1, 8) * size,
    }
    for subject, span in (("permits", 40), ("other_external_services", 30), ("penalties", 60), ("coercion", 8)):
        numbers[f"disclosure.{subject}.previous_year_items"] = rng.randrange(5, span) * size
        numbers[f"disclosure.{subject}.change"] = rng.randrange(-4, 5)
        numbers[f"disclosure.{subject}.decisions"] = rng.randrange(5, span) * size * 3
    numbers["disclosure.fees.previous_year_items"] = rng.randrange(3, 20)
    numbers["disclosure.fees.change"] = rng.randrange(-2, 3)
    numbers["disclosure.procurement.items"] = rng.randrange(2, 20) * size
    numbers["disclosure.procurement.amount_yuan"] = rng.randrange(1_000, 90_000) * size * 100
    return numbers


def _disclosure_2021(source: Source, year: int) -> dict[str, Value]:
    size = 12 if source.large else 1
    in_force = made = repealed = 0
    for past in range(2021, year + 1):  # so that the stock in force follows from year to year (A3)
        rng = source.random(past, "documents")
        made, repealed = rng.randrange(1, 8), rng.randrange(3)
        in_force += made - repealed + (10 * size if past == 2021 else 0)
    rng = source.random(year, "disclosure")
    return {
        "disclosure.normative_documents.made": made,
        "disclosure.normative_documents.repealed": repealed,
        "disclosure.normative_documents.in_force": in_force,
        "disclosure.permits.decisions": rng.randrange(20, 900) * size,
        "disclosure.penalties.decisions": rng.randrange(10, 700) * size,
        "disclosure.coercion.decisions": rng.randrange(40),
        "disclosure.fees.amount_10k_yuan": rng.randrange(100, 90_000) * size / 100,
    }


def _statistics(source: Source, year: int) -> dict[str, Value]:
    rng = source.random(year, "statistics")
    prose = prose_numbers(source, year)
    requests = [rng.randrange(3), 0, rng.randrange(2, 15 if source.large else 4), rng.randrange(3)]
    received = sum(requests)
    extended = rng.randrange(2)
    answers = dict.fromkeys(("already_public", "partly_granted", "refused", "not_held", "nonexistent"), 0)
    for _ in range(received // 2):
        answers[rng.choice(list(answers))] += 1
    weibo = prose["social"] // 3
    full_time, part_time = rng.randrange(1, 6), rng.randrange(10, 60)
    numbers: dict[str, Value] = {
        "stat.published": prose["total"],
        "stat.published.normative_documents": rng.randrange(1, 12),
        "stat.normative_documents_made": 12,
        "stat.channel.website": prose["website"],
        "stat.channel.weibo": weibo,
        "stat.channel.wechat": prose["social"] - weibo,
        "stat.channel.other": prose["elsewhere"],
        "stat.response.public_concerns": rng.randrange(20),
        "stat.response.interpretations": prose["charts"] + prose["reprints"],
        "stat.requests.received": received,
        "stat.requests.closed": received,
        "stat.requests.closed.on_time": received - extended,
        "stat.requests.closed.extended": extended,
        "stat.requests.answered": received,
        "stat.requests.answered.granted": received - sum(answers.values()),
        "stat.reading_points": rng.randrange(1, 20),
        "stat.staff": full_time + part_time,
        "stat.staff.full_time": full_time,
        "stat.staff.part_time": part_time,
        "stat.meetings": prose["meetings"],
        "stat.courses": rng.randrange(1, 6),
        "stat.trainees": rng.randrange(20, 300),
    }
    channels = ("in_person", "fax", "online", "letter")
    numbers |= {f"stat.requests.received.{name}": count for name, count in zip(channels, requests, strict=True)}
    numbers |= {f"stat.requests.answered.{name}": count for name, count in answers.items()}
    return numbers

"""What a crawl is after: which years, whose reports, and when what is archived is asked for again."""

from dataclasses import dataclass
from datetime import timedelta

from reports.states import CandidateVerdict
from storage.records import CandidateRecord


@dataclass(frozen=True, slots=True)
class Scope:
    """What a crawl is after: report years (None: all), whose reports, and when archived ones are asked again.

    ``probe``: only where the list is; its first page is read and no report.
    """

    years: frozenset[int] | None
    all_agencies: bool
    recheck: timedelta
    probe: bool = False

    def wants(self, candidate: CandidateRecord) -> bool:
        wanted = {CandidateVerdict.REPORT} | ({CandidateVerdict.OTHER_AGENCY} if self.all_agencies else set())
        return candidate.verdict in wanted and self.in_years(candidate)

    def in_years(self, candidate: CandidateRecord) -> bool:
        return self.years is None or candidate.year is None or candidate.year in self.years

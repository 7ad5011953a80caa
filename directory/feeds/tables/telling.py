"""What rows and map features are made from: a record with its version, its hours, and until when it holds."""

from dataclasses import dataclass
from datetime import datetime

from directory.feeds.dos.extras import Reference
from directory.feeds.sentences import after_it, hours_of, valid_until
from directory.records import Record
from directory.revisions import Version
from directory.schedules import Spans, SplitHours, wall_clock
from directory.web.links import entry_path


@dataclass(frozen=True, slots=True)
class Told:
    """One record as it is told; `until` is the instant after which a copy no longer holds."""

    record: Record
    version: Version
    hours: SplitHours
    until: datetime
    reference: Reference

    @property
    def page_url(self) -> str:
        """The page of the entry for people."""
        return f"{self.reference.home}{entry_path(self.record)}"

    @property
    def instead(self) -> str:
        """What a copy must show in place of openings once it no longer holds."""
        return after_it(self.record, self.until)


def told(reference: Reference, record: Record, version: Version) -> Told:
    """A record with everything that follows from it."""
    hours = hours_of(record, version)
    return Told(record, version, hours, valid_until(record, version, hours, reference.fresh_days), reference)


def spoken_spans(spans: Spans) -> list[str]:
    """Sessions as "18:00-23:00"; until midnight is until 23:59, as the Directory of Services has it."""
    return [f"{wall_clock(opens)}-{wall_clock(closes)}" for opens, closes in spans]

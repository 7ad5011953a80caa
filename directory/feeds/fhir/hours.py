"""Opening hours as a HealthcareService has them: the week, when it does not hold, and what FHIR R4 has no element for.

A reader who knows FHIR alone is right about every day on which the service is closed for longer than in its week; our
extensions tell the days on which it is open for longer. FHIR has no 24:00: what ends at midnight ends at 23:59:00.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta

from directory import schedules
from directory.feeds.fhir.terms import Json, Terms, known, part
from directory.feeds.licence import WEEKLY_TIMES
from directory.feeds.sentences import about_hours, joined
from directory.records import Record
from directory.schedules import LONDON, Schedule, Spans, SplitHours, on_day, spoken_time, wall_clock
from directory.schedules.answers import pattern_of
from directory.schedules.days import london_day
from directory.search.live import STATES, parsed

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MIDNIGHT = 1440
_WHOLE_DAY: Spans = ((0, _MIDNIGHT),)
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)


def availability(record: Record, hours: SplitHours, first: date) -> Json:
    """`availableTime`, `notAvailable` and `availabilityExceptions`, told from a day on."""
    schedule = parsed(record.opening_hours)
    return known(
        availableTime=_available_times(hours),
        notAvailable=list(_not_available(schedule, hours, _dated(hours, first))),
        availabilityExceptions=joined(_exceptions(record.opening_hours, hours, first)),
    )


def extensions(record: Record, hours: SplitHours, first: date, terms: Terms) -> Iterator[Json]:
    """Bank holidays, the dates with other hours, and the hours as they are kept."""
    if record.opening_hours:
        yield terms.extension("opening-hours", valueString=record.opening_hours)
    if hours.week or hours.open_all_hours:
        yield terms.extension("time-zone", valueCode="Europe/London")
    if hours.bank_holiday is not None:
        if not hours.bank_holiday:
            yield terms.extension("public-holiday-time", part("closed", valueBoolean=True))
        for span in hours.bank_holiday:
            yield terms.extension("public-holiday-time", *_start_and_end(*span))
    for day, spans in _dated(hours, first).items():
        for span in spans:
            told = part("date", valueDate=day.isoformat())
            yield terms.extension("available-time-variation", told, *_start_and_end(*span))


def _available_times(hours: SplitHours) -> list[Json]:
    if hours.open_all_hours:
        return [{"daysOfWeek": list(_DAYS), "allDay": True}]
    days_by_span: dict[tuple[int, int], list[str]] = {}
    for name, spans in zip(_DAYS, hours.week or ((),) * 7, strict=True):
        for span in spans:
            days_by_span.setdefault(span, []).append(name)
    return [{"daysOfWeek": days, **_times(*span)} for span, days in days_by_span.items()]


def _times(opens: int, closes: int) -> Json:
    if (opens, closes) in _WHOLE_DAY:
        return {"allDay": True}
    return {"availableStartTime": f"{wall_clock(opens)}:00", "availableEndTime": f"{wall_clock(closes)}:00"}


def _dated(hours: SplitHours, first: date) -> Mapping[date, Spans]:
    """The days that the week alone tells wrongly, in order: dated ones, and bank holidays that have hours of their own.

    A date that keeps the hours of its week on a bank holiday which others do not keep is there too.
    """
    dates = dict(hours.dates)
    if hours.bank_holiday is not None:
        for year in range(first.year, hours.last.year + 1):
            for day in schedules.bank_holidays(year):
                if day >= first and day not in dates and hours.bank_holiday != _weekly(hours, day):
                    dates[day] = hours.bank_holiday
    return dict(sorted(dates.items()))


def _weekly(hours: SplitHours, day: date) -> Spans:
    """What `availableTime` says of a day."""
    if hours.open_all_hours:
        return _WHOLE_DAY
    return hours.week[day.weekday()] if hours.week else ()


def _not_available(schedule: Schedule, hours: SplitHours, dated: Mapping[date, Spans]) -> Iterator[Json]:
    """Whole days in a row for one reason as one period, and of other dates the times that the week has over."""
    for first, last, reason in _closed_runs(schedule, dated):
        yield _period(datetime.combine(first, time(), LONDON), datetime.combine(last + _DAY, time(), LONDON), reason)
    for day, spans in dated.items():
        for opens, closes in _over(_weekly(hours, day), spans) if spans else ():
            yield _period(_at(day, opens), _at(day, closes), _reason(schedule, day, spans))


def _closed_runs(schedule: Schedule, dated: Mapping[date, Spans]) -> Iterable[tuple[date, date, str]]:
    runs: list[tuple[date, date, str]] = []
    for day, spans in dated.items():
        if spans:
            continue
        reason = _reason(schedule, day, spans)
        if runs and runs[-1][1:] == (day - _DAY, reason):
            runs[-1] = (runs[-1][0], day, reason)
        else:
            runs.append((day, day, reason))
    return runs


def _reason(schedule: Schedule, day: date, told: Spans) -> str:
    """Why a date has hours of its own: what the service says of now, the reason it gave, or the bank holiday."""
    if on_day(schedule, day) != told:
        return STATES["closed"]
    here = london_day(day.toordinal())
    pattern, _ = pattern_of(schedule, here)
    return (pattern.reason if pattern else "") or here.bank_holiday or ("Other hours" if told else "Closed")


def _period(start: datetime, end: datetime, reason: str) -> Json:
    """A time that is over a second before its end: a Period holds both of its ends."""
    return {"description": reason, "during": {"start": start.isoformat(), "end": (end - _SECOND).isoformat()}}


def _over(weekly: Spans, told: Spans) -> Iterator[tuple[int, int]]:
    """What the week has that a date has not."""
    for opens, closes in weekly:
        for other_opens, other_closes in told:
            if opens < min(other_opens, closes):
                yield opens, min(other_opens, closes)
            opens = max(opens, other_closes)
        if opens < closes:
            yield opens, closes


def _exceptions(opening_hours: str, hours: SplitHours, first: date) -> Iterator[str]:
    """Everything that the elements cannot hold, as sentences."""
    schedule = parsed(opening_hours)
    yield about_hours(opening_hours)
    if hours.week is not None and not any(hours.week):
        yield "It is not open in an ordinary week."
    if hours.bank_holiday is not None:
        yield f"Bank holidays: {_spoken(hours.bank_holiday)}."
    for change in schedules.exceptions(schedule, first):
        yield f"{change.dates}: {change.words}{f' ({change.note})' if change.note else ''}."
    if hours.week or hours.bank_holiday or hours.dates:
        yield WEEKLY_TIMES


def _spoken(spans: Spans) -> str:
    return ", ".join(f"{spoken_time(_time(opens))} to {spoken_time(_time(closes))}" for opens, closes in spans) or (
        "closed"
    )


def _start_and_end(opens: int, closes: int) -> tuple[Json, Json]:
    return part("start", valueTime=f"{wall_clock(opens)}:00"), part("end", valueTime=f"{wall_clock(closes)}:00")


def _time(minutes: int) -> time:
    return time(minutes % _MIDNIGHT // 60, minutes % 60)


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day + _DAY * (minutes // _MIDNIGHT), _time(minutes), LONDON)

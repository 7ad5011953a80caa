"""How old: the ages that people say in what they type.

"Under 18" ends at 17; "over 65" starts at 65, as in the names of services.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from directory.search.asked import OLDEST, Ages
from directory.search.moments import Span
from directory.search.spoken import STREETS

_MOST_UNSURE = 99
"""Above this, a number that is not said to be years is a section of an act or a phone number."""
_LEAST_BARE_RANGE = 13
"""The least upper end of a range about which no more is said: 16-25 are ages, 9-12 may be hours."""
_LEAST_OVER_YEARS = 50
"""Over 65 years is an age, over 10 years is how long something has been so."""

_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {word: number for number, word in enumerate([*_ONES, *_TEENS], start=1)} | {
    f"{ten}{one}": tens * 10 + ones
    for tens, ten in enumerate(_TENS, start=2)
    for ones, one in enumerate(["", *_ONES])
}  # fmt: skip

_NUMBER = (
    rf"([0-9]{{1,3}}|(?:{'|'.join(_TENS)})(?:[ -]?(?:{'|'.join(_ONES)})(?!\w))?|{'|'.join(_TEENS)}|{'|'.join(_ONES)})"
)
_YEARS = r"(?:years?|yrs?)"
_OLD = rf"[\s-]*(?:{_YEARS}[\s-]*olds?|{_YEARS}\s+of\s+age|y[\s./]?o[s]?|y)(?!\w)"
_MAYBE_YEARS = rf"(?:{_OLD}|\s*{_YEARS}\b)?"
_TO = r"\s*(?:-|–|to)\s*"
_AGED = r"(?:aged?|ages)(?:\s+of)?\s*:?\s*"
_OVER = rf"(?:over|above|older\s+than|more\s+than)[\s-]*(?:the\s+)?(?:{_AGED})?{_NUMBER}"
_WHOSE, _STAGE = r"(?:my|his|her|their)[\s-]+", r"(?:early|mid|late)[\s-]+"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_NOT_YEARS = (  # nor letters and figures that go on: 16-25-30, 17th, 65%, 1 to 1
    r"(?!\w|\s*[%:/]|[.-][0-9]|\s*(?:-|–|to)\s*[0-9])"
    r"(?!\s*-?(?:[ap]\.?\s?m|o'?clock|hours?|hrs?|min(?:ute)?s?|days?|weeks?|months?|miles?|mi|km|m|metres?|pounds?|quid"
    r"|stone|kg|mg|steps?|times?|people|persons?|beds?|sessions?|services?|places?|pills?|tablets?|units?|drinks?"
    rf"|{_MONTH}[a-z]*)\b)"
)
_NOT_A_HOUSE = rf"(?!\s+(?:[a-z']+\s+){{1,3}}{STREETS})"
_I_AM = r"(?:i['’]?m|i\s+am|(?:she|he)(?:['’]?s|\s+is)|they['’]?re|they\s+are|turned|turning|turns|nearly|almost)\s+"
_AFTER_SOMEBODY = "|".join(  # somebody stays in the text: a woman is a gender too
    f"(?<=\\b{somebody}{gap})"
    for somebody in "boy girl man woman male female child son daughter brother sister client patient pt person".split()
    for gap in (" ", ", ")
)


class SpokenAges(NamedTuple):
    """Ages where they stand in a text."""

    span: Span
    ages: Ages


def find_ages(text: str) -> tuple[SpokenAges, ...]:
    """The ages in a text, in order; one that nobody reaches stays words."""
    found = []
    for pattern, read in _FORMS:
        for match in pattern.finditer(text):
            ages = read(*map(_years, match.groups()))
            if 0 <= ages.youngest <= ages.oldest <= OLDEST:
                found.append(SpokenAges(Span(*match.span()), ages))
    found.sort(key=lambda spoken: (spoken.span.start, -spoken.span.end))
    kept: list[SpokenAges] = []
    for spoken in found:
        if not kept or spoken.span.start >= kept[-1].span.end:
            kept.append(spoken)
    return tuple(kept)


def _years(text: str) -> int:
    return int(text) if text.isdigit() else _WORDS[re.sub(r"[\s-]", "", text.lower())]


def _one(age: int) -> Ages:
    return Ages(age, age)


def _sure_enough(age: int) -> Ages:
    return Ages(age, age if age <= _MOST_UNSURE else OLDEST + 1)


def _bare_range(youngest: int, oldest: int) -> Ages:
    return Ages(youngest, oldest if youngest < oldest >= _LEAST_BARE_RANGE else OLDEST + 1)


def _under(limit: int) -> Ages:
    return Ages(0, limit - 1 if limit <= _MOST_UNSURE else OLDEST + 1)


def _over(limit: int) -> Ages:
    return Ages(limit, OLDEST if limit <= _MOST_UNSURE else OLDEST + 1)


def _form(pattern: str, read: Callable[..., Ages]) -> tuple[re.Pattern[str], Callable[..., Ages]]:
    return re.compile(r"(?<![\w£$+:./-])" + pattern, re.IGNORECASE | re.ASCII), read


_FORMS = (
    _form(rf"(?:an?\s+)?{_NUMBER}{_OLD}", _one),
    _form(rf"(?<!in )(?<!for )(?<!last )(?<!past )(?<!after )(?<!over ){_NUMBER}\s*{_YEARS}\b"
          r"(?!\s*(?:ago|sober|clean|later|experience|in\b|since|now|long|sentence|together|married))", _one),
    _form(r"(?:an?\s+)?([0-9]{1,3})[\s-]*(?:months?|mths?)[\s-]*old\b", lambda months: _one(months // 12)),
    _form(r"(?:an?\s+)?([0-9]{1,3})[\s-]*(?:weeks?|wks?|days?)[\s-]*old\b", lambda _: _one(0)),
    _form(rf"{_AGED}{_NUMBER}{_NOT_YEARS}{_MAYBE_YEARS}", _one),
    _form(rf"{_I_AM}{_NUMBER}{_NOT_YEARS}{_NOT_A_HOUSE}(?:{_OLD})?", _sure_enough),
    _form(rf"(?:{_AFTER_SOMEBODY}){_NUMBER}{_NOT_YEARS}{_NOT_A_HOUSE}(?:{_OLD})?", _sure_enough),
    _form(rf"{_AGED}{_NUMBER}(?:{_TO}|\s+(?:and|or)\s+){_NUMBER}\b(?:{_OLD})?", Ages),
    _form(rf"{_NUMBER}(?:{_TO}|\s+(?:and|or)\s+){_NUMBER}{_OLD}", Ages),
    _form(rf"(?:aged\s+)?between\s+(?:the\s+)?(?:{_AGED})?{_NUMBER}\s+(?:and|to)\s+{_NUMBER}"
          rf"{_NOT_YEARS}(?:{_OLD})?", Ages),
    _form(rf"([0-9]{{1,2}}){_TO}([0-9]{{1,2}})(?:['’]?s\b)?{_NOT_YEARS}{_NOT_A_HOUSE}", _bare_range),
    _form(rf"(?:under|below|younger\s+than|less\s+than)[\s-]*(?:the\s+)?(?:{_AGED})?{_NUMBER}"
          rf"(?:['’]?s\b)?{_NOT_YEARS}{_MAYBE_YEARS}", _under),
    _form(r"u[\s-]?([0-9]{1,2})(?:['’]?s)?\b", _under),
    _form(rf"up\s+to\s+(?:the\s+)?{_AGED}{_NUMBER}{_NOT_YEARS}", lambda oldest: Ages(0, oldest)),
    _form(rf"up\s+to\s+{_NUMBER}{_OLD}", lambda oldest: Ages(0, oldest)),
    _form(rf"{_NUMBER}{_MAYBE_YEARS}\s+(?:and|or|&)\s+(?:under|below|younger)\b", lambda oldest: Ages(0, oldest)),
    _form(rf"{_OVER}(?:['’]?s\b)?{_NOT_YEARS}(?!\s*{_YEARS})", _over),
    _form(rf"{_OVER}{_OLD}", _over),
    _form(rf"{_OVER}\s*{_YEARS}\b", lambda limit: _over(limit if limit >= _LEAST_OVER_YEARS else OLDEST + 1)),
    _form(rf"(?:{_AGED})?{_NUMBER}{_MAYBE_YEARS}(?:\s*\+(?![0-9])|\s+plus\b|\s+(?:and|or|&)\s+(?:over|above|older)\b)",
          _over),
    _form(rf"(?:in\s+)?(?:{_WHOSE}(?:{_STAGE})?|{_STAGE})([2-9]0)['’]?s\b", lambda decade: Ages(decade, decade + 9)),
)  # fmt: skip

"""One cell to one value. Every reader takes cleaned text and returns the value, or raises CellError in plain English.

An empty cell is "not known": "", (), or None.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from itertools import accumulate
from typing import Literal, get_args

import phonenumbers

from directory import schedules
from directory.models import Audience, ClaimKind, CrewFact, CulturalClaim, Phone
from directory.places import NotFound, Place, Places
from directory.records import OUR_SERVICE_IDS

Reader = Callable[[str], object]

_OLDEST = 120  # years
_LONGEST_SHOWN = 60  # characters
_MOST_PROBLEMS = 5
_YES_NO = {"yes": True, "true": True, "no": False, "false": False, "": None}
_REF = re.compile(r"CAD-[0-9]{4,8}")
_ODS_CODE = re.compile(r"[A-Z0-9]{3,12}")
_DOS_SERVICE_ID = re.compile(r"([0-9]{1,10})(?:\.0+)?")
_AGE = re.compile(r"([0-9]{1,3})(?:\.0+)?")
_ISO_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]((?:[0-9]{2})?[0-9]{2})")
_MONTH_NAMED = re.compile(r"(?:([0-9]{1,2})[ -])?([a-z]{3})[a-z]*[ -]((?:[0-9]{2})?[0-9]{2})", re.IGNORECASE)
_MONTHS = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())
_TWENTY_FOUR_SEVEN = re.compile(r"24-Jul(?:-[0-9]{2,4})?|24/0?7/[0-9]{2,4}", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\]{1,64}@(?:[\w-]+\.)+[^\W\d_]{2,}")
_WEB_ADDRESS = re.compile(r"https?://(?:[\w-]+\.)+[^\W\d_]{2,}(?::[0-9]{1,5})?(?:[/?#][^\s<>\"]*)?", re.IGNORECASE)
_POSTCODE_SHAPED = re.compile(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}")
_NUMBER_AND_NOTE = re.compile(r"(\+?[0-9][0-9 -]{0,30}[0-9])(?: *\((.*)\))?", re.DOTALL)
_YES_NO_AND_DATE = re.compile(r"(\w+)(?: *\(([^()]*)\))?")
_CLAIM = re.compile(r"(\w+) +([\w-]+) *\((.*\S.*)\)", re.DOTALL)
_SHORTENED = re.compile(r"^[0-9]+(?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_FOR_DRAMA = range(7700_900_000, 7700_901_000)  # Ofcom keeps these mobile numbers for made-up people


class CellError(ValueError):
    """What is wrong in one cell and how to mend it."""


def prose(cell: str) -> str:
    """Text of one or more lines."""
    return cell


def one_line(cell: str) -> str:
    """Text of one line."""
    if "\n" in cell:
        raise CellError("There is a line break in this cell. Take it out.")
    return cell


def ref(cell: str) -> str:
    """A reference: CAD- and at least four digits."""
    if not _REF.fullmatch(cell.upper()):
        raise CellError(f"{_shown(cell)} is not a reference. Write it like CAD-0123.")
    return cell.upper()


def yes_or_no(cell: str) -> bool | None:
    """yes, no, or not known; TRUE and FALSE too, which is what a spreadsheet may make of them."""
    if cell.lower() not in _YES_NO:
        raise CellError(f"{_shown(cell)} is neither yes nor no. Leave the cell empty if it is not known.")
    return _YES_NO[cell.lower()]


def age(cell: str) -> int | None:
    """Whole years, 0 to 120."""
    if not cell:
        return None
    match = _AGE.fullmatch(cell)
    if match is None or int(match[1]) > _OLDEST:
        raise CellError(f"{_shown(cell)} is not an age. Write whole years from 0 to {_OLDEST}, like 18.")
    return int(match[1])


def ods_code(cell: str) -> str:
    """A code of the NHS Organisation Data Service, in capitals."""
    code = cell.upper()
    if code and not _ODS_CODE.fullmatch(code):
        raise CellError(f"{_shown(cell)} is not an ODS code. Write 3 to 12 letters and digits, like RV5 or RV5B2.")
    return code


def dos_service_id(cell: str) -> int | None:
    """A number that the NHS Directory of Services gave out, and not one of ours."""
    if not cell:
        return None
    match = _DOS_SERVICE_ID.fullmatch(cell)
    number = int(match[1]) if match else 0
    if not 0 < number < 2**31:
        raise CellError(f"{_shown(cell)} is not a number of the Directory of Services. Write only its digits.")
    if number in OUR_SERVICE_IDS:
        raise CellError(f"{number} is this directory's own number. Write the one that the Directory of Services gave.")
    return number


def email(cell: str) -> str:
    """One email address."""
    if cell and not _EMAIL.fullmatch(cell):
        raise CellError(f"{_shown(cell)} is not an email address. Write one address, like help@example.org.")
    return cell


def web_address(cell: str) -> str:
    """An http or https address. One with a user name before the host is refused: it hides where it leads."""
    if cell and not _WEB_ADDRESS.fullmatch(cell):
        raise CellError(f"{_shown(cell)} is not a web address. Write it whole, like https://example.org/help.")
    return cell


def opening_hours(cell: str) -> str:
    """Opening hours in the canonical text of `directory.schedules`. Excel takes 24/7 for the 24th of July."""
    try:
        return schedules.write(schedules.parse("24/7" if _TWENTY_FOUR_SEVEN.fullmatch(cell) else cell))
    except schedules.HoursError as error:
        raise CellError(f"{error.problem} {error.mend} (character {error.column} of the cell)") from None


def source_date(cell: str) -> str:
    """An ISO 8601 date, perhaps only a year or a month; also as a spreadsheet in the UK rewrites one."""
    if not cell:
        return ""
    meant = dates_meant(cell)
    if len(meant) > 1:
        raise CellError(f"{_shown(cell)} may be {' or '.join(meant)}. Write the one that is meant.")
    if not meant:
        known = any(shape.fullmatch(cell) for shape in (_ISO_DATE, _DAY_FIRST))
        mend = "is not in the calendar. Check the month and the day."
        raise CellError(
            f"{_shown(cell)} {mend if known else 'is not a date. Write it like 2026-03-31, 2026-03 or 2026.'}"
        )
    return meant[0]


def dates_meant(cell: str) -> tuple[str, ...]:
    """Every ISO 8601 date that a cell may mean: 03/04/2026 is 3 April in one country and 4 March in another."""
    if _ISO_DATE.fullmatch(cell):
        written = [cell]
    elif match := _DAY_FIRST.fullmatch(cell):
        year, one, other = _year(match[3]), f"{int(match[1]):02}", f"{int(match[2]):02}"
        written = [f"{year}-{other}-{one}", f"{year}-{one}-{other}"]
    elif (match := _MONTH_NAMED.fullmatch(cell)) and match[2].lower() in _MONTHS:
        month = f"{_year(match[3])}-{_MONTHS.index(match[2].lower()) + 1:02}"
        written = [f"{month}-{int(match[1]):02}" if match[1] else month]
    else:
        written = []
    return tuple(dict.fromkeys(filter(_is_in_calendar, written)))


def _year(digits: str) -> str:
    """Four digits; two are of this century up to 29, as a spreadsheet reads them."""
    return digits if len(digits) == 4 else f"{20 if int(digits) < 30 else 19}{digits}"


def _is_in_calendar(iso: str) -> bool:
    try:
        date.fromisoformat((iso + "-01-01")[:10])
    except ValueError:
        return False
    return True


def crew_fact(cell: str) -> CrewFact | None:
    """Yes or no, perhaps with the date on which it was said: "yes (2026-11-22)", "no (2026-11)", "yes"."""
    match = _YES_NO_AND_DATE.fullmatch(cell)
    value = _YES_NO.get(match[1].lower()) if match else None
    if cell and (match is None or value is None):
        mend = "Write it like yes (2026-11-22), or yes alone where the date is not known. Empty means not known."
        raise CellError(f"{_shown(cell)} is neither yes nor no. {mend}")
    return None if match is None or value is None else CrewFact(value=value, on=source_date((match[2] or "").strip()))


def cultural_claims(communities: "Vocabulary", languages: "Vocabulary") -> Callable[[str], tuple[CulturalClaim, ...]]:
    """A reader of claims, each with who says so and perhaps when: "led_by somali (Example Trust, 2026-11)"."""

    def read(cell: str) -> tuple[CulturalClaim, ...]:
        return tuple(map(_claim, parts(cell)))

    def _claim(part: str) -> CulturalClaim:
        match = _CLAIM.fullmatch(part)
        if match is None or not is_balanced(match[3]):
            example = "specialist_in somali (Example Trust, 2026-11-22)"
            raise CellError(f"{_shown(part)} is not a claim. Write it like {example}, with ; between two.")
        kind = _CLAIMS.one(match[1])
        code = (languages if kind == "staff_speak" else communities).one(match[2])
        said_by, comma, last = match[3].strip().rpartition(",")
        if not comma or not last.strip()[:1].isdigit():
            said_by, last = match[3], ""
        said = {"said_by": said_by.strip(), "said_on": source_date(last.strip())}
        return CulturalClaim.model_validate({"kind": kind, "code": code, **said})

    return read


def phones(
    kind: Literal["voice", "text"], audience: Audience, purpose: Literal["", "handover"] = ""
) -> Callable[[str], tuple[Phone, ...]]:
    """A reader of numbers with notes: "020 7946 0123 (reception); 111 (choose option 2)"."""

    def read(cell: str) -> tuple[Phone, ...]:
        return tuple(map(_phone, parts(cell)))

    def _phone(part: str) -> Phone:
        if _SHORTENED.search(part):
            mend = "Its last digits are lost: make the column text, and type the number again."
            raise CellError(f"A spreadsheet has shortened this number to {_shown(part)}. {mend}")
        match = _NUMBER_AND_NOTE.fullmatch(part)
        if match is None or not is_balanced(match[2] or ""):
            example = "020 7946 0123 (ask for the duty worker)"
            raise CellError(f"{_shown(part)} is not a number with a note. Write it like {example}, with ; between two.")
        note = (match[2] or "").strip()
        return Phone(number=_number(match[1]), note=note, kind=kind, audience=audience, purpose=purpose)

    return read


def _number(written: str) -> str:
    """The number as Ofcom groups it, or a short code as it was written.

    A spreadsheet that takes a number for a quantity drops its first 0 or its +: both are put back.
    """
    digits = written.replace(" ", "").replace("-", "")
    lost = "" if digits.startswith(("0", "+")) else "+" if digits.startswith("44") else "0"
    for whole in (digits, lost + digits):
        if grouped := _grouped(whole, written):
            return grouped
    raise CellError(f"{_shown(written)} is not a number that exists. Check each digit.")


def _grouped(digits: str, written: str) -> str | None:
    """The number as it is shown; None where there is no such number."""
    try:
        parsed = phonenumbers.parse(digits, "GB")
    except phonenumbers.NumberParseException:
        return None
    if not digits.startswith("+") and phonenumbers.is_valid_short_number_for_region(parsed, "GB"):
        return written
    british = parsed.country_code == phonenumbers.country_code_for_region("GB")
    is_made_up = british and parsed.national_number in _FOR_DRAMA
    if not digits.startswith(("0", "+")) or not (phonenumbers.is_valid_number(parsed) or is_made_up):
        return None
    shape = phonenumbers.PhoneNumberFormat.NATIONAL if british else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, shape))


def parts(cell: str) -> list[str]:
    """What stands between semicolons, but for those in brackets; nothing empty."""
    found, depth = [""], 0
    for character in cell:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == ";" and depth <= 0:
            found.append("")
            depth = 0
        else:
            found[-1] += character
    return [part.strip() for part in found if part.strip()]


def is_balanced(text: str) -> bool:
    """Whether every bracket that opens is closed after it."""
    depths = list(accumulate({"(": 1, ")": -1}.get(character, 0) for character in text))
    return not depths or (min(depths) >= 0 and depths[-1] == 0)


class Vocabulary:
    """The words that a cell may hold, with what each stands for. Capitals do not matter."""

    def __init__(self, noun: str, words: Mapping[str, str], source: str) -> None:
        self._noun = noun
        self._source = source
        self._spellings = {word.casefold(): word for word in words}
        self._values = {word.casefold(): value for word, value in words.items()}

    def one(self, cell: str) -> str:
        """What the only word of the cell stands for; "" for an empty cell."""
        if not cell:
            return ""
        value = self._values.get(cell.casefold())
        if value is None:
            raise CellError(self._unknown(cell))
        return value

    def several(self, cell: str) -> tuple[str, ...]:
        """What each word stands for; words are separated by semicolons."""
        words = [word for word in map(str.strip, cell.split(";")) if word]
        unknown = [word for word in words if word.casefold() not in self._values]
        if unknown:
            raise CellError(" ".join(map(self._unknown, unknown[:_MOST_PROBLEMS])))
        values = tuple(self._values[word.casefold()] for word in words)
        twice = [word for word, value in zip(words, values, strict=True) if values.count(value) > 1]
        if twice:
            raise CellError(f"{_shown(twice[-1])} is here more than once. Keep one.")
        return values

    def _unknown(self, word: str) -> str:
        close = get_close_matches(word[:_LONGEST_SHOWN].casefold(), self._spellings, n=1)
        hint = f"Did you mean {self._spellings[close[0]]}?" if close else f"Use one from {self._source}."
        return f"There is no {self._noun} {_shown(word)}. {hint}"


_CLAIMS = Vocabulary("kind of claim", {kind: kind for kind in get_args(ClaimKind)}, ", ".join(get_args(ClaimKind)))


def required(reader: Reader) -> Reader:
    """A reader of a cell that must not be empty."""

    def read(cell: str) -> object:
        if not cell:
            raise CellError("This cell is empty. Fill it in.")
        return reader(cell)

    return read


def one_of(*options: str) -> Callable[[str], str | None]:
    """A reader of one of these words, in any capitals."""

    def read(cell: str) -> str | None:
        if cell and cell.lower() not in options:
            raise CellError(f"{_shown(cell)} is not one of: {', '.join(options)}.")
        return cell.lower() or None

    return read


def postcode_in(places: Places) -> Callable[[str], Place | None]:
    """A reader of whole postcodes."""

    def read(cell: str) -> Place | None:
        if not cell:
            return None
        if not _POSTCODE_SHAPED.fullmatch(cell):
            raise CellError(f"{_shown(cell)} is not a whole postcode. Write it like SE5 8AZ.")
        found = places.locate(cell)
        if isinstance(found, NotFound):
            raise CellError(found.message)
        if not isinstance(found, Place) or found.label.replace(" ", "") != cell.replace(" ", "").upper():
            hint = f"Did you mean {found.label}?" if isinstance(found, Place) else "Write it like SE5 8AZ."
            raise CellError(f"{_shown(cell)} is not a postcode that we know. {hint}")
        return found

    return read


def _shown(text: str) -> str:
    """A cell's text in a message: quoted, on one line, and cut where it is long."""
    plain = " ".join(text.split())
    return f"“{plain}”" if len(plain) <= _LONGEST_SHOWN else f"“{plain[:_LONGEST_SHOWN]}…”"

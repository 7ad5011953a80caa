"""Passwords: kept with Argon2; short, common and breached ones are refused.

zxcvbn is imported where a password is chosen: its lists of words take 12 MB, and most processes never need them.
"""

import hashlib
import logging
import unicodedata
from functools import cache
from urllib.error import URLError
from urllib.request import Request, urlopen

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from directory.config import Config

SHORTEST, LONGEST = 10, 128
GUESSABLE = 2
"""zxcvbn's score, from 0 to 4, up to which a password is refused: fewer than a hundred million guesses find it."""
_LOOK_UP_SECONDS = 2.0
_MEASURED = 72  # characters that zxcvbn looks at: its time grows with them

_hasher = PasswordHasher()
log = logging.getLogger(__name__)


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(_normal(password))


def is_password(password: str, kept: str | None) -> bool:
    """Whether it is the password of which this was kept. Takes as long where nothing was kept."""
    try:
        return _hasher.verify(kept or _nobody(), _normal(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def fault_of(password: str, config: Config, about: tuple[str, ...] = ()) -> str:
    """What is wrong with a new password, in a sentence; "" if nothing is. `about` are words that are too near."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. Three random words are easy to remember."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    from zxcvbn import zxcvbn

    score: int = zxcvbn(password[:_MEASURED], user_inputs=[*about, "crisis", "alternatives"])["score"]
    if score <= GUESSABLE:
        return "That password is too easy to guess. Use three random words, such as the names of things around you."
    if _is_breached(password, config.breached_passwords_url):
        return "That password was stolen from another website, so others may try it. Choose another."
    return ""


def _is_breached(password: str, url: str) -> bool:
    """Whether a list of stolen passwords has it. Only five characters of its hash leave; no answer is no fault."""
    if not url:
        return False
    digest = hashlib.sha1(_normal(password).encode(), usedforsecurity=False).hexdigest().upper()
    request = Request(f"{url}/{digest[:5]}", headers={"Add-Padding": "true", "User-Agent": "crisis-alternatives"})
    try:
        with urlopen(request, timeout=_LOOK_UP_SECONDS) as answer:  # an address of the settings
            lines = answer.read(1_000_000).decode("ascii", "replace").splitlines()
    except (URLError, OSError, ValueError):
        log.warning("The list of stolen passwords could not be asked")
        return False
    counts: dict[str, str] = dict(line.strip().split(":", 1) for line in lines if ":" in line)
    return counts.get(digest[5:], "0").strip() != "0"


def _normal(password: str) -> str:
    """One form of letters that can be written in two ways, whichever the keyboard sends."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobody() -> str:
    return _hasher.hash("nobody's password")

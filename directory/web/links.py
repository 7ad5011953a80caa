"""Addresses of pages, for pages and JSON alike."""

import re
import unicodedata

from directory.models import Entry
from directory.records import Record


def slug(text: str) -> str:
    """A name as part of an address: small letters and digits without accents, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text.replace("&", " and ")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-") or "service"


def entry_path(entry: Entry | Record) -> str:
    """Where the page of an entry is: /services/CAD-0001/its-name."""
    return f"/services/{entry.ref}/{slug(entry.name)}"


def type_path(code: str) -> str:
    """Where the entries of a type are: /types/crisis-cafe."""
    return f"/types/{code.replace('_', '-')}"


def borough_path(name: str) -> str:
    """Where the entries of a borough are: /boroughs/tower-hamlets."""
    return f"/boroughs/{slug(name)}"

"""What the table is, for tools that check it: a Tabular Data Package.

<https://specs.frictionlessdata.io/tabular-data-package/>
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from directory.feeds.licence import ATTRIBUTION, LICENCE_NAME, LICENCE_URL, PUBLISHER, WEEKLY_TIMES
from directory.feeds.tables.columns import Column

NAME: Final = "london-crisis-alternatives"
TABLE: Final = "services.csv"
_LICENCES = [{"name": "CC-BY-4.0", "title": LICENCE_NAME, "path": LICENCE_URL}]
_SOURCES = [
    {"title": "The services' own words, and public pages of their providers: the column sources of each row"},
    {"title": "Office for National Statistics, postcode directory (Open Government Licence v3.0)"}
    | {"path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"},
]


def package(columns: Iterable[Column], home: str, changed_at: datetime | None) -> dict[str, Any]:
    """The descriptor of a table with these columns, in one folder with it. `home` is the address of the directory."""
    described = {
        "profile": "tabular-data-package",
        "name": NAME,
        "title": "London crisis alternatives",
        "description": f"Where a person in crisis in London can go, or whom they can call. {WEEKLY_TIMES}",
        "homepage": home,
        "keywords": ["mental health", "crisis", "London", "directory of services"],
        "licenses": _LICENCES,
        "attribution": ATTRIBUTION,
        "sources": _SOURCES,
        "contributors": [{"title": PUBLISHER, "path": home, "role": "publisher"}],
        "resources": [_table(columns)],
    }
    return described | ({"created": changed_at.isoformat(timespec="seconds")} if changed_at else {})


def _table(columns: Iterable[Column]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": "services",
        "title": "Services",
        "description": "One row for each service at one place. A text that begins with = + - or @ has ' before it, so "
        "that no spreadsheet runs it: take that away.",
        "path": TABLE,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "licenses": _LICENCES,
        "sources": _SOURCES,
        "schema": {"fields": [_field(column) for column in columns], "primaryKey": "uuid", "missingValues": [""]},
    }


def _field(column: Column) -> dict[str, Any]:
    told = {"name": column.name, "type": column.type, "format": column.format, "description": column.description}
    return told | ({"constraints": dict(column.constraints)} if column.constraints else {})

"""How templates are found and what they may do: all but plain-text mail is escaped; a missing variable is an error."""

from collections.abc import Iterator
from typing import NoReturn

from flask import Flask
from jinja2 import ChainableUndefined, ChoiceLoader, FileSystemLoader, PackageLoader, UndefinedError

from directory.config import ROOT

SERVICE_NAME = "Crisis alternatives"


class RefusingUndefined(ChainableUndefined):
    """Lets the nhsuk macros ask for parameters that were not given, and refuses to print or walk through one."""

    def __str__(self) -> str:
        self._refuse()

    def __iter__(self) -> Iterator[object]:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise UndefinedError(self._undefined_message)


def init_app(app: Flask) -> None:
    """Set up Jinja. Flask escapes by file ending and would leave the `.jinja` macros of nhsuk unescaped."""
    app.jinja_options = {
        "autoescape": lambda name: not (name or "").endswith(".txt"),
        "undefined": RefusingUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "loader": ChoiceLoader(
            [FileSystemLoader(ROOT / "templates"), PackageLoader("nhsuk_frontend_jinja")],
        ),
    }
    app.jinja_env.globals["service_name"] = SERVICE_NAME

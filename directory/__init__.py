"""The hall: wires the rooms together, in an order that can be read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from directory.config import Config


def create_app(config: Config | None = None, *, now: Callable[[], datetime] | None = None) -> Flask:
    """Build the application. Opens no database and reads no table until something is asked of it.

    `now` tells the time in London; tests pass their own. Raises ConfigError where the environment cannot be used.
    The rooms are imported here, so that the pure ones can be imported without Flask.
    """
    from flask import Flask

    from directory import accounts, api, commands, feeds, provider, public, regional, web
    from directory.config import ROOT, from_environment, kept_secret

    templates = str(ROOT / "templates")
    app = Flask("directory", root_path=str(ROOT / "directory"), template_folder=templates, static_folder=None)
    rooms = web.Rooms(config or from_environment(), now or web.london_now)
    app.extensions["directory"] = rooms
    app.secret_key = kept_secret(rooms.config)
    web.init_app(app)
    accounts.init_app(app)
    public.init_app(app)
    provider.init_app(app)
    regional.init_app(app)
    api.init_app(app)
    feeds.init_app(app)
    commands.init_app(app)
    return app

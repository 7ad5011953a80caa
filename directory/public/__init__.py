"""The front room: what anybody may see without signing in."""

from typing import get_args

from flask import Flask

from directory import reports
from directory.models import Audience
from directory.public import entries, reporting
from directory.public.views import PublicPages, blueprint
from directory.web.periodic import forgetting


def init_app(app: Flask) -> None:
    """Register the public pages."""
    here = app.extensions["directory"]
    app.extensions["public"] = {audience: PublicPages(here, audience) for audience in get_args(Audience)}
    app.register_blueprint(blueprint)
    app.register_blueprint(entries.blueprint)
    app.register_blueprint(reporting.blueprint)
    forgetting(app, "who reported", reports.forget_reporters)

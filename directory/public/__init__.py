"""The front room: what anybody may see without signing in."""

from flask import Flask

from directory.public.views import PublicPages, blueprint


def init_app(app: Flask) -> None:
    """Register the public pages."""
    app.extensions["public"] = PublicPages(app.extensions["directory"])
    app.register_blueprint(blueprint)

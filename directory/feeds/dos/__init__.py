"""The words of the NHS Directory of Services: a snapshot, changes, one service, and a façade. See docs/feeds/dos.md."""

from flask import Flask

from directory.feeds.dos import facade, pages


def init_app(app: Flask) -> None:
    """Register the addresses."""
    app.register_blueprint(pages.blueprint)
    facade.init_app(app)

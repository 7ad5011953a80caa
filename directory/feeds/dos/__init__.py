"""The words of the NHS Directory of Services: a snapshot, the changes since, and one service. docs/feeds/dos.md."""

from flask import Flask

from directory.feeds.dos import pages


def init_app(app: Flask) -> None:
    """Register the addresses."""
    app.register_blueprint(pages.blueprint)

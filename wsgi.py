"""The front door."""

from directory import create_app

app = create_app()

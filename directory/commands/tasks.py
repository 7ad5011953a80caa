"""`flask tasks`: what is done from time to time."""

from flask.cli import AppGroup

tasks = AppGroup("tasks", help="What is done from time to time.")

"""The cloakroom: who somebody is, and which roles they hold."""

from flask import Flask

from directory.accounts import (
    account_pages,
    commands,
    invitations,
    key_commands,
    key_pages,
    limits,
    passkey_pages,
    people_pages,
    sessions,
    signing_in,
)
from directory.web import rooms
from directory.web.periodic import forgetting
from directory.web.times import moment


def init_app(app: Flask) -> None:
    """Register the pages of accounts and people, and tell the doors who has signed in."""
    sessions.init_app(app)
    app.register_blueprint(signing_in.pages)
    app.register_blueprint(invitations.pages)
    app.register_blueprint(account_pages.pages)
    app.register_blueprint(passkey_pages.pages)
    app.register_blueprint(passkey_pages.asked)
    app.register_blueprint(people_pages.pages)
    app.register_blueprint(key_pages.pages)
    if app.extensions["directory"].config.single_sign_on is not None:
        from directory.accounts import single_sign_on  # with Authlib, which nobody else needs

        single_sign_on.init_app(app)
    app.cli.add_command(commands.people)
    app.cli.add_command(key_commands.keys_group)
    app.jinja_env.globals.update(scope_in_words=invitations.scope_in_words, role_in_words=invitations.role_in_words)
    forgetting(app, "old attempts", limits.prune)
    app.jinja_env.filters["told"] = lambda instant: moment(instant, rooms().now())

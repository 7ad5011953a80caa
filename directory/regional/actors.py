"""Who did something, by name: the thread of changes knows accounts and commands only."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlmodel import Session

from directory.models import Account

_columns = Account.__table__.columns  # type: ignore[attr-defined]


def names(session: Session, actors: Iterable[str]) -> Mapping[str, str]:
    """The name of each actor, for showing only: a person's name, "the link in a mail", "the command load"."""
    wanted = set(actors)
    ids = [account for actor in wanted if (account := account_id(actor)) is not None]
    rows = session.execute(select(_columns["id"], _columns["name"]).where(_columns["id"].in_(ids))).all()
    known = {f"account:{row.id}": str(row.name) for row in rows}
    return {actor: known.get(actor) or _unnamed(actor) for actor in wanted}


def account_of(session: Session, actor: str) -> Account | None:
    """The active account of an actor, to write to; None for links, commands and those who have left."""
    found = account_id(actor)
    account = session.get(Account, found) if found is not None else None
    return account if account is not None and account.active else None


def account_id(actor: str) -> int | None:
    """The account that an actor is; None where it is none."""
    kind, _, number = actor.partition(":")
    return int(number) if kind == "account" and number.isdecimal() else None


def _unnamed(actor: str) -> str:
    kind, _, what = actor.partition(":")
    if kind == "command":
        return f"the command {what}"
    others = {"link": "the link in a mail", "account": "somebody who has left", "system": "the directory itself"}
    return others.get(kind, actor)

"""Messages as people read them: plain text and HTML from one pair of templates, put into the outbox."""

from datetime import datetime

from flask import Flask, current_app
from sqlmodel import Session

from directory import outbox
from directory.web.house import rooms
from directory.web.periodic import forgetting


def init_app(app: Flask) -> None:
    """Forget the words of messages that were sent long ago."""
    forgetting(app, "old mail", outbox.forget)


def post(session: Session, name: str, *, to_email: str, key: str, at: datetime, **facts: object) -> None:
    """Write `templates/mail/<name>.txt` and `.html` and have them sent; the first line of the text is the subject.

    `key` is what the message is about ("sent-back:12"): two with the same key are one. Inside a unit of work. In both
    templates `link(path)` is the whole address of a page: a request may name any host, so its own is not to be trusted.
    """
    templates = current_app.jinja_env
    facts["link"] = lambda path: f"{rooms().config.public_url}{path}"
    text = templates.get_template(f"mail/{name}.txt").render(facts)
    subject, _, body = text.partition("\n")
    html = templates.get_template(f"mail/{name}.html").render(facts, subject=subject)
    outbox.put(session, key=key, to_email=to_email, subject=subject.strip(), text=body.strip(), html=html, at=at)

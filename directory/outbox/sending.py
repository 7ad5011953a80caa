"""Hands messages to a mail server, each at most once: a message is claimed before the server hears of it."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import Literal

from directory.config import MailServer
from directory.db import Database
from directory.outbox import rows
from directory.outbox.rows import Claimed

_PATIENCE = 30  # seconds, for each thing that the server is asked
_POLICY = SMTP.clone(cte_type="7bit")


class ServerAway(Exception):  # noqa: N818 - not a fault of a message
    """The mail server cannot be reached, or refuses us as a whole; what was not sent waits as it was."""


class _Refused(Exception):  # noqa: N818 - what a server says, not a fault
    """The server will never take this message."""


class _NotNow(Exception):  # noqa: N818
    """The server has not taken this message, and may later."""


class _Unsure(Exception):  # noqa: N818
    """The server was cut off before it said whether it took this message."""


Outcome = Literal["sent", "put off", "failed", "unsure"]


def send_due(database: Database, server: MailServer, now: Callable[[], datetime]) -> list[Outcome]:
    """Send every message that is due, one after another, and say what became of each; safe beside other senders.

    Raises ServerAway where the server is not there.
    """
    outcomes: list[Outcome] = []
    while _is_any_due(database, now()):
        with _connected(server) as connection:
            while connection.sock is not None and (mail := _claim(database, now())):
                outcomes.append(_send(database, connection, mail, server, now))
    return outcomes


def message_of(mail: Claimed, server: MailServer) -> EmailMessage:
    """The message as it travels: text and HTML, the same each time. Raises ValueError where its address is none."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = server.sender
    message["To"] = Address(addr_spec=mail.to_email)
    message["Subject"] = mail.subject
    message["Date"] = mail.at
    message["Message-ID"] = f"<{mail.id}.{mail.at:%Y%m%d%H%M%S%f}@{server.sender_domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _is_any_due(database: Database, at: datetime) -> bool:
    with database.reading() as session:
        return rows.is_any_due(session, at)


def _claim(database: Database, at: datetime) -> Claimed | None:
    with database.unit_of_work() as session:
        return rows.claim(session, at)


def _send(
    database: Database, connection: smtplib.SMTP, mail: Claimed, server: MailServer, now: Callable[[], datetime]
) -> Outcome:
    """Hand over a claimed message and note what became of it."""
    error: Exception | None = None
    try:
        _hand_over(connection, mail, server)
    except (_Refused, _NotNow, _Unsure) as problem:
        error = problem
    with database.unit_of_work() as session:
        if error is None:
            rows.sent(session, mail, now())
            return "sent"
        if isinstance(error, _Unsure):
            rows.unsure(session, mail, str(error))
            return "unsure"
        if isinstance(error, _NotNow) and rows.put_off(session, mail, str(error), now()):
            return "put off"
        rows.failed(session, mail, str(error))
        return "failed"


def _hand_over(connection: smtplib.SMTP, mail: Claimed, server: MailServer) -> None:
    """Have the server take one message. Errors are in our words with the server's code: its text may name people."""
    try:
        payload = message_of(mail, server).as_bytes()
        recipient = Address(addr_spec=mail.to_email).addr_spec
        recipient.encode("ascii")
    except (ValueError, IndexError) as error:  # the parser of addresses raises both
        raise _Refused("the address cannot be used") from error
    try:
        _announce(connection, parseaddr(server.sender)[1], recipient)
        _hear("message", *_deliver(connection, payload))
    except (_Refused, _NotNow):
        with suppress(OSError):
            connection.rset()
        raise


def _announce(connection: smtplib.SMTP, sender: str, recipient: str) -> None:
    try:
        _hear("sender", *connection.mail(sender))
        _hear("address", *connection.rcpt(recipient))
    except OSError as error:
        connection.close()
        raise _NotNow("the server hung up") from error


def _deliver(connection: smtplib.SMTP, payload: bytes) -> tuple[int, bytes]:
    """What the server says to the message itself. Once it has begun to leave, only an answer tells the end."""
    try:
        code, text = connection.data(payload)
    except smtplib.SMTPDataError as refusal:  # of the wish to send, before anything was sent
        return refusal.smtp_code if refusal.smtp_code >= 400 else 451, b""
    except OSError as error:
        connection.close()
        raise _Unsure("the server hung up before it said whether it took the message") from error
    if code < 0:
        raise _Unsure("the server's answer to the message could not be read")
    return code, text


def _hear(what: str, code: int, _text: bytes) -> None:
    if 500 <= code < 600:
        raise _Refused(f"the server refused the {what}: {code}")
    if not 200 <= code < 300:
        raise _NotNow(f"the server did not take the {what} now: {code}")


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection on which messages may be handed over; raises ServerAway where there can be none."""
    try:
        connection = _connect(server)
    except OSError as error:
        raise ServerAway(_why(error)) from error
    try:
        yield connection
    finally:
        with suppress(OSError):
            connection.quit()
        connection.close()


def _connect(server: MailServer) -> smtplib.SMTP:
    context, hello = ssl.create_default_context(), server.sender_domain
    if server.security == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, hello, timeout=_PATIENCE, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, hello, timeout=_PATIENCE)
    try:
        connection.ehlo()
        if server.security == "starttls":
            connection.starttls(context=context)
        if server.username:
            connection.login(server.username, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _why(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "The mail server refuses the user name or the password of MAIL_URL."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "The mail server offers no TLS, or no way to sign in. Check MAIL_URL."
    if isinstance(error, ssl.SSLError):
        return "The mail server's certificate or TLS cannot be trusted. Check MAIL_URL."
    return "The mail server cannot be reached. Check MAIL_URL, and that the server is up."

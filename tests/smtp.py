"""A mail server of its own process, on loopback. How it answers depends on whom a message is for.

`nobody@` is refused, `full@` is put off, `words@` has its message refused, `crash@` ends the server in the middle of a
message, `silent@` is left without an answer.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

from directory.config import ROOT, MailServer

SENDER = "Crisis alternatives <directory@example.org>"
_REFUSALS = {"nobody": "550 no such person", "full": "452 no room"}


class Handler:
    """Keeps each message that it takes as a file of the folder, with its recipients in the name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        refusal = _REFUSALS.get(address.partition("@")[0])
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        name = envelope.rcpt_tos[0].partition("@")[0]
        if name == "words":
            return "554 not these words"
        number = len(list(self.folder.iterdir()))
        (self.folder / f"{number:04} {','.join(envelope.rcpt_tos)}").write_bytes(envelope.content)
        if name == "crash":
            os._exit(1)
        if name == "silent":
            await asyncio.sleep(3600)
        return "250 OK"


class Server:
    """A running mail server and what it has taken."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.command = [sys.executable, "-m", "tests.smtp", str(folder), *options]
        self.start()

    def start(self) -> None:
        """Listen on a port that is free."""
        self.process = subprocess.Popen(self.command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def start_again_if_ended(self) -> None:
        """After somebody made it crash."""
        if self.process.poll() is not None:
            self.process.communicate()
            self.start()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.kill()
        self.process.communicate()

    @property
    def settings(self) -> MailServer:
        return MailServer("127.0.0.1", self.port, "none", SENDER)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?starttls=no"

    @property
    def recipients(self) -> list[str]:
        """Whom each message was for, in the order that they came."""
        return [path.name.partition(" ")[2] for path in sorted(self.folder.iterdir())]

    @property
    def messages(self) -> list[EmailMessage]:
        """The messages, in the order that they came."""
        parsed = [
            message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(self.folder.iterdir())
        ]
        return [message for message in parsed if isinstance(message, EmailMessage)]


@contextmanager
def mail_server(folder: Path, *options: str) -> Iterator[Server]:
    """A mail server that keeps its messages in a folder, until the end."""
    folder.mkdir()
    with Server(folder, *options) as server:
        yield server


async def _serve(folder: Path, options: list[str]) -> None:
    def nobody(*_: Any) -> AuthResult:
        return AuthResult(success=False, handled=False)

    more = {"authenticator": nobody, "auth_require_tls": False} if "--refuse-passwords" in options else {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(folder), hostname="localhost", **more), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), sys.argv[2:]))

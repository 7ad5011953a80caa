"""Passwords that are refused, and the list of stolen ones: a process of its own on this machine stands for it."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from directory.accounts import passwords
from directory.config import Config
from tests.served import kept_port

NOWHERE = Config(Path("/nonexistent"), "sqlite://")
STOLEN, FINE = "teapot lantern bicycle", "harbour violin carpet"
LIST = """
import http.server, sys

class List(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print(self.path, flush=True)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{'0' * 35}:0\\r\\n{sys.argv[1]}:27\\r\\n".encode())

    def log_message(self, *_):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), List)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short one", "at least 10"),
        ("x" * 129, "at most 128"),
        ("password1234", "too easy to guess"),
        ("qwertyuiop", "too easy to guess"),
        ("crisiscrisis", "too easy to guess"),
        ("sam.editor@example.org", "too easy to guess"),
        (FINE, ""),
    ],
)
def test_a_password_that_others_would_guess_is_refused(password: str, says: str) -> None:
    fault = passwords.fault_of(password, NOWHERE, ("Sam Editor", "sam.editor@example.org"))
    assert says in fault and bool(fault) is bool(says)


def test_what_is_kept_is_argon2_and_takes_letters_however_they_are_typed() -> None:
    kept = passwords.hash_password("caf\u00e9 harbour violin")
    assert kept.startswith("$argon2id$")
    assert passwords.is_password("cafe\u0301 harbour violin", kept)
    assert not passwords.is_password("cafe harbour violin", kept)
    assert not passwords.is_password("anything", None)
    assert not passwords.is_password("anything", "not a hash")


@pytest.fixture
def stolen(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The address of the list, and its process, which prints what it is asked and may be slow."""
    monkeypatch.setattr(passwords, "_LOOK_UP_SECONDS", 60.0)
    suffix = hashlib.sha1(STOLEN.encode()).hexdigest().upper()[5:]
    with subprocess.Popen([sys.executable, "-c", LIST, suffix], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}", process
        process.terminate()


def test_a_stolen_password_is_refused_and_five_characters_leave(
    stolen: tuple[str, "subprocess.Popen[str]"],
) -> None:
    url, process = stolen
    config = replace(NOWHERE, breached_passwords_url=url)
    assert "stolen" in passwords.fault_of(STOLEN, config)
    assert passwords.fault_of(FINE, config) == ""
    assert process.stdout is not None
    asked = [process.stdout.readline().strip() for _ in range(2)]
    assert asked == [f"/{hashlib.sha1(word.encode()).hexdigest().upper()[:5]}" for word in (STOLEN, FINE)]


def test_a_list_that_cannot_be_asked_is_no_fault() -> None:
    with kept_port() as nobody:
        config = replace(NOWHERE, breached_passwords_url=f"http://127.0.0.1:{nobody}")
        assert passwords.fault_of(FINE, config) == ""

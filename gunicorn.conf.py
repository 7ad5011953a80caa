"""How gunicorn serves the directory. Nothing here writes an address or a query to a log."""

import gc
import os
import signal
import socket
import sys
from dataclasses import replace

from gunicorn import util
from gunicorn.http.errors import InvalidResponseHeader, InvalidResponseHeaderName, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

OURS = InvalidResponseHeader, InvalidResponseHeaderName
CANNOT_READ = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1><p>{detail} <a href="/">Start a new search</a>.</p>
<p>Life at risk? Call 999. Urgent mental health help: call 111 and choose option 2.</p></body></html>
"""


class Worker(ThreadWorker):
    """Says plainly what is wrong with a request that never reaches the directory, and keeps nothing of it.

    Gunicorn's own answers and log lines repeat what was sent, beside the address of the sender.
    """

    def handle_error(self, req, client, addr, exc):
        """Answer a request that cannot be read; what goes wrong on our side is logged by its kind alone."""
        status, title, detail = "400 Bad Request", "We could not understand that", "Check the address of the page."
        if isinstance(exc, LimitRequestLine):
            status, title, detail = "414 URI Too Long", "That address is too long", "Use fewer words."
        elif not isinstance(exc, ParseException) or isinstance(exc, OURS):
            self.log.error("Error handling a request: %s", type(exc).__name__)
            status, title, detail = "500 Internal Server Error", "Sorry, something went wrong", "Try again in a minute."
        body = CANNOT_READ.format(title=title, detail=detail).encode()
        head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
        head += f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\r\n"
        try:
            util.write_nonblock(client, head.encode() + body)
            util.close_graceful(client)
        except OSError:
            self.log.debug("The sender has gone")


host = os.environ.get("HOST") or "127.0.0.1"
port = os.environ.get("PORT") or "8000"
if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
    sys.exit("PORT must be a number from 1 to 65535, for example 8000.")

bind = f"{host}:{port}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
worker_class = Worker
threads = 4
keepalive = 15
graceful_timeout = 5  # seconds; the slowest answer takes a small part of one
preload_app = True
limit_request_line = 8190
loglevel = "warning"
control_socket_disable = True


def on_starting(server):
    """For script/server: bring the installation up to date in this process, which halves the time to start."""
    if not os.environ.pop("PREPARE", None):
        return
    from directory import create_app
    from directory.config import from_environment

    try:
        socket.create_server((host, int(port))).close()
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        sys.exit(f"Cannot serve on {bind}: {why}. Choose another PORT or HOST, for example: PORT=8001 script/server")
    app = create_app(replace(from_environment(), refresh_seconds=0))  # one that leaves no thread behind
    try:
        with app.app_context():
            app.cli.main(["prepare"], prog_name="flask")
    except SystemExit as ended:
        if ended.code:
            raise
    app.extensions["directory"].database.close()


def when_ready(server):
    """The catalogue is made once, before the workers are forked, so that they share its memory."""
    from wsgi import app

    app.extensions["directory"].get_ready_to_fork()
    gc.collect()
    gc.freeze()  # what lasts is not gone through again and again while somebody waits
    sys.stdout.write(f"Listening on http://{bind}\n")
    sys.stdout.flush()


def post_worker_init(worker):
    """Each worker looks for changes from the start, not from its first request."""
    from directory.search.catalogue import CatalogueUnavailable

    try:
        worker.wsgi.extensions["directory"].catalogue()
    except CatalogueUnavailable as error:
        worker.log.error("%s", error)


def post_fork(server, worker):
    """A worker told to stop before it has begun stops at once, where gunicorn would wait for it."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

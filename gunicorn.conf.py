"""How gunicorn serves the directory. Nothing here writes an address or a query to a log."""

import os

from gunicorn import util
from gunicorn.http.errors import LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

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
        elif not isinstance(exc, ParseException):
            self.log.error("Error handling a request: %s", type(exc).__name__)
            status, title, detail = "500 Internal Server Error", "Sorry, something went wrong", "Try again in a minute."
        body = CANNOT_READ.format(title=title, detail=detail).encode()
        head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
        head += f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\r\n"
        try:
            util.write_nonblock(client, head.encode() + body)
        except OSError:
            self.log.debug("The sender has gone")


port = os.environ.get("PORT", "8000")
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{port}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = Worker
threads = 4
keepalive = 15
preload_app = True
limit_request_line = 8190
loglevel = "warning"


def when_ready(server):
    """The catalogue is made once, before the workers are forked, so that they share its memory."""
    from wsgi import app

    app.extensions["directory"].get_ready_to_fork()
    print(f"Listening on http://{bind}", flush=True)


def post_worker_init(worker):
    """Each worker looks for changes from the start, not from its first request."""
    from directory.search.current import CatalogueUnavailable

    try:
        worker.wsgi.extensions["directory"].catalogue()
    except CatalogueUnavailable as error:
        worker.log.error("%s", error)

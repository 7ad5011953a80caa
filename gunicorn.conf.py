"""How gunicorn serves the directory. Nothing here writes an address or a query to a log."""

import os

port = os.environ.get("PORT", "8000")
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{port}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
keepalive = 15
preload_app = True
limit_request_line = 8190
loglevel = "warning"


def when_ready(server):
    """The catalogue is made once, before the workers are forked, so that they share its memory."""
    from wsgi import app

    from directory.search.current import CatalogueUnavailable

    try:
        app.extensions["directory"].catalogue()
    except CatalogueUnavailable as error:
        server.log.error("%s", error)
    print(f"Listening on http://{bind}", flush=True)

"""Static files: compressed when they are built, served under names that change with their content, kept for ever."""

import hashlib
import logging
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Serve the built files, and let templates name them: `asset("app.css")`."""
    folder = Path(app.root_path) / "static" / "vendor"
    noise = WhiteNoise(app.wsgi_app, immutable_file_test=lambda path, url: True, allow_all_origins=False)
    addresses = {}
    for path in sorted(folder.glob("*.*")):
        if path.suffix in {".css", ".js", ".svg"}:
            addresses[path.name] = f"/static/{path.stem}.{_fingerprint(path)}{path.suffix}"
            noise.add_file_to_dictionary(addresses[path.name], str(path))
    if not addresses:
        log.warning("There is no stylesheet: run script/build-assets.")
    app.wsgi_app = noise  # type: ignore[method-assign]
    app.jinja_env.globals["asset"] = lambda name: addresses.get(name, f"/static/{name}")


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]

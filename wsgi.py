"""The front door."""

import sys

from directory import create_app
from directory.config import ConfigError

try:
    app = create_app()
except ConfigError as error:
    sys.exit(f"Error: {error}")

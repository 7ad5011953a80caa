"""What every command says where something is not ready."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click
from sqlalchemy.exc import SQLAlchemyError

from directory.db import MigrationError
from directory.places import PlacesUnavailable
from directory.search.catalogue import CatalogueUnavailable
from directory.taxonomies import TaxonomyError

P = ParamSpec("P")


def plainly(command: Callable[P, None]) -> Callable[P, None]:
    """Say what is not ready, and what to do, instead of showing a traceback."""

    @wraps(command)
    def said(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (PlacesUnavailable, TaxonomyError, CatalogueUnavailable, MigrationError) as error:
            raise click.ClickException(str(error)) from error
        except SQLAlchemyError as error:
            detail = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise click.ClickException(
                f"The database is not ready ({detail}). Check DATABASE_URL. If its tables are missing, run "
                "flask prepare. If it is damaged, put a copy back, or move it away and run flask prepare."
            ) from error
        except OSError as error:
            raise click.ClickException(
                f"Cannot use {error.filename}: {error.strerror}. INSTANCE_PATH must be a folder that can be written to."
            ) from error

    return said

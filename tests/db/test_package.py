"""What is not Python is in the wheel too: the catalogue's files and what migrations are made of."""

from pathlib import Path
from zipfile import ZipFile

from hatchling.builders.wheel import WheelBuilder

import db

ROOT = Path(db.__file__).parent.parent


def test_the_files_of_the_database_are_in_the_wheel(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if name.startswith("db/")}
    on_disk = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "db").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert names == on_disk
    assert {Path(name).suffix for name in names} >= {".csv", ".sql", ".mako", ".ini", ".py"}

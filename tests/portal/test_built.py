"""The committed files are what the sources build, byte by byte; types and operations are checked on the way."""

import subprocess
from pathlib import Path

from service.http.portal_page import BUILT
from tests.house.portal_build import MAKE_PORTAL, SOURCES


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_sources_build_what_is_committed(tmp_path: Path) -> None:
    subprocess.run(
        ["npm", "run", "--silent", "build", "--", "--outDir", tmp_path / "built"],
        cwd=SOURCES,
        check=True,
    )
    built, committed = contents(tmp_path / "built"), contents(BUILT)
    names = sorted(name for name in built | committed if built.get(name) != committed.get(name))
    assert names == [], MAKE_PORTAL

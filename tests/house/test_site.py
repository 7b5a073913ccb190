"""The documentation site: it builds strictly and offline, and has every type of the graph and both languages."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from graphql import build_schema, is_introspection_type, is_specified_scalar_type

from schema.graph import sdl
from scripts import pages
from tests.house.tree import ROOT

LOADED = re.compile(r'<(?:script|img|link)[^>]+(?:src|href)="(?:https?:)?//')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    built = folder / "built"
    ended = subprocess.run(
        ["bash", "scripts/build-site", built],
        cwd=ROOT,
        env={**os.environ, "PAGES": str(folder / "pages")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return built


def test_the_site_loads_nothing_from_another_host(site: Path) -> None:
    texts = {page: page.read_text(encoding="utf-8") for page in site.rglob("*.html")}
    assert len(texts) > 100
    assert [str(page) for page, text in texts.items() if LOADED.search(text)] == []


def test_every_type_of_the_graph_has_its_section(site: Path) -> None:
    own = {
        name
        for name, kind in build_schema(sdl(), assume_valid_sdl=True).type_map.items()
        if not is_introspection_type(kind)
        and not is_specified_scalar_type(kind)
        and not name.startswith("_")
    }
    built = "".join(
        page.read_text(encoding="utf-8") for page in (site / pages.GRAPH).glob("*.html")
    )
    assert own == set(re.findall(r'<h2 id="\w+">(\w+)<', built))


def test_users_have_the_same_pages_in_both_languages() -> None:
    names = [
        {page.name for page in (ROOT / "docs" / language).glob("*.md")} for language in ("vi", "en")
    ]
    assert names[0] == names[1] != set()


def test_a_link_that_leads_nowhere_stops_the_build(tmp_path: Path) -> None:
    """The strict build fails for the gathered pages with one broken link."""
    pages.gather(tmp_path / "pages")
    page = tmp_path / "pages" / "docs" / "scale.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n[gone](gone.md)\n", encoding="utf-8")
    ended = subprocess.run(
        [".venv-docs/bin/mkdocs", "build", "--strict", "--site-dir", tmp_path / "built"],
        cwd=ROOT,
        env={**os.environ, "PAGES": str(tmp_path / "pages")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode != 0
    assert "gone.md" in ended.stderr


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_words_in_bold_are_those_of_the_portal(language: str) -> None:
    """Each bold text of the user's pages is a text of the portal or of the service."""
    sources = [*(ROOT / "portal/src").rglob("*.ts*"), *(ROOT / "schema").rglob("*.py")]
    portal_text = "\n".join(path.read_text(encoding="utf-8") for path in sources).lower()
    bold = {
        word.strip(' ".')
        for page in (ROOT / "docs" / language).glob("*.md")
        for word in re.findall(r"\*\*([^*]+)\*\*", page.read_text(encoding="utf-8"))
    }
    assert bold
    assert sorted(word for word in bold if word.lower() not in portal_text) == []

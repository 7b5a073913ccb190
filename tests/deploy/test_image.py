"""What goes into an image: its context, the wheel that is built from it, its inventory, and the licences of the portal's bundle."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml
from hatchling.builders.wheel import WheelBuilder

from service.http.portal_page import BUILT
from tests.house.tree import ROOT, files, name

DEPLOY = ROOT / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
PORTAL = ROOT / "portal"
PAGES = {"portal": BUILT / "assets", "graphiql": BUILT / "assets" / "graphiql"}
LEFT_BEHIND = (
    "portal/node_modules/react/index.js",
    "portal/node_modules/.stamp",
    "portal/src/secret.ts",
    "service/.venv/bin/python",
    "db/.data/postgres/PG_VERSION",
    ".venv/bin/python",
    ".data/postgres/PG_VERSION",
    "rules/__pycache__/words.pyc",
    "schema/.mypy_cache/x.json",
    "tests/npm/node_modules/x.js",
    ".env",
    "service/.env",
    "deploy/service.env",
    "deploy/tls.key",
)
"""What work leaves in a checkout, and what a deployment keeps beside its files."""

Json = dict[str, Any]


def ignored(path: str, patterns: list[str]) -> bool:
    """Whether the rules of an ignore file leave a path out: the last that fits it, or a folder above it."""
    parts = path.split("/")
    folders = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    is_left_out = False
    for pattern in patterns:
        rule = re.escape(pattern.lstrip("!")).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
        if any(re.fullmatch(rule, folder) for folder in folders):
            is_left_out = not pattern.startswith("!")
    return is_left_out


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed files, and what work leaves beside them; without git's own ignore file."""
    folder = tmp_path_factory.mktemp("checkout")
    for path in files():
        target = folder / name(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    for left in LEFT_BEHIND:
        (folder / left).parent.mkdir(parents=True, exist_ok=True)
        (folder / left).write_text("left behind", encoding="utf-8")
    (folder / ".gitignore").unlink()  # an image is built from files alone
    return folder


@pytest.fixture(scope="module")
def context(checkout: Path) -> set[str]:
    """The build context of the image."""
    lines = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    every = (path for path in checkout.rglob("*") if path.is_file())
    listed = (path.relative_to(checkout).as_posix() for path in every)
    return {path for path in listed if not ignored(path, patterns)}


def copied_from_the_context() -> list[str]:
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.MULTILINE)
    return [word for line in lines for word in line.split()]


def test_the_context_holds_what_is_copied_and_nothing_that_work_leaves_behind(
    context: set[str],
) -> None:
    assert context & set(LEFT_BEHIND) == set()
    copied = copied_from_the_context()
    assert len(copied) > 6
    for source in copied:
        assert any(path == source or path.startswith(f"{source}/") for path in context), source
    unused = {path for path in context if not any((path + "/").startswith(f"{s}/") for s in copied)}
    assert unused == set()
    assert {name(path) for path in BUILT.rglob("*") if path.is_file()} <= context


def test_docker_leaves_out_the_same() -> None:
    """Docker reads only .dockerignore, and podman prefers its own file."""
    assert (ROOT / ".dockerignore").read_bytes() == (ROOT / ".containerignore").read_bytes()


def wheel_of(folder: Path, where: Path) -> set[str]:
    (wheel,) = WheelBuilder(str(folder)).build(directory=str(where), versions=["standard"])
    with ZipFile(wheel) as packed:
        return set(packed.namelist())


def test_the_wheel_holds_nothing_that_work_leaves_behind(
    checkout: Path, context: set[str], tmp_path: Path
) -> None:
    """From the context, and from a whole checkout without git's ignore file."""
    from_context = tmp_path / "context"
    for path in context:
        target = from_context / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(checkout / path, target)
    built = wheel_of(from_context, tmp_path / "one")
    assert built & set(LEFT_BEHIND) == set()
    assert built == wheel_of(checkout, tmp_path / "two")
    assert {name(path) for path in BUILT.rglob("*") if path.is_file()} <= built


def bundled(page: str) -> list[Json]:
    listed: list[Json] = json.loads((BUILT / "packages" / f"{page}.json").read_text("utf-8"))
    return listed


@pytest.mark.parametrize("page", PAGES)
def test_each_package_of_a_page_is_of_the_lock_and_has_its_notice(page: str) -> None:
    lock = json.loads((PORTAL / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    locked = {
        (where.rpartition("node_modules/")[2], package["version"])
        for where, package in lock.items()
        if where
    }
    (notices,) = PAGES[page].glob("notices-*.txt")
    text = notices.read_text(encoding="utf-8")
    packages = bundled(page)
    assert {"react", "react-dom"} <= {package["name"] for package in packages}
    for package in packages:
        assert (package["name"], package["version"]) in locked
        (licence,) = package["licenses"]
        title = f"{package['name']} {package['version']} ({licence['expression']})"
        assert title in text.splitlines()
    assert "Permission is hereby granted" in text


def test_the_inventory_names_python_packages_the_bundle_and_the_images(tmp_path: Path) -> None:
    """As the Containerfile makes it, for this environment; each component once, with its address."""
    tool = Path(sys.executable).with_name("cyclonedx-py")
    environment = tmp_path / "environment.json"
    words = ["environment", sys.executable, "--output-format", "JSON", "--output-file", environment]
    subprocess.run([str(word) for word in (tool, *words)], check=True, capture_output=True)
    inputs = (environment, BUILT / "packages", DEPLOY / "Containerfile")
    made = [str(word) for word in (sys.executable, DEPLOY / "inventory", *inputs)]
    printed = subprocess.run(made, check=True, capture_output=True, text=True)
    inventory = json.loads(printed.stdout)
    assert inventory["bomFormat"] == "CycloneDX"
    components = inventory["components"]
    assert len({component["bom-ref"] for component in components}) == len(components)
    purls = {component.get("purl", "") for component in components}
    assert {package["purl"] for page in PAGES for package in bundled(page)} <= purls
    (react,) = {package["version"] for package in bundled("portal") if package["name"] == "react"}
    assert f"pkg:npm/react@{react}" in purls
    assert any(purl.startswith("pkg:pypi/asyncpg@") for purl in purls)
    (base,) = set(re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE))
    assert f"pkg:docker/{base.replace(':', '@')}" in purls
    npm = [each for each in components if each.get("purl", "").startswith("pkg:npm/")]
    assert all(each["licenses"] for each in npm)


def images() -> list[tuple[str, str]]:
    """Every image that a file of deploy/ names, with the file."""
    named = []
    for path in sorted(DEPLOY.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        named += [
            (name(path), image) for image in re.findall(r"^\s*-? ?image: (\S+)", text, re.MULTILINE)
        ]
    for path in sorted(DEPLOY.rglob("Containerfile")):
        text = path.read_text(encoding="utf-8")
        named += [(name(path), image) for image in re.findall(r"^FROM (\S+)", text, re.MULTILINE)]
    return named


@pytest.mark.parametrize(("file", "image"), images())
def test_every_image_has_a_version(file: str, image: str) -> None:
    """To the point release: `latest`, `stable` or `18` are another image tomorrow."""
    _, _, version = image.partition(":")
    assert re.match(r"\d+\.\d+", version), f"{file}: {image}"


def test_images_of_our_own_are_built_by_a_file_here() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    own = {service["image"]: service for service in services.values() if "build" in service}
    version = re.search(
        r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE
    )
    assert version
    assert set(own) == {f"xeploai:{version[1]}", "xeploai-pgbouncer:1.18.0"}
    pooler = (DEPLOY / "pgbouncer" / "Containerfile").read_text(encoding="utf-8")
    assert "pgbouncer=1.18.0-" in pooler
    assert {image for _, image in images() if image.startswith("xeploai")} == set(own)

"""Lists the files of the repository as in a commit."""

from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("rules", "authz", "db", "resolvers", "schema", "service", "demo")
GENERATED = (
    "docs/authority.md",
    "docs/law.md",
    "docs/law.vi.md",
    "schema/contract/schema.graphql",
    "schema/contract/released.graphql",
)


@cache
def files() -> tuple[Path, ...]:
    """Every file that .gitignore does not exclude; works without git, also in an export."""
    return tuple(sorted(_below(ROOT)))


def sources(*folders: str) -> list[Path]:
    """The Python files of these folders of the root."""
    return [path for path in files() if path.suffix == ".py" and relative(path)[0] in folders]


def texts() -> list[tuple[Path, str]]:
    """Every file that is text, with its text."""
    texts_by_path = []
    for path in files():
        try:
            texts_by_path.append((path, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return texts_by_path


def relative(path: Path) -> tuple[str, ...]:
    return path.relative_to(ROOT).parts


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _below(folder: Path) -> list[Path]:
    paths = []
    for path in folder.iterdir():
        if _is_ignored(path):
            continue
        paths += _below(path) if path.is_dir() else [path]
    return paths


def _is_ignored(path: Path) -> bool:
    return path.name == ".git" or any(fnmatch(path.name, pattern) for pattern in _ignored())


@cache
def _ignored() -> tuple[str, ...]:
    """The patterns of .gitignore, all of which are plain names."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return tuple(line.rstrip("/") for line in lines)

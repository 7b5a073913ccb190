"""What `examples/` and the README show is what the service answers: each is run against the demonstration."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import Service, environment
from tests.house.tree import ROOT

TokenOf = Callable[[str], str]

EXAMPLES = ROOT / "examples"
PACKAGES = ROOT / "portal/node_modules"
QUERY = re.compile(r"token --post (\S+)\).*?-d '(\{.*?\})'\n(\{.*?\})\n", re.DOTALL)


def run(
    service: Service, token: str, *words: str | Path, **more: str
) -> subprocess.CompletedProcess[str]:
    asking = {"XEPLOAI_URL": f"{service.url}/graphql", "XEPLOAI_TOKEN": token}
    return subprocess.run(
        words,
        env=environment(service.data_dir, **asking, **more),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example in TypeScript, checked strictly and compiled: the oldest Node of the tests reads no types."""
    folder = tmp_path_factory.mktemp("portal")
    options = "--strict --target es2022 --module nodenext --lib es2023,dom --types node --typeRoots"
    source = EXAMPLES / "portal" / "hierarchy.mts"
    done = subprocess.run(
        [PACKAGES / ".bin/tsc", *options.split(), PACKAGES / "@types", "--outDir", folder, source],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return folder / "hierarchy.mjs"


def test_the_portal_query_prints_a_body_and_all_below_it(
    service: Service, token_of: TokenOf, portal: Path
) -> None:
    ended = run(service, token_of("ht.bi-thu"), "node", portal, "ht", "2022")
    assert (ended.returncode, ended.stderr) == (0, "")
    first, *below = ended.stdout.splitlines()
    name, children = service.sql(
        "SELECT name FROM body WHERE code = 'ht' UNION ALL "
        "SELECT count(*)::text FROM body WHERE parent_code = 'ht'"
    )
    assert first.startswith(f"{name} | ")
    assert len(below) == int(children) > 20  # more than one page


@pytest.mark.parametrize(("body", "code"), [("ht.nowhere", "NOT_FOUND"), ("ht", "BAD_TOKEN")])
def test_the_portal_query_ends_with_the_code_of_a_refusal(
    service: Service, token_of: TokenOf, portal: Path, body: str, code: str
) -> None:
    token = "no.such.token" if code == "BAD_TOKEN" else token_of("ht.bi-thu")
    ended = run(service, token, "node", portal, body, "2022")
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{code}: ")


def test_the_pull_brings_everything_once_then_what_changed_and_anew_after_a_restore(
    service: Service, tmp_path: Path
) -> None:
    token = service.command("token", "--service", "hr", "--scope", "read_level")
    file = tmp_path / "evaluations.json"
    words = (sys.executable, EXAMPLES / "pull" / "pull.py", "2023", "ht", file)
    (stored,) = service.sql("SELECT count(*)::text FROM appraisal WHERE year = 2023")

    def pulled() -> str:
        ended = run(service, token, *words)
        assert (ended.returncode, ended.stderr) == (0, "")
        return ended.stdout

    assert pulled() == f"{stored} came, {stored} are kept\n"
    assert pulled() == f"0 came, {stored} are kept\n"
    (changed,) = service.sql(
        "UPDATE appraisal SET version = version + 1 WHERE id = "
        "(SELECT min(id::text)::uuid FROM appraisal WHERE year = 2023) RETURNING id::text || ' ' || version"
    )
    assert pulled() == f"1 came, {stored} are kept\n"
    key, version = changed.split()
    assert json.loads(file.read_text("utf-8"))["evaluations"][key]["version"] == int(version)
    service.sql(
        "CLUSTER appraisal USING pk_appraisal"
    )  # as after a restore: the table has another file
    assert pulled() == f"{stored} came, {stored} are kept\n"
    assert pulled() == f"0 came, {stored} are kept\n"


def test_the_pull_ends_with_the_code_of_a_refusal(service: Service, tmp_path: Path) -> None:
    token = service.command("token", "--service", "hr", "--scope", "read_level")
    file = tmp_path / "evaluations.json"
    ended = run(
        service, token, sys.executable, EXAMPLES / "pull" / "pull.py", "2023", "ht.nowhere", file
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("NOT_FOUND: ")
    assert not file.exists()


@pytest.mark.parametrize("page", ["README.md", "README.vi.md"])
def test_the_query_of_the_readme_has_the_answer_of_the_readme(
    service: Service, token_of: TokenOf, page: str
) -> None:
    ((post, query, answered),) = QUERY.findall((ROOT / page).read_text(encoding="utf-8"))
    request: dict[str, Any] = json.loads(query.replace("\\\n", ""))
    answer = service.ask(request["query"], {}, token_of(post))
    assert answer["data"] == json.loads(answered)["data"]

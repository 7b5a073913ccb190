"""Apollo's subgraph compatibility suite: its cases and two subgraphs, our gateway, our door, our plan."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.end_to_end.conftest import free_port
from tests.end_to_end.federation.conftest import (
    NPM,
    application,
    compose,
    gateway,
    process,
    sdl_of,
)

SUITE = NPM / "node_modules/@apollo/federation-subgraph-compatibility-tests/dist"
CASES = 23
NO_PROVINCE = {"ht": "http://127.0.0.1:1/"}
"""Asked for a subgraph that is not there."""

Json = dict[str, Any]


@pytest.fixture(scope="module")
def addresses(
    products_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """Where the suite finds the products, and all three subgraphs behind the gateway."""
    with ExitStack() as running:
        app = "tests.end_to_end.federation.products.app"
        products = running.enter_context(application(app, DATABASE_URL=products_url))
        subgraphs = {"products": (products, sdl_of(products))}
        for name in ("users", "inventory"):
            folder, port = SUITE / "subgraphs" / name, str(free_port())
            started = process(["node", folder / "index.js"], port, {f"{name.upper()}_PORT": port})
            running.enter_context(started)
            sdl = (folder / f"{name}.graphql").read_text(encoding="utf-8")
            subgraphs[name] = (f"http://127.0.0.1:{port}/", sdl)
        composed = compose("apollo", subgraphs)
        assert composed.errors == []
        folder = tmp_path_factory.mktemp("compatibility")
        router = running.enter_context(gateway(composed.supergraph, NO_PROVINCE, folder))
        yield {"PRODUCTS_URL": products, "ROUTER_URL": router.url}


def test_every_case_of_the_suite_passes(
    addresses: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = tmp_path / "found.json"
    jest = NPM / "node_modules" / "jest" / "bin" / "jest.js"
    config = NPM / "compatibility.cjs"
    options = ["--ci", "--json", f"--outputFile={result}", f"--config={config}"]
    subprocess.run(
        ["node", jest, *options],
        cwd=NPM,
        env={**os.environ, **addresses},
        capture_output=True,
        check=False,
    )
    cases = [case for file in json.loads(result.read_text())["testResults"] for case in _of(file)]
    with capsys.disabled():
        print("", *(f"{case['status']:8} {case['fullName']}" for case in cases), sep="\n")  # noqa: T201 - the table of the suite
    assert {case["fullName"]: case["failureMessages"] for case in cases if _failed(case)} == {}
    assert len(cases) == CASES
    answered = httpx.get(f"{addresses['PRODUCTS_URL']}answered").json()
    with capsys.disabled():
        print(answered)  # noqa: T201 - the share of the plan is to be seen
    assert answered["product"] == {"plan": 5, "graphql-core": 0}
    assert answered["_entities"] == {"plan": 5, "graphql-core": 1}  # what `@requires` brings along


def _of(file: Json) -> list[Json]:
    cases: list[Json] = file["assertionResults"]
    return sorted(cases, key=lambda case: str(case["fullName"]))


def _failed(case: Json) -> bool:
    return bool(case["status"] != "passed")

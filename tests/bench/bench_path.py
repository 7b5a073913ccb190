"""How one `conclude` goes through the files: where it turns back, and what its appraisal is called on the way.

A turn back: file A calls file B, and B calls A again while A still waits. A name: a variable or a parameter that holds
the concluded appraisal, or its id.
"""

import asyncio
import sys
from collections import Counter
from dataclasses import is_dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from uuid import UUID, uuid4

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from httpx import ASGITransport, AsyncClient
from sqlalchemy import text

from db.connection.engine import connect, transaction
from db.embedded.server import embedded_server
from db.repositories import person as persons
from demo.database import prepare
from demo.signing_key import demonstration_key, sign
from service import bootstrap
from service.auth.jwks import identity
from service.settings import Settings

ROOMS = ("rules", "authz", "db", "resolvers", "schema", "service")
DAY, CHAIR, GROUP, YEAR = date(2023, 12, 11), "ht.ubnd.ct", "departments", 2023
TURNS_MAX, NAMES_MAX = 6, 14
"""What is promised."""

CONCLUDE = "mutation ($input: ConcludeInput!) { conclude(input: $input) { __typename } }"
WAITING = """SELECT id, version, computed_level FROM appraisal
WHERE year = 2023 AND peer_group_code = 'departments' AND stage = 'PROPOSED'
  AND computed_level IN ('GOOD', 'COMPLETED') ORDER BY id LIMIT 1"""


class CallPath:
    """The calls between files while it is switched on."""

    def __init__(self, appraisal: UUID) -> None:
        self.appraisal = appraisal
        self.turns: Counter[tuple[str, str]] = Counter()
        self.names: set[str] = set()
        self.files: list[str] = []
        self._begun: dict[int, FrameType] = {}

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        file = room_file(frame)
        if file is None:
            return
        if event == "return":
            self.names |= {name for name, value in frame.f_locals.items() if self._is_it(value)}
        if event != "call" or id(frame) in self._begun:
            return
        self._begun[id(frame)] = frame  # kept, so that no other frame gets its id
        callers = [caller for caller in callers_of(frame) if caller is not None]
        if not callers or callers[0] == file:
            return
        if not self.files or self.files[-1] != file:
            self.files.append(file)
        if file in callers:
            self.turns[callers[0], file] += 1

    def _is_it(self, value: object) -> bool:
        if isinstance(value, UUID | str):
            return str(value) == str(self.appraisal)
        return is_dataclass(value) and getattr(value, "id", None) == self.appraisal


def room_file(frame: FrameType) -> str | None:
    """The file of ours that a frame belongs to."""
    try:
        path = Path(frame.f_code.co_filename).relative_to(ROOT)
    except ValueError:
        return None
    return path.as_posix() if path.parts[0] in ROOMS else None


def callers_of(frame: FrameType) -> list[str | None]:
    """The files of ours that wait for a frame, the nearest first."""
    files, caller = [], frame.f_back
    while caller is not None:
        files.append(room_file(caller))
        caller = caller.f_back
    return files


async def conclude(url: str, data: Path) -> CallPath:
    """Conclude one appraisal over HTTP, in this process, and watch its way."""
    here = Settings(demonstration=True, data_dir=data)
    await prepare(here, url)
    engine = await connect(url)
    async with transaction(engine) as connection:
        appraisal, version, level = (await connection.execute(text(WAITING))).one()
        (chair, *_) = await persons.holders(connection, CHAIR, DAY)
    await engine.dispose()
    token = sign(demonstration_key(data), here.oidc_audience, {"sub": str(chair)})
    decision = {"appraisal": str(appraisal), "expectedVersion": version, "level": level}
    request = {
        "year": YEAR,
        "group": GROUP,
        "document": {"number": "1-KL", "date": str(DAY)},
        "idempotencyKey": str(uuid4()),
        "decisions": [decision],
    }
    app, path = bootstrap.build(here, identity(here), url), CallPath(appraisal)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://path") as client:
        body = {"query": CONCLUDE, "variables": {"input": request}}
        sys.setprofile(path)
        try:
            answer = await client.post("/graphql", json=body, headers=bearer(token))
        finally:
            sys.setprofile(None)
    assert answer.json()["data"]["conclude"]["__typename"] == "Conclusion", answer.text
    return path


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def main(url: str, data: Path) -> None:
    path = asyncio.run(conclude(url, data))
    print(f"  {len(set(path.files))} files, in the order in which they are entered first:")
    print("    " + " ".join(dict.fromkeys(path.files)))
    print(f"  {len(path.turns)} turns back between two files (bar {TURNS_MAX})")
    for (caller, file), count in sorted(path.turns.items()):
        print(f"    {caller} calls {file} again, {count} times")
    print(
        f"  {len(path.names)} names of the appraisal (bar {NAMES_MAX}): {', '.join(sorted(path.names))}"
    )


if __name__ == "__main__":
    with TemporaryDirectory(prefix="xeploai-") as data, embedded_server(Path(data)) as url:
        main(url, Path(data))

"""How fast a year is recomputed from stored facts: 100,000 subjects on a real PostgreSQL, and memory."""

import asyncio
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy.ext.asyncio import AsyncConnection

from db import migrate
from db.connection.engine import connect, transaction
from db.embedded.server import embedded_server
from db.repositories import (
    appraisal as appraisals,
    body as bodies,
    cycle as cycles,
    person as persons,
)
from db.repositories.appraisal import Appraisal, Facts
from resolvers import computation
from rules.enums import Stage, SubjectClass, Track
from tests.rules.judgement.level_sheets import excellent

SUBJECTS = 100_000
AT = datetime(2023, 12, 1, tzinfo=UTC)
CELL = "cell"


async def main(url: str) -> None:
    await migrate.upgrade(url)
    engine = await connect(url)
    async with transaction(engine) as connection:
        await fill(connection)
        began = time.perf_counter()
        stored = await computation.compute(connection, 2023, AT)
        print(f"  compute and store {stored}: {time.perf_counter() - began:.1f} s")
    await engine.dispose()
    print(f"    memory at most {memory()} MiB")


async def again(url: str) -> None:
    """In a process of its own, so that its memory is its own too."""
    engine = await connect(url)
    async with transaction(engine) as connection:
        began = time.perf_counter()
        result = await computation.recompute(connection, 2023)
        seconds = time.perf_counter() - began
    await engine.dispose()
    print(f"  recompute {result.subjects}, {len(result.differences)} differences: {seconds:.1f} s")
    print(f"    memory at most {memory()} MiB")


def memory() -> int:
    """The most memory this program held, in MiB; unlike getrusage without what its parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) // 1024


async def fill(connection: AsyncConnection) -> None:
    """One cell with a hundred thousand members, whose targets and attestations differ."""
    cell = bodies.Body(
        code=CELL,
        parent_code=None,
        leads_code=None,
        tier="GRASSROOTS",
        kind="PARTY_CELL",
        subject_class="ORG",
        peer_group_code=None,
        name="Chi bộ",
        source="bench",
    )
    await bodies.add_bodies(connection, [cell])
    opened = cycles.Cycle(year=2023, edition="ha-tinh-2023", opened_on=date(2023, 11, 21))
    await cycles.put(connection, opened)
    people = [
        persons.Person(id=uuid4(), name="Nguyễn Văn An", is_invented=True, is_civil_servant=False)
        for _ in range(SUBJECTS)
    ]
    await persons.add_persons(connection, people)
    appraisals_of_people = [appraisal(person.id) for person in people]
    await appraisals.add(connection, appraisals_of_people)
    chance = Random(124)  # noqa: S311 -- the same subjects in every run
    await appraisals.add_facts(connection, [facts(one, chance) for one in appraisals_of_people])


def appraisal(person: UUID) -> Appraisal:
    return Appraisal(
        id=uuid4(),
        year=2023,
        track=Track.PARTY_MEMBER,
        body_code=None,
        person_id=person,
        post_code=None,
        home_body_code=CELL,
        subject_class=SubjectClass.PERSON,
        peer_group_code=None,
        stage=Stage.NOT_STARTED,
        version=1,
        changed_at=AT,
    )


def facts(appraisal_of_person: Appraisal, chance: Random) -> Facts:
    document = excellent(SubjectClass.PERSON)
    done = chance.randint(5, 10)
    document |= {
        "subject": str(appraisal_of_person.person_id),
        "track": str(Track.PARTY_MEMBER),
        "targets": {"assigned": 10, "completed": done, "on_time": done, "exceeded": 3},
        "attested": chance.sample(document["attested"], 6),
    }
    return Facts(
        appraisal_id=appraisal_of_person.id,
        version=1,
        document=document,
        recorded_at=AT,
        recorded_by=None,
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(again(sys.argv[1]))
        sys.exit()
    print(f"{SUBJECTS} stored subjects, one core and PostgreSQL beside it", flush=True)
    with TemporaryDirectory(prefix="xeploai-") as data, embedded_server(Path(data)) as served:
        asyncio.run(main(served))
        sys.stdout.flush()
        subprocess.run([sys.executable, __file__, served], check=True)

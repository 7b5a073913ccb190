"""The statements that PostgreSQL logged as executed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tests.end_to_end.conftest import Service

EXECUTED = re.compile(r"LOG:  (?:execute [^:]+|statement): (?!BEGIN|COMMIT|ROLLBACK)(.+)")

OF_ITSELF = re.compile(
    r"SELECT(?: 1)?$|.*\bpolicy_activation\b|WITH RECURSIVE typeinfo_tree\("
    r"|SELECT EXISTS \(SELECT FROM person\b|SELECT CAST\(to_regclass\('person'\)"
)
"""Queries of the service once a minute, independent of requests: is another policy active, is the caller
a person here, is any person real? And the query of its driver, once per connection, for a type.
`SELECT` alone drops a statement that came once (`db/connection/read_pool.py: DROP_UNNAMED`)."""


@contextmanager
def executed(observed: Service) -> Iterator[list[str]]:
    """Afterwards the list holds the first line of each statement that was executed meanwhile.

    PostgreSQL writes a statement to its log before it executes it, so none is on the way still.
    """
    log = observed.data_dir / "postgres.log"
    before = log.stat().st_size
    collected: list[str] = []
    yield collected
    with log.open("rb") as file:
        file.seek(before)
        response = EXECUTED.findall(file.read().decode(errors="replace"))
    collected += [statement for statement in response if not OF_ITSELF.match(statement)]

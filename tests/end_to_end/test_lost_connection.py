"""A database that dies inside a statement of a command, or inside a COPY, is unavailable."""

from collections.abc import Callable, Iterator

import pytest

from tests.end_to_end.conftest import Service
from tests.end_to_end.test_year_commands import DEPUTY, REVIEW, Subject, an_official_of_the_cell

TokenOf = Callable[[str], str]
RECORD = """mutation ($t: TargetInput!, $r: ReviewInput!) {
    recordReview(target: $t, review: $r) { __typename } }"""
DIES = """CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$"""


@pytest.fixture(params=["act", "command"])
def dying(service: Service, request: pytest.FixtureRequest) -> Iterator[None]:
    """A table whose first new row ends the server's process of the connection."""
    service.sql(DIES)
    when = f"BEFORE INSERT ON {request.param} FOR EACH ROW EXECUTE FUNCTION dies()"
    service.sql(f"CREATE TRIGGER dies {when}")
    yield
    service.sql("DROP FUNCTION dies() CASCADE")


@pytest.mark.usefixtures("dying")
def test_a_connection_lost_in_a_command_is_unavailable(service: Service, token_of: TokenOf) -> None:
    official = Subject(service, an_official_of_the_cell(service, 0)[0])
    before = official.version
    answer = service.post(RECORD, {"t": official.target(), "r": REVIEW}, token_of(DEPUTY))
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (503, "UNAVAILABLE")
    assert official.version == before

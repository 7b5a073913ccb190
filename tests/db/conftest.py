"""The catalogue of Hà Tĩnh, and appraisals to try things on."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from db.catalogue import Catalogue, Words, ha_tinh_2023, load, words_of
from db.repositories import cycle as cycles
from db.repositories.appraisal import Appraisal
from rules.editions.lookup import edition_for
from rules.enums import Stage, SubjectClass, Track


@pytest.fixture(scope="session")
def words() -> Words:
    return words_of(edition_for(2023))


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return ha_tinh_2023()


@pytest.fixture
async def loaded(connection: AsyncConnection, catalogue: Catalogue) -> AsyncConnection:
    """A connection to a database that holds the catalogue."""
    await load(connection, catalogue)
    return connection


@pytest.fixture
async def year(loaded: AsyncConnection) -> AsyncConnection:
    """A connection to a database that holds the catalogue and the open year 2023."""
    opened = cycles.Cycle(year=2023, edition="ha-tinh-2023", opened_on=date(2023, 11, 21))
    await cycles.put(loaded, opened)
    return loaded


@pytest.fixture
def appraisal() -> Callable[..., Appraisal]:
    """Makes appraisals of bodies or persons in 2023; a level makes them decided."""

    def make(**columns: Any) -> Appraisal:  # noqa: ANN401 -- the columns of the table
        decided = {
            "stage": Stage.DECIDED,
            "decided_on": date(2023, 12, 20),
            "rater_id": "panel_6_2_3",
            "clause": "HD01:6.2.3:a",
        }
        defaults: dict[str, Any] = {
            "id": uuid4(),
            "year": 2023,
            "track": Track.OFFICIAL if columns.get("person_id") else Track.BODY,
            "body_code": None,
            "person_id": None,
            "post_code": None,
            "home_body_code": columns.get("body_code"),
            "subject_class": SubjectClass.COLLECTIVE,
            "peer_group_code": None,
            "stage": Stage.NOT_STARTED,
            "version": 1,
            "changed_at": datetime(2023, 12, 11, 8, tzinfo=UTC),
        }
        return Appraisal(**defaults | (decided if columns.get("level") else {}) | columns)

    return make

"""Which subject a client means, and what authority needs to know of it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db import subjects
from db.subjects import Subject
from resolvers.errors import BadInput, NotFound


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """Exactly one of a body (code), a person (id) and a post (code)."""

    body: str | None = None
    person: str | None = None
    post: str | None = None


async def find(connection: AsyncConnection, key: SubjectKey, year: int) -> Subject:
    """The subject with its classes in the rated year.

    A post is judged by its own classes alone, a person by all posts held in the year.

    Raises:
        NotFound: there is no such body, person or post.
        BadInput: the id of a person is not a UUID.
    """
    if key.body is not None:
        found = await subjects.bodies(connection, [key.body])
    elif key.post is not None:
        found = await subjects.posts(connection, [key.post])
    else:
        days = date(year, 1, 1), date(year, 12, 31)
        found = await subjects.persons(connection, [identifier(key.person, "person")], *days)
    if found[0] is None:
        named = key.body or key.post or key.person
        raise NotFound(
            vi=f"subject: không có đối tượng {named!r}",
            en=f"subject: there is no {named!r}",
            field="subject",
        )
    return found[0]


def identifier(value: str | None, field: str) -> UUID:
    try:
        return UUID(value)
    except (TypeError, ValueError, AttributeError) as fault:
        raise BadInput(
            vi=f"{field}: {value!r} không phải mã định danh (UUID)",
            en=f"{field}: {value!r} is not an id (a UUID)",
            field=field,
        ) from fault

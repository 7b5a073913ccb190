"""Reads the subjects that a client names, with what authorization needs of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db.json_sql.relation import Row
from db.repositories import subject as subjects
from db.repositories.subject import Key, Subject
from resolvers.errors import BadInput, NotFound, Problem
from rules.enums import Track
from rules.values import shown

UUID_CHARACTERS_MAX = 45
"""Characters of the longest form of a UUID: urn:uuid:… with hyphens."""


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """Exactly one of a body (code), a person (id) in one track, and a post (code)."""

    body: str | None = None
    person: UUID | None = None
    post: str | None = None
    track: Track = Track.OFFICIAL

    @classmethod
    def of_appraisal(cls, row: Row) -> "SubjectKey":
        """The subject of an appraisal, in its track."""
        return cls(body=row["body_code"], person=row["person_id"], track=Track(row["track"]))

    @property
    def is_of_no_track(self) -> bool:
        """Whether it is a person in the track of bodies, in which no person is rated."""
        return self.person is not None and self.track is Track.BODY

    @property
    def named(self) -> Key | None:
        return self.body or self.post or self.person


async def find(
    connection: AsyncConnection, keys: Sequence[SubjectKey], year: int
) -> list[Subject | Problem]:
    """The subjects with their classes in the rated year, in the order of the keys.

    A post has its own classes alone, a person those of all posts held in the year, or of the cell
    as a party member. For a key without a subject, the refusal stands in its place.
    """
    subjects_by_key: dict[SubjectKey, Subject | None] = {}
    possible = [key for key in dict.fromkeys(keys) if not key.is_of_no_track]
    for kind in {_kind(key) for key in possible}:
        chosen = [key for key in possible if _kind(key) == kind]
        subjects_by_key |= zip(chosen, await _of_kind(connection, chosen, year), strict=True)
    return [subjects_by_key.get(key) or _refusal(key) for key in keys]


def _kind(key: SubjectKey) -> tuple[bool, bool, Track | None]:
    return key.body is not None, key.post is not None, key.track if key.person else None


async def _of_kind(
    connection: AsyncConnection, keys: Sequence[SubjectKey], year: int
) -> list[Subject | None]:
    if keys[0].body is not None:
        return await subjects.bodies(connection, [key.body or "" for key in keys], year)
    if keys[0].post is not None:
        return await subjects.posts(connection, [key.post or "" for key in keys], year)
    ids = [key.person for key in keys if key.person]
    return await subjects.persons(connection, ids, year, keys[0].track)


def _refusal(key: SubjectKey) -> Problem:
    if key.is_of_no_track:
        return BadInput(
            vi="track: cá nhân được xếp loại theo OFFICIAL hoặc PARTY_MEMBER",
            en="track: a person is rated as OFFICIAL or as PARTY_MEMBER",
            field="track",
        )
    named = str(key.named)
    return NotFound(
        vi=f"subject: không có đối tượng {named!r}",
        en=f"subject: there is no {named!r}",
        field="subject",
    )


def identifier(value: str | None, field: str) -> UUID:
    """The id that a client sent. Raises BadInput if it is not a UUID."""
    try:
        if value is not None and len(value) <= UUID_CHARACTERS_MAX and value.isascii():
            return UUID(value)
    except ValueError:
        pass  # refused below, as every other malformed id
    was = shown(value)
    raise BadInput(
        vi=f"{field}: {was} không phải mã định danh (UUID)",
        en=f"{field}: {was} is not an id (a UUID)",
        field=field,
    )

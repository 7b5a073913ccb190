"""The subjects of a year, as registered up to now, with the peer group of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import body as bodies, quota as quotas
from db.repositories.body import Body, Post
from db.repositories.quota import PeerGroup
from db.repositories.year_opening import Opening, OpeningEntry
from resolvers.queries.entry import Entries
from rules.editions.lookup import Edition
from rules.enums import Track
from rules.kinds import BodyKind, Rank, Tier
from rules.procedure.review_place import standing


@dataclass(frozen=True, slots=True)
class EntriesOfYear:
    """The entries of bodies, of posts (the highest first) and of cells, as of 1 December of the year."""

    opening: Opening
    edition: Edition
    entries: Entries
    of_bodies: Sequence[OpeningEntry]
    of_posts: Sequence[OpeningEntry]
    of_cells: Sequence[OpeningEntry]

    @classmethod
    async def known(
        cls, connection: AsyncConnection, at: datetime, year: int, edition: Edition
    ) -> "EntriesOfYear":
        """The entries of a year, from the present registry."""
        opening = Opening(year, date(year, 12, 1), at)
        every = {one.code: one for one in await bodies.all_bodies(connection)}
        standing_bodies = {code: one for code, one in every.items() if _stands(one, opening.day)}
        classes = await bodies.classes_of_bodies(connection)
        entries = Entries.among(standing_bodies, year, edition, classes)
        posts = _highest_first(await bodies.all_posts(connection), standing_bodies)
        cells = [one for one in standing_bodies.values() if one.kind == BodyKind.PARTY_CELL]
        return cls(
            opening=opening,
            edition=edition,
            entries=entries,
            of_bodies=[entries.of_body(one) for one in standing_bodies.values()],
            of_posts=[entries.of_post(post) for post in posts],
            of_cells=[entries.of_cell(cell) for cell in cells],
        )

    @property
    def by_track(self) -> dict[Track, Sequence[OpeningEntry]]:
        """The entries by track; they give subjects their group."""
        return {
            Track.BODY: self.of_bodies,
            Track.OFFICIAL: self.of_posts,
            Track.PARTY_MEMBER: self.of_cells,
        }

    def peer_groups(self) -> dict[str, Track]:
        """Every group of an entry, with its track."""
        return {
            entry.peer_group_code: track
            for track, entries in self.by_track.items()
            for entry in entries
            if entry.peer_group_code
        }

    async def add_groups(self, connection: AsyncConnection, codes: Iterable[str]) -> None:
        """Those of these groups that the registry lacks; the catalogue brings most groups of bodies."""
        tracks = self.peer_groups()
        groups = [
            PeerGroup(code=code, name=self.entries.name_of_group(code), track=tracks[code])
            for code in codes
        ]
        await quotas.add_groups(connection, groups)


def _stands(body: Body, day: date) -> bool:
    founded = body.founded_on is None or body.founded_on <= day
    return founded and (body.dissolved_on is None or body.dissolved_on >= day)


def _highest_first(posts: list[Post], standing_bodies: Mapping[str, Body]) -> list[Post]:
    """The posts by which their holders are rated as officials, in the order of their standing."""

    def place(post: Post) -> tuple[tuple[int, int], str]:
        return standing(Rank(post.rank), Tier(standing_bodies[post.body_code].tier)), post.code

    rated = [
        post
        for post in posts
        if post.body_code in standing_bodies
        and standing_bodies[post.body_code].kind != BodyKind.PARTY_CELL
    ]
    return sorted(rated, key=place)

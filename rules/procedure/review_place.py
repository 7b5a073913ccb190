"""Places of review: QĐ124 Article 7.2; HD01 section 3.1.2. A person has every place whose row fits."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rules.editions.lookup import Edition, ReviewPlace, Where
from rules.kinds import BodyKind, Rank, Tier

PART_TIME = "kiêm nhiệm"
"""Part of the title of a part-time post."""
NAMED_BY_CLASS = (BodyKind.COUNCIL_COMMITTEE, BodyKind.NATIONAL_ASSEMBLY_DELEGATION)
"""Bodies of which section 6 names only full-time posts ("chuyên trách"; HD01:6.1, HD01:6.2.2:b)."""


def is_full_time(kind: BodyKind, classes: Collection[str], title: str) -> bool:
    """Whether a post of a body of this kind is full-time (chuyên trách), by the registry's data.

    `classes` are the classes of section 6 of the post.
    """
    return bool(classes) if kind in NAMED_BY_CLASS else PART_TIME not in title.lower()


@dataclass(frozen=True, slots=True)
class PostAtReview:
    """A post of a person, with the attributes that the rows use.

    `leads_kind` is the kind of the body that `body` leads, where `body` is a leadership collective.
    `collective` is the leadership collective of the body (possibly the body itself).
    `is_full_time`: chuyên trách, see `is_full_time()`.
    """

    rank: Rank
    body: str
    kind: BodyKind
    tier: Tier
    leads_kind: BodyKind | None = None
    parent: str | None = None
    collective: str | None = None
    is_full_time: bool = True


@dataclass(frozen=True, slots=True)
class ReviewedPerson:
    """A person with posts. `workplaces`: leadership collectives of agencies where the person works
    without being a member.
    """

    cell: str | None
    posts: tuple[PostAtReview, ...] = ()
    workplaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FittingPlace:
    """One place of review by one row. `body` is None where the row fits but its body is unknown.

    `chaired_by` (where the text says it) chairs the review, which may differ from the rating's chair.
    """

    row: str
    body: str | None
    chaired_by: str | None
    text: str
    clause: str


def places_of_review(person: ReviewedPerson, edition: Edition) -> tuple[FittingPlace, ...]:
    """Every place where a person is reviewed, in the order of the rows, without repetitions.

    A row that the district committee fills in ("khác") applies only where no other row of its clause
    fits; that committee decides the place, so `body` is None.
    """
    places: dict[FittingPlace, None] = {}
    for row in edition.places:
        if row.where is Where.AS_WRITTEN and any(row.clause == place.clause for place in places):
            continue
        for body in _bodies(row, person):
            places[FittingPlace(row.code, body, row.chaired_by, row.text, row.clause)] = None
    return tuple(places)


def is_among(places: Sequence[FittingPlace], body: str) -> bool:
    """Whether a review at `body` is at one of the places; an unknown place matches every body.

    Without places, every body matches.
    """
    return not places or any(place.body in {body, None} for place in places)


def _bodies(row: ReviewPlace, person: ReviewedPerson) -> Iterator[str | None]:
    if row.where is Where.CELL:
        if person.cell is not None:
            yield person.cell
        return
    fitting = [post for post in person.posts if _fits(row, post)]
    if row.where is Where.WORKPLACE:
        if fitting:
            yield from _workplaces(person)
        return
    for post in fitting:
        yield _body_of_post(row.where, post)


def _fits(row: ReviewPlace, post: PostAtReview) -> bool:
    return (
        (not row.kinds or _effective_kind(post) in row.kinds)
        and (not row.leads_kinds or post.leads_kind in row.leads_kinds)
        and (not row.tiers or post.tier in row.tiers)
        and (not row.ranks or post.rank in row.ranks)
        and (post.is_full_time or not row.full_time)
    )


def _effective_kind(post: PostAtReview) -> BodyKind | None:
    """The kind of the post's body; for a leadership collective, the kind of the body that it leads."""
    return post.leads_kind if post.kind is BodyKind.LEADERSHIP_COLLECTIVE else post.kind


def _workplaces(person: ReviewedPerson) -> tuple[str | None, ...]:
    """The leadership collectives of the agencies; without any, the party committees."""
    leading = [post for post in person.posts if post.collective is not None]
    agencies = [post.collective for post in leading if not post.kind.is_of_the_party]
    committees = [post.collective for post in leading]
    return tuple(dict.fromkeys([*agencies, *person.workplaces] or committees)) or (None,)


def _body_of_post(where: Where, post: PostAtReview) -> str | None:
    if where is Where.OWN_BODY:
        return post.body
    if where is Where.PARENT_BODY:
        return post.parent
    return post.collective if where is Where.LEADERSHIP else None


_HIGHEST_FIRST = (Rank.SECRETARY, Rank.DEPUTY_SECRETARY, Rank.HEAD, Rank.DEPUTY, Rank.MEMBER)


def standing(rank: Rank, tier: Tier) -> tuple[int, int]:
    """A sort key of posts, the highest first: by rank, then by tier (QĐ124:Đ7.2.3).

    The text does not order two posts. Here a post of a party committee comes before a post of
    government: a deputy secretary who chairs a people's committee counts as deputy secretary.
    """
    return _HIGHEST_FIRST.index(rank), list(Tier).index(tier)

"""Derives rows from a catalogue: the lists in which a post is shown, and the raters at their places."""

from collections.abc import Iterable

from db.catalogue.catalogue import Catalogue, CatalogueBody, CataloguePost, CatalogueRater
from db.catalogue.tree import above
from db.enums import BodyKind, Rank, StoredSeat

COUNCIL = "Hội đồng trường"
COUNCIL_CHAIR = f"Chủ tịch {COUNCIL}"


def lists_of(post: CataloguePost, catalogue: Catalogue) -> list[str]:
    """The bodies in whose list of memberships a post is shown.

    Its own body; the organisation that a standing committee leads; and for heads and deputies of an
    organisation the leadership collectives that lead it.
    """
    own = catalogue.bodies[post.body]
    codes = {own.code}
    if own.kind is BodyKind.STANDING_COMMITTEE and own.leads:
        codes.add(own.leads)
    if post.rank in (Rank.HEAD, Rank.DEPUTY):
        codes |= {body.code for body in _collectives(own, catalogue) if _sits_on(post, body)}
    return sorted(codes)


def _collectives(led: CatalogueBody, catalogue: Catalogue) -> Iterable[CatalogueBody]:
    return (
        body
        for body in catalogue.bodies.values()
        if body.leads == led.code and body.kind is BodyKind.LEADERSHIP_COLLECTIVE
    )


def _sits_on(post: CataloguePost, collective: CatalogueBody) -> bool:
    """A school is led by its council and by its rectorate, whose members are not the same."""
    return post.title.startswith(COUNCIL_CHAIR) == collective.name.startswith(COUNCIL)


def rater_id(rater: CatalogueRater, catalogue: Catalogue) -> str:
    """The code alone for a rater of the whole province, else with its place."""
    is_provincial = catalogue.bodies[rater.scope].parent is None
    return rater.rater if is_provincial else f"{rater.rater}@{rater.scope}"


def rater_name(rater: CatalogueRater, catalogue: Catalogue) -> str:
    """The vocabulary's name; below the province the name of the committee that it is there."""
    if catalogue.bodies[rater.scope].parent is None:
        return catalogue.words.raters[rater.rater].name
    return catalogue.bodies[chair(rater, catalogue).body].name


def chair(rater: CatalogueRater, catalogue: Catalogue) -> CataloguePost:
    """The post of the chair; the parser has checked that there is exactly one."""
    parents = {body.code: body.parent or "" for body in catalogue.bodies.values()}
    return next(
        post
        for post in catalogue.posts.values()
        if (rater.rater, StoredSeat.CHAIR) in post.rater_roles
        and rater.scope in above(post.body, parents)
    )

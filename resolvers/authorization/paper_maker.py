"""Decides who may hand in a paper of a file (QĐ124:Đ17): the makers of papers."""

from collections.abc import Sequence

from authz.decision import Decision
from authz.policy_file import Policy
from db.repositories.subject import Subject
from resolvers.authorization.actor import Actor, Permission, manages, permission
from resolvers.authorization.explanation import forbidden
from resolvers.errors import BadInput
from rules.editions.lookup import DossierPaper, Maker
from rules.enums import Act, Stage, Track
from rules.procedure.dossier import is_of_the_authority

ACTS_OF_MAKER = {
    Maker.OFFICE: (Act.COMPILE, Act.APPRAISE),
    Maker.AUTHORITY: (Act.COMPILE, Act.RATE),
    Maker.SUPERIOR: (Act.REQUIRE_REREVIEW,),
    Maker.SUBJECT: (Act.SELF_RATE,),
    Maker.REVIEWER: (),
}
"""The acts that make an actor a maker: an actor who may do one of them to the subject is that maker. Offices come
first, so that a document names the post. For the reviewer, see `_has_held_review`.
"""
ANY_MAKER = tuple(Maker)
HELD_THE_REVIEW = Permission(Decision(True, None, None, (), None, None), source=None)


def permission_of_maker(
    policy: Policy, actor: Actor, subject: Subject, paper: DossierPaper | None
) -> Permission:
    """The permission of a maker of the paper; for a paper that no edition lists, of any maker.

    Raises:
        Forbidden: the actor is no such maker; with the clause that would allow it.
    """
    makers = paper.by if paper else ANY_MAKER
    if Maker.REVIEWER in makers and _has_held_review(actor, subject):
        return HELD_THE_REVIEW
    needed = [act for maker, acts in ACTS_OF_MAKER.items() if maker in makers for act in acts]
    return first_permission(policy, actor, subject, needed)


def first_permission(
    policy: Policy, actor: Actor, subject: Subject, needed: Sequence[Act]
) -> Permission:
    """The permission by the first of these acts that is allowed.

    Raises:
        Forbidden: none of them is allowed; with a clause, if one is known.
    """
    permissions = [permission(policy, actor, act, subject) for act in needed]
    for candidate in permissions:
        if candidate.decision.allowed:
            return candidate
    refusals = [forbidden(candidate.decision) for candidate in permissions]
    raise next((refusal for refusal in refusals if refusal.clause), refusals[0])


def refuse_before_decision(paper: DossierPaper | None, stage: str) -> None:
    """Raises BadInput for a paper of the authority on a subject that is not decided yet."""
    if paper and is_of_the_authority(paper) and stage != Stage.DECIDED:
        raise BadInput(
            vi=f"paper: {paper.code} chỉ có sau khi cấp có thẩm quyền quyết định",
            en=f"paper: {paper.code} comes with the decision of the authority, or after it",
            field="paper",
        )


def _has_held_review(actor: Actor, subject: Subject) -> bool:
    """A body holds its own review, a person is reviewed in the collective that manages it (QĐ124:Đ7.2)."""
    if subject.track is Track.BODY and subject.key in actor.leads:
        return True
    return manages(actor, subject)

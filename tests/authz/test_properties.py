"""Properties of every decision."""

from dataclasses import replace

from hypothesis import assume, given, strategies as st

from authz.decision import Request, decide
from authz.policy_file import Effect, policy_of, read_rows
from authz.role import Role, Seat, on_subject
from rules.authority import AUTHORITY_SHOWS_IN, CLASSES, OTHER_MEMBER, RATERS
from rules.enums import Act
from tests.authz.strategies import POLICY, Holding, delegates, holdings, requests

TEXT = "\n".join(
    f"p, {row.rater}, {row.act}, {row.cls}, {row.scope}, {row.effect}, {row.clause}"
    for row in POLICY.rows
)


@given(requests())
def test_a_cached_answer_is_the_answer(request: Request) -> None:
    assert decide(POLICY, request) == decide.__wrapped__(POLICY, request)


@given(requests())
def test_yes_needs_a_row_that_allows_and_no_needs_a_reason(request: Request) -> None:
    decision = decide(POLICY, request)
    assert decision.allowed == (decision.missing is None)
    if decision.allowed:
        assert decision.row is not None
        assert decision.row in decision.matching
        assert decision.row.effect is Effect.ALLOW


@given(requests(), st.sampled_from(sorted(RATERS)), st.sampled_from(sorted(CLASSES)))
def test_adding_a_deny_never_adds_a_right(request: Request, rater: str, cls: str) -> None:
    if rater == "competent_authority":
        cls = "any"
        assume(request.act not in AUTHORITY_SHOWS_IN)  # the reader refuses such a row
    assume(
        rater != OTHER_MEMBER
    )  # it only replaces the chair, and has no right that could be denied
    row = f"p, {rater}, {request.act}, {cls}, province, deny, HD01:6.2"
    stricter = policy_of(f"{TEXT}\n{row}") if row not in TEXT else POLICY
    assert decide(POLICY, request).allowed or not decide.__wrapped__(stricter, request).allowed


@given(st.sampled_from(list(Act)), holdings, delegates)
def test_a_delegation_never_gives_what_the_panel_lacks(
    act: Act, held: list[Holding], role: Role
) -> None:
    """The chair of the panel may do all that a delegate may do by the delegation."""
    chair = replace(role, seat=Seat.CHAIR, delegated=None)
    everybody = _may(act, held)
    assert not _may(act, held, role) or everybody or _may(act, held, chair)


@given(requests())
def test_another_role_takes_nothing_away(request: Request) -> None:
    """A right by one role is kept, whatever other seats the person holds."""
    if not decide(POLICY, request).allowed:
        return
    role = decide(POLICY, request).role
    alone = replace(request, roles=frozenset({role} if role else ()))
    assert decide(POLICY, alone).allowed


def _may(act: Act, held: list[Holding], *roles: Role) -> bool:
    classes = frozenset().union(*(one.classes for one in held))
    met = frozenset(on_subject(role, held) for role in roles)
    return decide(POLICY, Request(act, classes, met)).allowed


def test_the_text_written_from_the_rows_is_the_policy() -> None:
    assert read_rows(TEXT, "text") == list(POLICY.rows)

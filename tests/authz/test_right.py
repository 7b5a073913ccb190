"""The rows as rights for lists; that they select what is decided is tested on the registry."""

from dataclasses import replace

from authz.policy_file import load_policy, policy_of
from authz.right import SubjectRelation, anybodys_rights, rights
from authz.role import DelegatedPowers, Role, Seat
from rules.enums import Act

POLICY = load_policy()
CHAIR = Role("panel_6_2_3", "panel_6_2_3", Seat.CHAIR, frozenset({"ht"}))
UNIT_LEADER = "other_provincial_unit_leader"
DELEGATED = DelegatedPowers(frozenset({Act.RATE}), frozenset({UNIT_LEADER}), frozenset({"ht.unit"}))
DELEGATE = replace(CHAIR, seat=Seat.DELEGATE, delegated=DELEGATED)


def allowed(act: Act, *roles: Role) -> set[tuple[str | None, str | None]]:
    return {(one.cls, one.place) for one in rights(POLICY, act, roles).rights if one.allows}


def test_a_chair_has_the_classes_of_the_rows() -> None:
    allowed_rights = allowed(Act.RATE, CHAIR)
    assert (UNIT_LEADER, None) in allowed_rights
    assert ("department_head", None) not in allowed_rights


def test_a_delegate_has_what_was_given_where_it_was_given() -> None:
    assert allowed(Act.RATE, DELEGATE) == {(UNIT_LEADER, "ht.unit")}
    assert allowed(Act.APPRAISE, DELEGATE) == set()
    everywhere = replace(DELEGATE, delegated=replace(DELEGATED, bodies=frozenset()))
    assert allowed(Act.RATE, everywhere) == {(UNIT_LEADER, "ht")}
    ended = replace(DELEGATE, delegated=replace(DELEGATED, is_in_force=False))
    assert allowed(Act.RATE, ended) == set()


def test_a_right_denied_to_the_panel_is_denied_to_the_delegate() -> None:
    denied = {one.cls for one in rights(POLICY, Act.RATE, [DELEGATE]).rights if not one.allows}
    assert {"department_head", "centrally_managed"} <= denied


def test_a_district_has_its_own_place() -> None:
    role = Role("district_standing_committee", "d@x", Seat.CHAIR, frozenset({"ht.x"}))
    assert {place for _, place in allowed(Act.RATE, role)} == {"ht.x"}


def test_every_caller_may_read_the_level_and_not_the_file() -> None:
    assert rights(POLICY, Act.READ_LEVEL, []).everyone
    file = rights(POLICY, Act.READ_FILE, [CHAIR])
    assert not file.everyone
    relations = {one.relation for one in file.rights}
    assert relations == set(SubjectRelation) - {SubjectRelation.ANYBODY}


def test_the_rights_of_anybody_at_all_are_without_a_place() -> None:
    of_anybody = anybodys_rights(POLICY, Act.RATE)
    assert {one.place for one in of_anybody.rights} == {None}
    assert ("centrally_managed", False) in {(one.cls, one.allows) for one in of_anybody.rights}


def test_a_member_replaces_only_chairs_and_only_in_ratings_of_the_panel() -> None:
    member = Role("panel_6_2_3", "panel_6_2_3", Seat.MEMBER, frozenset({"ht"}))
    assert rights(POLICY, Act.RATE, [member]).standing_in == ()
    stands_in = replace(member, chairs=frozenset({"the.chair"}))
    of_member = rights(POLICY, Act.RATE, [stands_in])
    (branch,) = of_member.standing_in
    assert branch.keys == {"the.chair"}
    assert {one.branch for one in of_member.rights} == {branch.branch}
    assert allowed(Act.RATE, stands_in) == allowed(Act.RATE, CHAIR)
    assert rights(POLICY, Act.COMPILE, [stands_in]).standing_in == ()
    before = "\n".join(line for line in POLICY.text.splitlines() if "other_member" not in line)
    assert rights(policy_of(before), Act.RATE, [stands_in]).rights == ()

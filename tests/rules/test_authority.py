"""The words of authority: what follows from where a cell stands."""

import pytest

from rules.authority import MEMBER_OF_CELL, MEMBER_OF_ORGANISATION, class_of_members
from rules.kinds import BodyKind, Tier


@pytest.mark.parametrize(
    ("above", "tier", "expected"),
    [
        (BodyKind.PARTY_ORGANISATION, Tier.GRASSROOTS, MEMBER_OF_ORGANISATION),
        (BodyKind.PARTY_ORGANISATION, Tier.DISTRICT, MEMBER_OF_CELL),
        (BodyKind.PARTY_CELL, Tier.GRASSROOTS, MEMBER_OF_CELL),
    ],
)
def test_the_class_of_members_follows_from_the_body_above_the_cell(
    above: BodyKind, tier: Tier, expected: str
) -> None:
    """HD01:7: below a grassroots organisation a cell proposes, any other decides itself."""
    assert class_of_members(above, tier) == expected

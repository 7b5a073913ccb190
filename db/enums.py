"""The closed lists of the tables: those of the rules, and the ones that only rows need."""

from enum import StrEnum

from rules.kinds import BodyKind, Rank, Tier

__all__ = ["LEADING_KINDS", "BodyKind", "Rank", "StoredSeat", "Tier"]

# The collectives: each leads another body (`leads_code`), and is rated apart from it.
LEADING_KINDS = frozenset(
    {
        BodyKind.PARTY_COMMITTEE,
        BodyKind.STANDING_COMMITTEE,
        BodyKind.CELL_COMMITTEE,
        BodyKind.PARTY_CAUCUS,
        BodyKind.PARTY_AFFAIRS_COMMITTEE,
        BodyKind.LEADERSHIP_COLLECTIVE,
    }
)


class StoredSeat(StrEnum):
    """As what the holder of a post sits on a rating authority."""

    CHAIR = "chair"
    MEMBER = "member"

"""The closed lists of the law and of the registry, as enums of the graph."""

from enum import StrEnum

import strawberry

from db.words import BodyKind, Rank, Tier
from rules.exclusions import Ground
from rules.words import Act, ComputedLevel, Level, Outcome, Stage, Track

__all__ = [
    "Act",
    "BodyKind",
    "ComputedLevel",
    "Ground",
    "Level",
    "Outcome",
    "Rank",
    "Stage",
    "TallyOf",
    "Tier",
    "Track",
]

# `strawberry.enum` marks the class itself, so that the words of the law stay one and the same.
strawberry.enum(Level, description="Mức xếp loại chất lượng: one of the four levels (QĐ124:Đ12).")
strawberry.enum(
    ComputedLevel,
    description="What the rules compute: a level, or that the text determines none.",
)
strawberry.enum(Outcome, description="What became of one condition of the law.")
strawberry.enum(
    Track,
    description="A person is rated as an official and as a party member, and the two are never "
    "merged (QĐ124:Đ7.2.3); a body is rated once.",
)
strawberry.enum(Stage, description="How far an appraisal has come (QĐ124:Đ15.1, QĐ124:Đ11.2).")
strawberry.enum(
    Ground, description="Why somebody is left out of a year (QĐ124:Đ5.2.1, QĐ124:Đ9.1.2)."
)
strawberry.enum(Act, description="What somebody may do to a rating (QĐ124:Đ8 to Đ17, HD01:6).")
strawberry.enum(BodyKind, description="Loại hình: what kind of body this is.")
strawberry.enum(Tier, description="Cấp: which tier of the hierarchy.")
strawberry.enum(Rank, description="Chức danh: which rank a post has in its body.")


@strawberry.enum(description="What a tally counts.")
class TallyOf(StrEnum):
    BODY = "BODY"
    PERSON = "OFFICIAL"
    PARTY_MEMBER = "PARTY_MEMBER"

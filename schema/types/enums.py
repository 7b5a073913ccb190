"""Enums of the graph: the closed lists of the law and of the registry."""

from enum import StrEnum

from db.facade import BodyKind, Rank, Tier
from rules.enums import Act, ComputedLevel, Corrected, Level, Outcome, Stage, Track
from rules.judgement.exclusion import Ground
from schema.types.meaning import described

__all__ = [
    "Act",
    "BodyKind",
    "ComputedLevel",
    "Corrected",
    "Ground",
    "Level",
    "Outcome",
    "Rank",
    "Stage",
    "TallyOf",
    "Tier",
    "Track",
]

described(Level, "Mức xếp loại chất lượng: one of the four levels (QĐ124:Đ12).")
described(
    ComputedLevel,
    "What the rules compute: a level, or that the text determines none.",
)
described(
    Corrected,
    "What a correction of the law changes: a computed level, whom it waits for, a peer group, a quota.",
)
described(Outcome, "What became of one condition of the law.")
described(
    Track,
    "A person is rated as an official and as a party member, and the two are never "
    "merged (QĐ124:Đ7.2.3); a body is rated once.",
)
described(Stage, "How far an appraisal has come (QĐ124:Đ15.1, QĐ124:Đ11.2).")
described(Ground, "The reason for an exclusion from a year (QĐ124:Đ5.2.1, QĐ124:Đ9.1.2).")
described(Act, "Acts on a rating (QĐ124:Đ8 to Đ17, HD01:6).")
described(BodyKind, "Loại hình: what kind of body this is.")
described(Tier, "Cấp: which tier of the hierarchy.")
described(Rank, "Chức danh: which rank a post has in its body.")


class TallyOf(StrEnum):
    BODY = "BODY"
    PERSON = "OFFICIAL"
    PARTY_MEMBER = "PARTY_MEMBER"


described(TallyOf, "What a tally counts.")

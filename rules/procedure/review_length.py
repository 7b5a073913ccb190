"""The length of the review meeting: HD01 section 3.2."""

from dataclasses import dataclass
from fractions import Fraction

from rules.editions.lookup import Edition
from rules.kinds import BodyKind, Tier
from rules.values import in_decimals

AS_FITS = "HD01:3.2"


@dataclass(frozen=True, slots=True)
class LengthCheck:
    """The length of a meeting and the minimum, in days; `days_min` is None where no minimum applies.

    A short meeting is still recorded, with a warning, and shown to the superior.
    """

    days: Fraction
    days_min: Fraction | None
    clause: str

    @property
    def is_short(self) -> bool:
        return self.days_min is not None and self.days < self.days_min

    def warning(self, language: str = "vi") -> str | None:
        if self.days_min is None or not self.is_short:
            return None
        held, least = in_days(self.days, language), in_days(self.days_min, language)
        if language == "vi":
            return f"Kiểm điểm {held} ngày, ít hơn tối thiểu {least} ngày"
        return f"The review took {held} days, less than the minimum of {least}"


def check_length(
    tier: Tier,
    kind: BodyKind,
    days: Fraction,
    edition: Edition,
    *,
    is_suggested: bool = False,
) -> LengthCheck:
    """Compares one review meeting with the minimum of its tier and kind.

    `is_suggested`: the Provincial Standing Committee gave a suggestion (gợi ý) for the review.
    """
    for row in edition.meeting_lengths:
        if tier in row.tiers and kind in row.kinds and (is_suggested or not row.suggested):
            return LengthCheck(days, row.days_min, row.clause)
    return LengthCheck(days, None, AS_FITS)


def in_days(days: Fraction, language: str) -> str:
    """A number of days in the notation of the language: 1.5 in English, 1,5 in Vietnamese."""
    text = in_decimals(days)
    return text.replace(".", ",") if language == "vi" else text

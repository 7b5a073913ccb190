"""The readings of open texts that the computation of levels depends on, with their allowed values.

The form of facts and findings already implements the other readings of an edition; the explanation
shows them with their remarks.
"""

from collections.abc import Mapping

from rules.editions.lookup import Edition
from rules.editions.strict_table import EditionError

KNOWN_VALUES: Mapping[str, tuple[str, ...]] = {
    "votes": ("CUMULATIVE", "THIS_LEVEL_ONLY"),
    "civil_servant_for_excellent": ("GOOD", "COMPLETED", "EXCELLENT"),
    "every_criterion_of_organisation": ("HD01_PREVAILS", "BASIC_ONLY"),
    "poor_criterion": ("BASIC_ONLY", "ANY"),
    "punished_by_law": ("EXCEPT_AS_QĐ124", "WITHOUT_EXCEPTION"),
    # One value is implemented for each of these; an edition with another value is refused.
    "shares": ("EXACT",),
    "share_over_nobody": ("NOT_APPLICABLE",),
    "all_completed": ("COMPLETED_OR_BETTER",),
    "basically_exceeded": ("OVER_ALL_TARGETS",),
    "exempted_discipline_of_person": ("AS_IF_ABSENT",),
    "area_at_the_limit": ("UNDETERMINED",),
    "between_completed_and_not_completed": ("UNDETERMINED",),
    "discipline_for_earlier_act": ("YEAR_OF_ACT",),
    "discipline_after_transfer": ("BODY_OF_ACT",),
    "units_not_yet_rated": ("WAITS_FOR",),
    "two_tracks": ("SEPARATE",),
    "weak_results": ("AS_MANY_AS_CAN_BE",),
    "product_for_completed": ("RESULTS", "NOT_ASKED"),
    "collective_itself": ("BLOCKS_EXCELLENT",),
    "levels_include_each_other": ("YES",),
    "workplace_votes_required": ("YES",),
    "uncounted_work": ("ATTESTED",),
    "discipline_of_a_mover": ("YEAR_OF_ACT",),
    "trigger_and_waiting": ("TRIGGER_FIRST",),
    "collective_of_head_as_area": ("YES",),
    "unknown_levels": ("WAITS_FOR",),
}
"""The allowed values of each reading; the first is the default."""


def readings_of(edition: Edition) -> Mapping[str, str]:
    """The value of each reading that levels depend on.

    Raises:
        EditionError: a reading has a value that is not allowed.
    """
    values = {}
    for name, allowed in KNOWN_VALUES.items():
        reading = edition.readings.get(name)
        values[name] = reading.value if reading else allowed[0]
        if values[name] not in allowed:
            raise EditionError(
                f"{edition.code}.readings.{name}: was {values[name]!r}; may be {', '.join(allowed)}"
            )
    return values

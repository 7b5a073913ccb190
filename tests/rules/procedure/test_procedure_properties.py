"""What holds of the procedure for every input, not only for the cases of the sheets."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, strategies as st

from rules.editions.lookup import edition_for
from rules.enums import Stage, SubjectClass
from rules.facts.discipline import DecidedDiscipline, Violation, counted_for
from rules.judgement.exclusion import first_review_day
from rules.procedure.calendar import due, overdue_days
from rules.procedure.precedence import (
    EarlierSubject,
    Reason,
    Standing,
    Step,
    WrittenPermission,
    may_be_done_now,
    next_acts,
)

EDITION = edition_for(2023)
SUPERIOR = WrittenPermission("Cấp trên trực tiếp", is_direct_superior=True, reason="Bão lũ")
DAYS = st.dates(date(1950, 1, 1), date(2090, 12, 31))
STANDINGS = st.builds(
    Standing,
    subject=st.just("subject"),
    subject_class=st.sampled_from(SubjectClass),
    stage=st.sampled_from(Stage),
    earlier=st.lists(
        st.builds(
            EarlierSubject, st.sampled_from(Reason), st.sampled_from(["a", "b"]), st.booleans()
        ),
        max_size=6,
    ).map(tuple),
)


@given(STANDINGS, st.sampled_from(Step))
def test_a_step_may_be_done_exactly_when_it_is_next_and_waits_for_nothing(
    standing: Standing, step: Step
) -> None:
    free = {act.step for act in next_acts(standing) if not act.waits_for}
    assert may_be_done_now(standing, step).allowed is (step in free)


@given(STANDINGS, st.sampled_from(Step))
def test_a_permission_hides_nothing_and_opens_only_steps_that_are_left(
    standing: Standing, step: Step
) -> None:
    plain, permitted = (
        may_be_done_now(standing, step),
        may_be_done_now(replace(standing, permissions={step: SUPERIOR}), step),
    )
    is_left = step in {act.step for act in next_acts(standing)}
    assert permitted.allowed is is_left
    assert permitted.waits_for + permitted.excused == plain.waits_for


@given(STANDINGS)
def test_only_the_first_remaining_step_may_have_no_prerequisite(standing: Standing) -> None:
    assert all(act.waits_for for act in next_acts(standing)[1:])


@given(DAYS, DAYS)
def test_an_earlier_admission_gives_no_later_first_review(admitted_on: date, other: date) -> None:
    earlier, later = sorted((admitted_on, other))
    assert first_review_day(earlier, EDITION) <= first_review_day(later, EDITION)
    assert timedelta(181) <= first_review_day(admitted_on, EDITION) - admitted_on <= timedelta(184)


@given(st.sampled_from([row.code for row in EDITION.calendar]), st.integers(2023, 2099), DAYS)
def test_a_day_is_late_exactly_when_it_is_not_before_the_day_written(
    code: str, year: int, day: date
) -> None:
    deadline = due(code, year, EDITION)
    late = overdue_days(deadline.last_day, day)
    assert (late == 0) is (day < deadline.before)
    assert late == 0 or deadline.last_day + timedelta(late) == day


@given(
    DAYS,
    st.sampled_from("ab"),
    st.lists(st.builds(Violation, DAYS, st.sampled_from("abc")), max_size=5),
)
def test_a_discipline_counts_once_for_each_year_and_body_of_its_violations(
    decided_on: date, body: str, violations: list[Violation]
) -> None:
    counted = counted_for(DecidedDiscipline(decided_on, body, tuple(violations)))
    pairs = [(each.year, each.body) for each in counted]
    assert set(pairs) == {(one.happened_on.year, one.body) for one in violations}
    assert len(pairs) == len(set(pairs))
    assert all(each.to_rerate is (each.year < decided_on.year) for each in counted)

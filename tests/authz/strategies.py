"""Random actors, subjects and policies, for the properties of the matrix."""

from dataclasses import dataclass

from hypothesis import strategies as st

from authz.decision import Request
from authz.policy_file import load_policy
from authz.role import DELEGABLE, DelegatedPowers, Role, Seat, on_subject
from rules.authority import CLASSES, MANAGING_COLLECTIVE, RATERS, SUBJECT, WITHOUT_PLACE
from rules.enums import Act

POLICY = load_policy()
PLACES = ("here", "there")
SEATED = sorted(RATERS.keys() - WITHOUT_PLACE)


@dataclass(frozen=True, slots=True)
class Holding:
    """A holding: classes, and the bodies that it lies within."""

    classes: frozenset[str]
    within: frozenset[str]


classes = st.frozensets(st.sampled_from(sorted(CLASSES)), max_size=3)
places = st.frozensets(st.sampled_from(PLACES), min_size=1)
holdings = st.lists(st.builds(Holding, classes, places), max_size=3)
given_powers = st.builds(
    DelegatedPowers,
    st.frozensets(st.sampled_from(sorted(DELEGABLE)), min_size=1),
    st.frozensets(st.sampled_from(sorted(CLASSES)), min_size=1, max_size=40),
    st.just(frozenset()),
    st.booleans(),
)
SUBJECT_KEY = "the.subject"
seats = st.builds(
    Role,
    st.sampled_from(SEATED),
    st.just("rater"),
    st.sampled_from([Seat.CHAIR, Seat.COMPILING, Seat.MEMBER]),
    places,
    chairs=st.sampled_from([frozenset(), frozenset({SUBJECT_KEY})]),
)
delegates = st.builds(
    Role, st.sampled_from(SEATED), st.just("rater"), st.just(Seat.DELEGATE), places, given_powers
)
roles = st.lists(st.one_of(seats, delegates), max_size=3)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    held, superior = draw(holdings), draw(st.booleans())
    above = frozenset({"rater"}) if superior else frozenset()
    return Request(
        act=draw(st.sampled_from(list(Act))),
        classes=frozenset().union(*(one.classes for one in held)),
        roles=frozenset(on_subject(role, held, above, SUBJECT_KEY) for role in draw(roles)),
        relations=draw(st.frozensets(st.sampled_from([SUBJECT, MANAGING_COLLECTIVE]))),
        has_proposed=draw(st.booleans()),
    )

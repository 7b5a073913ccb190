"""Checks that the facts of several subjects in one file are consistent."""

from collections.abc import Iterator, Sequence
from dataclasses import fields

from rules.enums import SubjectClass, Track
from rules.facts.facts import Facts, Levels
from rules.facts.fault import Fault

Key = tuple[str, int, Track, SubjectClass | None]
"""The key of one result: name, year and track; the class separates an organisation from a collective
of the same name."""
Step = tuple[int, str]
"""The index of a subject, and the level (`collective`) that depends on the next subject."""

STEPS_LISTED_MAX = 5
"""Steps of a cycle that a refusal names."""
OWN_LEVELS = ("civil_servant",)
_TAKEN = tuple(field.name for field in fields(Levels) if field.name not in OWN_LEVELS)
MEMBERS = "members"


def group_faults(subjects: Sequence[Facts]) -> Iterator[tuple[int, Fault]]:
    """Each fault with the index of its subject: a repeated subject, or a cycle of levels."""
    first: dict[Key, int] = {}
    for place, facts in enumerate(subjects):
        earlier = first.setdefault(_key(facts), place)
        if earlier != place:
            en = f"there once; the same subject stands at subjects[{earlier}]"
            vi = f"chỉ ghi một lần; đối tượng này đã ghi ở subjects[{earlier}]"
            yield place, Fault("subject", facts.subject, en, vi)
    for circle in _circles(subjects):
        yield circle[0][0], _circle_fault(subjects, circle)


def _key(facts: Facts) -> Key:
    of_class = facts.subject_class if facts.track is Track.BODY else None
    return facts.subject, facts.year, facts.track, of_class


def _circle_fault(subjects: Sequence[Facts], circle: Sequence[Step]) -> Fault:
    """`circle`: each subject with the level that depends on the next one; the last depends on the first."""
    taken = [place for place, _ in [*circle[1:], circle[0]]]
    steps = [
        f"subjects[{place}].levels.{name}.{subjects[other].subject}"
        for (place, name), other in zip(circle, taken, strict=True)
    ]
    way = " → ".join([*steps[:STEPS_LISTED_MAX], *["…"] * (len(steps) > STEPS_LISTED_MAX)])
    first = subjects[taken[0]].subject
    en = f"one whose level does not depend on this subject: {way}"
    vi = f"đối tượng có mức xếp loại không phụ thuộc đối tượng này: {way}"
    return Fault(f"levels.{circle[0][1]}.{first}", first, en, vi)


def _circles(subjects: Sequence[Facts]) -> Iterator[list[Step]]:
    """Cycles of levels: at least one of each group of subjects that depend on each other."""
    done: set[int] = set()
    taken = _taken(subjects)
    for start in range(len(subjects)):
        if start in done:
            continue
        way: list[Step] = []
        on_way: dict[int, int] = {}
        left = [(start, iter(taken[start]))]
        on_way[start] = 0
        while left:
            place, others = left[-1]
            name, other = next(others, ("", -1))
            if other == -1:
                left.pop()
                done.add(place)
                del on_way[place]
                del way[-1:]
            elif other in on_way:
                yield [*way[on_way[other] :], (place, name)]
            elif other not in done:
                way.append((place, name))
                on_way[other] = len(way)
                left.append((other, iter(taken[other])))


def _taken(subjects: Sequence[Facts]) -> list[list[tuple[str, int]]]:
    """For each subject, the levels that depend on others in the file: name and index."""
    by_name: dict[tuple[str, int], list[int]] = {}
    for place, facts in enumerate(subjects):
        by_name.setdefault((facts.subject, facts.year), []).append(place)
    return [
        [
            (name, other)
            for name in _TAKEN
            if (rated := getattr(facts.levels, name)) is not None
            for who in rated.by_name
            for other in by_name.get((who, facts.year), ())
            if other != place and _is_of_track(name, subjects[other].track)
        ]
        for place, facts in enumerate(subjects)
    ]


def _is_of_track(name: str, track: Track) -> bool:
    """A cell uses its members' levels as party members; all others use levels of bodies and officials."""
    return track is not (Track.OFFICIAL if name == MEMBERS else Track.PARTY_MEMBER)

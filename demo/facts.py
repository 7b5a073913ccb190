"""Draws the facts of 2023 so that every level appears; a few subjects have fixed stories."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from resolvers.commands.attestation import NAMING
from rules.editions.lookup import Edition
from rules.enums import Grade, Level, SubjectClass, Track
from rules.facts.facts import Attested, Concluded, Disciplined, Flag
from rules.facts.submission import may_attest, may_have

YEAR = 2023
PAPER = "17-TB/TU, 20/11/2023, Ban Thường vụ Tỉnh uỷ"
"""The paper that attests facts: number, day and issuer. All papers are invented."""
Document = dict[str, Any]

SPREAD = ((Level.EXCELLENT, 17), (Level.GOOD, 58), (Level.COMPLETED, 22), (Level.NOT_COMPLETED, 3))
"""Distribution of the quality of work, in per cent; the rules compute the levels."""

ATTESTED: Mapping[Level, tuple[Attested, ...]] = {
    Level.EXCELLENT: tuple(one for one in Attested if one is not Attested.OUTSTANDING_COMPLETION),
    Level.GOOD: (Attested.EXEMPLARY, Attested.QUALITY_ON_TIME, Attested.ALL_TASKS_COMPLETED),
    Level.COMPLETED: (Attested.EXEMPLARY, Attested.ALL_TASKS_COMPLETED),
    Level.NOT_COMPLETED: (Attested.ALL_TASKS_COMPLETED,),
}
# targets assigned, completed, on time, exceeded
WORK = {
    Level.EXCELLENT: (10, 10, 10, 6),
    Level.GOOD: (10, 10, 10, 3),
    Level.COMPLETED: (10, 8, 7, 1),
    Level.NOT_COMPLETED: (10, 4, 3, 0),
}


@dataclass(frozen=True, slots=True)
class Described:
    """The attributes of a subject that its facts depend on."""

    key: str
    subject_class: SubjectClass
    track: Track
    flags: tuple[Flag, ...]
    units: int = 0


def quality_of(subject: Described, random: Random) -> Level:
    """The quality of the subject's year: of its story, or drawn."""
    chance = drawn_level(random)
    return QUALITY_OF_STORY.get(subject.key, chance)


def drawn_level(random: Random) -> Level:
    return random.choices([level for level, _ in SPREAD], [share for _, share in SPREAD])[0]


def document(subject: Described, quality: Level, edition: Edition, random: Random) -> Document:
    """The recorded facts of one subject, by the quality of its year or by its story.

    Attestations and conclusions name their paper. Facts that the registry derives itself are absent.
    """
    facts: Document = {
        "grades": _grades(subject.subject_class, quality, edition, random),
        "targets": _work(quality, is_person=subject.track is not Track.BODY),
        "subordinate_units": subject.units,
        "attested": [
            str(word) for word in ATTESTED[quality] if may_attest(word, subject.subject_class)
        ],
    }
    if subject.track is not Track.BODY:
        facts["weak_criteria"] = 3 if quality is Level.COMPLETED else 0
    if subject.subject_class in {SubjectClass.LEADER, SubjectClass.COLLECTIVE}:
        facts["area"] = _work(quality, is_person=False)
    if subject.subject_class is SubjectClass.LEADER:
        facts["workplace_votes"] = _votes(quality)
        if quality is Level.COMPLETED:
            facts["weak_results"] = 1
    if Flag.CIVIL_SERVANT in subject.flags and subject.track is Track.PARTY_MEMBER:
        facts["levels"] = {"civil_servant": {"workplace": str(quality)}}
    facts = {name: value for name, value in facts.items() if may_have(name, subject.subject_class)}
    facts |= STORIES.get(subject.key, {})
    named = {name: dict.fromkeys(facts[name], PAPER) for name in NAMING if name in facts}
    return facts | named


def _grades(
    subject_class: SubjectClass, quality: Level, edition: Edition, random: Random
) -> dict[str, Document]:
    grades = {}
    for criterion in edition.criteria[subject_class]:
        if criterion.if_any:
            continue
        is_result = criterion.set == "RESULTS"
        grades[criterion.code] = {
            "grade": str(_grade(quality, is_result=is_result, random=random)),
            "product": True,
        }
    return grades


def _grade(quality: Level, *, is_result: bool, random: Random) -> Grade:
    if quality is Level.EXCELLENT:
        return Grade.EXCELLENT if is_result else random.choice((Grade.EXCELLENT, Grade.GOOD))
    if quality is Level.GOOD:
        return Grade.GOOD if is_result else random.choice((Grade.GOOD, Grade.AVERAGE))
    if quality is Level.COMPLETED:
        return Grade.AVERAGE
    return Grade.POOR if is_result else Grade.AVERAGE


def _work(quality: Level, *, is_person: bool) -> Document:
    """Targets and tasks by quality; a person of the level COMPLETED finished all tasks, some late."""
    assigned, completed, on_time, exceeded = WORK[quality]
    if is_person and quality is Level.COMPLETED:
        completed = assigned
    return {
        "assigned": assigned,
        "completed": completed,
        "on_time": on_time,
        "exceeded": exceeded,
        "main_missed": quality is Level.NOT_COMPLETED,
    }


def _votes(quality: Level) -> Document:
    votes = {Level.EXCELLENT: (37, 2, 1), Level.GOOD: (9, 28, 3), Level.COMPLETED: (2, 17, 20)}
    excellent, good, completed = votes.get(quality, (0, 6, 18))
    return {
        "issued": 42,
        "returned": 41,
        "valid": 40,
        "excellent": excellent,
        "good": good,
        "completed": completed,
    }


DECISION = {
    "number": "21-QĐ/UBKT",
    "date": "2023-07-14",
    "issuer": "Uỷ ban Kiểm tra Tỉnh uỷ",
}
"""The paper of the disciplines in the stories."""


def _disciplined(who: Disciplined, name: str, *, exempt: bool) -> Document:
    return {
        "who": str(who),
        "name": name,
        "self_discovered": exempt,
        "remedied": exempt,
        "paper": DECISION,
    }


QUALITY_OF_STORY: Mapping[str, Level] = {
    "ht.so-cong-thuong.pho#0": Level.COMPLETED,
    "ht.so-xay-dung.tt": Level.GOOD,
    "ht.so-gtvt.tt": Level.GOOD,
    "ht.hoi-nha-bao.tt": Level.GOOD,
}

STORIES: Mapping[str, Document] = {
    # Exactly 70 % of the area: neither COMPLETED nor NOT_COMPLETED, therefore UNDETERMINED.
    "ht.so-cong-thuong.pho#0": {
        "area": {"assigned": 10, "completed": 7, "on_time": 7, "exceeded": 0},
        "attested": ["EXEMPLARY", "ALL_TASKS_COMPLETED"],
    },
    # A member was disciplined, without exemption.
    "ht.so-xay-dung.tt": {
        "discipline": [_disciplined(Disciplined.LEADERSHIP_MEMBER, "deputy", exempt=False)],
    },
    # A member was disciplined; the department discovered and remedied it itself.
    "ht.so-gtvt.tt": {
        "discipline": [_disciplined(Disciplined.LEADERSHIP_MEMBER, "deputy", exempt=True)],
    },
    # Disunity, concluded by the competent authority.
    "ht.hoi-nha-bao.tt": {"concluded": [str(Concluded.INTERNAL_DISUNITY)]},
}

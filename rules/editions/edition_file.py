"""Reads the file of an edition strictly: an entry without effect is an error."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TypeVar

from rules.authority import CLASSES
from rules.bilingual import Bilingual
from rules.editions.edition import (
    Admission,
    Criterion,
    CriterionSet,
    Deadline,
    DossierPaper,
    Edition,
    Interpretation,
    Maker,
    MeetingLength,
    Occasion,
    PeerGroup,
    PersonGroupNames,
    QuotaBase,
    QuotaParameters,
    ResidenceVotes,
    Reviewed,
    ReviewPlace,
    Revision,
    Rounding,
    Where,
)
from rules.editions.strict_table import EditionError, StrictTable
from rules.enums import SubjectClass
from rules.kinds import BodyKind, Rank, Tier
from rules.texts import law
from rules.texts.law import NotInForceError

SETS_OF_CLASS = {
    SubjectClass.ORG: {CriterionSet.BUILDING, CriterionSet.RESULTS, CriterionSet.REMEDY},
    SubjectClass.COLLECTIVE: {CriterionSet.BUILDING, CriterionSet.RESULTS, CriterionSet.REMEDY},
    SubjectClass.PERSON: {CriterionSet.CONDUCT, CriterionSet.RESULTS, CriterionSet.REMEDY},
    SubjectClass.LEADER: {
        CriterionSet.CONDUCT,
        CriterionSet.RESULTS,
        CriterionSet.REMEDY,
        CriterionSet.TITLE,
    },
}


class Coded(Protocol):
    """A part whose code is unique in its list."""

    @property
    def code(self) -> str: ...


Part = TypeVar("Part", bound=Coded)


def read_edition(path: Path) -> Edition:
    """The edition in a file.

    Raises:
        EditionError: an unknown key or word, a missing or wrong value, with its path in the file.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise EditionError(f"{path.name}: {fault}") from fault
    file = StrictTable(path.stem, content)
    head = file.table("edition")
    documents = head.some_texts("documents")
    edition = Edition(
        code=head.text("code"),
        title=head.text("title"),
        years=_read_years(head),
        documents=documents,
        rule_modules=head.some_texts("rule_modules"),
        numbers=_read_numbers(file.table("numbers")),
        criteria=_read_criteria(file),
        quota=_read_quota(file.table("quota")),
        readings=_read_readings(file.table("readings")),
        peer_groups=_read_peer_groups(peers := file.table("peer_groups"), "bodies"),
        official_groups=_read_peer_groups(peers, "officials"),
        person_groups=_read_person_groups(peers),
        calendar=_read_calendar(file.table("calendar")),
        meeting_lengths=_read_meeting_lengths(file.table("meetings")),
        places=_read_places(file.table("review")),
        residence_votes=_read_residence_votes(file.table("residence_votes")),
        admission=_read_admission(file.table("admission")),
        papers=_read_papers(file.table("file")),
        revisions=_read_revisions(file),
    )
    head.close()
    file.close()
    for where, cite in citations(edition):
        if cite.split(":", 1)[0] not in documents:
            raise EditionError(f"{path.stem}.{where}: {cite} is of no document of this edition")
    return edition


def check_citations(edition: Edition) -> None:
    """Raises EditionError for a citation or an overridden number that the texts do not have."""
    for where, cite in citations(edition):
        try:
            law.point(cite)
        except NotInForceError as fault:
            raise EditionError(f"{edition.code}.{where}: {fault}") from fault
    for cite, own in edition.numbers.items():
        if unknown := sorted(set(own) - set(law.point(cite).numbers)):
            raise EditionError(f"{edition.code}.numbers.{cite}.{unknown[0]}: no such number")


def citations(edition: Edition) -> Iterator[tuple[str, str]]:
    """Every citation of an edition, each with its path in the file."""
    yield from ((f"numbers.{cite}", cite) for cite in edition.numbers)
    yield "quota.clause", edition.quota.clause
    for subject_class, criteria in edition.criteria.items():
        yield from ((f"criteria.{subject_class}.{entry.code}", entry.clause) for entry in criteria)
    yield from ((f"readings.{name}", entry.clause) for name, entry in edition.readings.items())
    groups = [*edition.peer_groups.values(), *edition.official_groups.values()]
    yield from ((f"peer_groups.{entry.code}", entry.clause) for entry in groups)
    yield from ((f"calendar.{entry.code}", entry.clause) for entry in edition.calendar)
    yield from ((f"meetings.{entry.code}", entry.clause) for entry in edition.meeting_lengths)
    yield from ((f"review.{entry.code}", entry.clause) for entry in edition.places)
    yield "residence_votes.clause", edition.residence_votes.clause
    yield "admission.clause", edition.admission.clause
    yield from ((f"file.{entry.code}", entry.clause) for entry in edition.papers)
    for revision in edition.revisions:
        yield from ((f"revisions.{revision.number}", clause) for clause in revision.clauses)


def _read_numbers(table: StrictTable) -> Mapping[str, Mapping[str, Fraction]]:
    return MappingProxyType({cite: MappingProxyType(own.numbers()) for cite, own in table.named()})


def _read_criteria(file: StrictTable) -> Mapping[SubjectClass, tuple[Criterion, ...]]:
    criteria: dict[SubjectClass, list[Criterion]] = {each: [] for each in SubjectClass}
    for table in file.tables("criteria"):
        of_set = table.word("set", CriterionSet)
        read = [_read_criterion(item, of_set) for item in table.tables("items")]
        for subject_class in table.words("classes", SubjectClass):
            if of_set not in SETS_OF_CLASS[subject_class]:
                raise EditionError(f"{table.path}.set: {subject_class} has no set {of_set}")
            criteria[subject_class] += read
    for subject_class, of_class in criteria.items():
        if not of_class:
            raise EditionError(f"{file.path}.criteria: none for {subject_class}")
        _refuse_duplicates(f"{file.path}.criteria.{subject_class}", of_class)
    return MappingProxyType({key: _resolve_basic(of_class) for key, of_class in criteria.items()})


def _read_criterion(table: StrictTable, of_set: CriterionSet) -> Criterion:
    return Criterion(
        code=table.text("code"),
        clause=table.text("clause"),
        text=table.text("text"),
        set=of_set,
        basic=table.flag("basic"),
        if_any=table.flag("if_any"),
    )


def _resolve_basic(criteria: list[Criterion]) -> tuple[Criterion, ...]:
    """Where no criterion of a set is flagged as basic, the whole set is basic."""
    flagged = {criterion.set for criterion in criteria if criterion.basic}
    return tuple(
        criterion if criterion.set in flagged else replace(criterion, basic=True)
        for criterion in criteria
    )


def _read_quota(table: StrictTable) -> QuotaParameters:
    quota = QuotaParameters(
        base=table.word("base", QuotaBase),
        ratio=table.number("ratio"),
        rounding=table.word("rounding", Rounding),
        clause=table.text("clause"),
    )
    table.close()
    return quota


def _read_readings(table: StrictTable) -> Mapping[str, Interpretation]:
    return MappingProxyType(
        {
            name: Interpretation(entry.text("value"), entry.text("clause"), entry.text("remark"))
            for name, entry in table.named()
        }
    )


def _read_years(head: StrictTable) -> tuple[int, int | None]:
    """The first and the last year; None as last year needs `open_ended = true`.

    Otherwise a forgotten line would let a repealed text rate later years.
    """
    first, last = head.whole("first_year"), head.maybe_whole("last_year")
    if head.flag("open_ended") is (last is not None):
        raise EditionError(f"{head.path}.last_year: either the last year, or open_ended = true")
    if last is not None and last < first:
        raise EditionError(f"{head.path}.last_year: {last} is before the first year, {first}")
    return first, last


def _read_revisions(file: StrictTable) -> tuple[Revision, ...]:
    """Revisions in order. Results store the number, so numbers have no gaps and no duplicates."""
    revisions: list[Revision] = []
    for table in file.tables("revisions"):
        revision = Revision(
            number=table.whole("number"),
            on=table.day("on"),
            clauses=table.texts("clauses"),
            text=table.text("text"),
            text_in_english=table.text("text_in_english"),
        )
        expected = len(revisions) + 1
        if revision.number != expected:
            raise EditionError(
                f"{table.path}.number: was {revision.number}; must be {expected}, without gaps"
            )
        if revisions and revision.on < revisions[-1].on:
            raise EditionError(
                f"{table.path}.on: {revision.on} is before revision {expected - 1}, {revisions[-1].on}"
            )
        revisions.append(revision)
    return tuple(revisions)


def _read_peer_groups(table: StrictTable, key: str) -> Mapping[str, PeerGroup]:
    groups = [_read_peer_group(entry) for entry in table.tables(key)]
    _refuse_duplicates(f"{table.path}.{key}", groups)
    return MappingProxyType({group.code: group for group in groups})


def _read_peer_group(table: StrictTable) -> PeerGroup:
    return PeerGroup(
        code=table.text("code"),
        vi=table.text("vi"),
        en=table.text("en"),
        clause=table.text("clause"),
        classes=_read_classes(table),
    )


def _read_classes(table: StrictTable) -> tuple[str, ...]:
    """Classes of authority (rules/authority.toml)."""
    classes = table.texts("classes")
    if unknown := sorted(set(classes) - CLASSES.keys()):
        raise EditionError(
            f"{table.path}.classes: {unknown[0]} is no class of rules/authority.toml"
        )
    return classes


def _read_person_groups(table: StrictTable) -> PersonGroupNames:
    names = PersonGroupNames(
        heads=_read_group_name(table.table("heads")),
        deputies=_read_group_name(table.table("deputies")),
        members_classes=_read_classes(members := table.table("members")),
        members=_read_group_name(members),
        party_members=_read_group_name(table.table("party_members")),
        others=_read_group_name(table.table("others")),
    )
    table.close()
    return names


def _read_group_name(table: StrictTable) -> Bilingual:
    name = Bilingual(vi=_read_template(table, "vi"), en=_read_template(table, "en"))
    table.close()
    return name


def _read_template(table: StrictTable, key: str) -> str:
    template = table.text(key)
    try:
        template.format(group="", body="", clause="")
    except (LookupError, ValueError) as fault:
        raise EditionError(
            f"{table.path}.{key}: was {template!r}; may hold {{group}}, {{body}} or {{clause}}"
        ) from fault
    return template


def _read_calendar(table: StrictTable) -> tuple[Deadline, ...]:
    return _read_list(table, "deadlines", _read_deadline)


def _read_deadline(table: StrictTable) -> Deadline:
    before = table.text("before")
    try:
        day, month = map(int, before.split("/"))
        # Not a leap year: 29/02 is not a day of every year.
        date(2023, month, day)
    except ValueError as fault:
        raise EditionError(f"{table.path}.before: was {before!r}; day/month, like 05/12") from fault
    return Deadline(
        code=table.text("code"),
        who=table.text("who"),
        what=table.text("what"),
        day=day,
        month=month,
        next_year=table.flag("next_year"),
        tiers=table.words("tiers", Tier),
        kinds=table.words("kinds", BodyKind),
        clause=table.text("clause"),
    )


def _read_meeting_lengths(table: StrictTable) -> tuple[MeetingLength, ...]:
    return _read_list(table, "lengths", _read_meeting_length)


def _read_meeting_length(table: StrictTable) -> MeetingLength:
    return MeetingLength(
        code=table.text("code"),
        tiers=table.words("tiers", Tier),
        kinds=table.words("kinds", BodyKind),
        suggested=table.flag("suggested"),
        days_min=table.number("days_min"),
        clause=table.text("clause"),
    )


def _read_places(table: StrictTable) -> tuple[ReviewPlace, ...]:
    return _read_list(table, "places", _read_place)


def _read_place(table: StrictTable) -> ReviewPlace:
    return ReviewPlace(
        code=table.text("code"),
        where=table.word("where", Where),
        kinds=table.words("kinds", BodyKind),
        leads_kinds=table.words("leads_kinds", BodyKind),
        tiers=table.words("tiers", Tier),
        ranks=table.words("ranks", Rank),
        full_time=table.flag("full_time"),
        chaired_by=table.maybe_text("chaired_by"),
        text=table.text("text"),
        clause=table.text("clause"),
    )


def _read_residence_votes(table: StrictTable) -> ResidenceVotes:
    votes = ResidenceVotes(frozenset(table.wholes("years")), table.text("clause"))
    table.close()
    return votes


def _read_admission(table: StrictTable) -> Admission:
    admission = Admission(table.whole("months_min"), table.text("clause"))
    table.close()
    return admission


def _read_papers(table: StrictTable) -> tuple[DossierPaper, ...]:
    return _read_list(table, "papers", _read_paper)


def _read_paper(table: StrictTable) -> DossierPaper:
    by = table.words("by", Maker)
    if not by:
        raise EditionError(f"{table.path}.by: empty; somebody hands the paper in")
    return DossierPaper(
        code=table.text("code"),
        by=by,
        required_for=table.words("required_for", Reviewed),
        once=table.maybe_word("once", Occasion),
        text=table.text("text"),
        clause=table.text("clause"),
    )


def _read_list(
    table: StrictTable, key: str, read: Callable[[StrictTable], Part]
) -> tuple[Part, ...]:
    parts = tuple(read(entry) for entry in table.tables(key))
    table.close()
    _refuse_duplicates(f"{table.path}.{key}", parts)
    return parts


def _refuse_duplicates(path: str, parts: Sequence[Coded]) -> None:
    seen: set[str] = set()
    for part in parts:
        if part.code in seen:
            raise EditionError(f"{path}: {part.code} stands there twice")
        seen.add(part.code)

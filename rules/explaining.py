"""A judgement for people: a page in Vietnamese or English, or plain data for JSON."""

import re
from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap
from typing import NamedTuple

from rules import conditions, finding, others, section_5_4, votes
from rules.article_12_4 import NO_CONFIDENCE_VOTE
from rules.edition_parts import Reading
from rules.editions import Edition
from rules.facts import Facts
from rules.facts_words import meaning
from rules.finding import Finding, Label
from rules.judge import Judgement, bench, missing_for_next
from rules.law import point
from rules.values import printed
from rules.words import ComputedLevel, Grade, Level, Outcome


class Said(NamedTuple):
    vi: str
    en: str


LEVELS = {
    **{ComputedLevel(level): Said(meaning(level).vi, meaning(level).en) for level in Level},
    ComputedLevel.UNDETERMINED: Said(
        "Chưa xác định được: cấp có thẩm quyền quyết định, nêu lý do",
        "Undetermined: the competent authority decides, with reasons",
    ),
}
RATED_AS = Said("xếp loại với tư cách {track}", "rated {track}")
WAITS = Said("Chưa tính được, còn chờ xếp loại", "Not computable yet, waits for the rating of")
MISSING = Said("Để đạt mức cao hơn còn thiếu", "Missing for the next higher level")
IS_A_CASE_OF = Said(
    "Thuộc trường hợp Không hoàn thành nhiệm vụ", "A case of non-completion of duties"
)
ADVICE = Said(
    "Mức tính được là ý kiến kèm lý do, không thay quyết định của cấp có thẩm quyền.",
    "The computed level is advice with reasons; the competent authority decides.",
)
WORDING = Said("Trích văn bản", "The wording")
READINGS = Said("Cách hiểu", "How open texts are read (in Vietnamese)")
OUTCOMES = {
    Outcome.MET: Said("đạt", "met"),
    Outcome.FAILED: Said("không đạt", "failed"),
    Outcome.NOT_APPLICABLE: Said("không áp dụng", "not applicable"),
    Outcome.MISSING: Said("chưa đủ số liệu", "missing"),
}
TRIGGERS = {
    Outcome.MET: Said("có", "holds"),
    Outcome.FAILED: Said("không có", "does not hold"),
    Outcome.NOT_APPLICABLE: OUTCOMES[Outcome.NOT_APPLICABLE],
    Outcome.MISSING: OUTCOMES[Outcome.MISSING],
}
TRIGGER_MARKS = {
    Outcome.MET: "-",
    Outcome.FAILED: "+",
    Outcome.NOT_APPLICABLE: " ",
    Outcome.MISSING: "?",
}
"""A trigger that holds speaks against the subject."""
MARKS = {Outcome.MET: "+", Outcome.FAILED: "-", Outcome.NOT_APPLICABLE: " ", Outcome.MISSING: "?"}
CITATION = re.compile(r"\b[A-ZĐ]+\d+:[\w.]*\w")
WAITING_POINT = "QĐ124:Đ11.3"
SHARES, OVER_NOBODY = "shares", "share_over_nobody"
"""Readings of every share, and of every share over nobody: no single point has them."""
ORDER = tuple(reversed(Level))
WIDTH = 100

IN_ENGLISH = {
    finding.NOBODY: "nobody to share among",
    finding.WITH_PRODUCT: ", with a product",
    conditions.ATTESTED: "attested",
    conditions.NOT_ATTESTED: "not attested",
    conditions.CONCLUDED: "concluded",
    conditions.NOT_CONCLUDED: "not concluded",
    conditions.NO_WORK: "nothing assigned in numbers",
    conditions.MAIN_MISSED: "a main target missed",
    conditions.NO_MAIN_MISSED: "no main target missed",
    conditions.FORCE_MAJEURE: "force majeure",
    conditions.EXEMPT: "self-discovered and remedied",
    conditions.COUNTED_FOR_YEAR: "counted for the year ",
    f", {conditions.COUNTED_AT}": ", at ",
    others.WAITING: "waits for a rating",
    others.NEITHER: "neither a party committee nor a cell",
    others.NOT_AS_CIVIL_SERVANT: "no party member who is a civil servant",
    others.NOT_HEAD: "not the head",
    others.NOT_SECRETARY: "not a secretary",
    others.OUTSTANDING: "led to an outstanding completion",
    votes.NO_VOTE_AT_WORK: "no vote at the workplace is recorded",
    votes.NO_VALID_BALLOT: "no valid ballot",
    votes.NO_RESULT_AT_HOME: "residents vote this year, and no result is recorded",
    votes.NO_VOTE_AT_HOME: "residents did not vote this year",
    conditions.RESULTS_FAILED: "results criteria are not completed",
    conditions.WEAK_CRITERIA: "criteria are short of quality or time",
    section_5_4.EXCEPT_AS_12_4_4: "with the exception of QĐ124:Đ12.4.4",
    NO_CONFIDENCE_VOTE: "no confidence vote this year",
    others.FROM: "from ",
    others.UP: " up",
    **{meaning(one).vi: meaning(one).en for one in (*Level, *Grade)},
}
"""What findings say, in English; names and documents stay as they are."""

_LONGEST_FIRST = sorted(IN_ENGLISH, key=len, reverse=True)


def as_page(facts: Facts, judgement: Judgement, edition: Edition, language: str) -> str:
    """The level with its reasons, every condition under its level; `language` is vi or en."""
    asked = bench(edition, facts.subject_class).conditions
    labels = {(one.clause.level, one.clause.cite, one.clause.name): one.label for one in asked}
    shown = tuple(_readings(judgement, edition).values())
    page = _Page(facts, judgement, language, edition, labels, shown)
    return "\n".join(map(printed, page.lines())) + "\n"


class _Page(NamedTuple):
    facts: Facts
    judgement: Judgement
    language: str
    edition: Edition
    labels: Mapping[tuple[Level, str, str], Label]
    shown_readings: tuple[Reading, ...]

    def lines(self) -> Iterator[str]:
        facts, judgement = self.facts, self.judgement
        rated_as = self.text(RATED_AS).format(track=self.text(meaning(facts.track)))
        who = f"{self.text(meaning(facts.subject_class))}, {rated_as}"
        yield f"{facts.subject} · {facts.year} · {who}"
        yield f"{self.edition.code}: {self.edition.title}"
        yield ""
        if judgement.level is None:
            yield f"{self.text(WAITS)}:"
            yield from (f"  {one.subject} ({one.clause})" for one in judgement.waits_for)
        else:
            yield self.text(LEVELS[judgement.level])
            yield self.text(ADVICE)
            yield from self.missing()
        for level in ORDER:
            yield ""
            yield f"{self.text(LEVELS[ComputedLevel(level)])}:"
            yield from (self.row(one) for one in judgement.findings if one.level is level)
        yield from self.readings()
        yield from self.wordings()

    def missing(self) -> Iterator[str]:
        """What holds against the subject, and what it lacks: two lists, since nobody lacks a bad fact."""
        rows = missing_for_next(self.judgement)
        triggers = [one for one in rows if one.level is Level.NOT_COMPLETED]
        lacks = [one for one in rows if one.level is not Level.NOT_COMPLETED]
        for heading, part in ((IS_A_CASE_OF, triggers), (MISSING, lacks)):
            if part:
                yield f"{self.text(heading)}:"
            yield from (f"  {one.clause} {self.condition(one)}: {self.seen(one)}" for one in part)

    def row(self, one: Finding) -> str:
        is_trigger = one.level is Level.NOT_COMPLETED
        outcome = self.text((TRIGGERS if is_trigger else OUTCOMES)[one.outcome])
        mark = (TRIGGER_MARKS if is_trigger else MARKS)[one.outcome]
        head = f"  {mark} {one.clause:<16} {self.condition(one)}: {outcome}"
        return " · ".join(filter(None, (head, self.seen(one))))

    def seen(self, one: Finding) -> str:
        required = f"({one.required})" if one.required else ""
        seen = " ".join(filter(None, (one.measured, required)))
        return self.translated(" · ".join(filter(None, (seen, one.remark))))

    def condition(self, one: Finding) -> str:
        return self.text(self.labels[one.level, one.clause, one.condition])

    def readings(self) -> Iterator[str]:
        yield ""
        yield self.text(READINGS)
        for reading in self.shown_readings:
            yield from _wrapped(f"{reading.clause} · {reading.remark}", 2)

    def wordings(self) -> Iterator[str]:
        """The points that the page cites, each once, in the words of the law."""
        yield ""
        yield self.text(WORDING)
        cited = [one.clause for one in self.judgement.findings]
        cited += [reading.clause for reading in self.shown_readings]
        for cite in dict.fromkeys(cited):
            yield f"  {cite}"
            for line in point(cite).text.splitlines():
                yield from _wrapped(line, 4)

    def text(self, said: "Said | object") -> str:
        return str(getattr(said, self.language))

    def translated(self, text: str) -> str:
        if self.language == "en":
            for phrase in _LONGEST_FIRST:
                text = text.replace(phrase, IN_ENGLISH[phrase])
        return text


def _wrapped(text: str, indent: int) -> list[str]:
    return wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * 4)


def _readings(judgement: Judgement, edition: Edition) -> dict[str, Reading]:
    """How the edition reads the points that applied to the subject, where their texts are open.

    They are the points of the rows, those that remarks cite, and of whoever waits that about waiting.
    """
    findings = judgement.findings
    applied = {one.clause for one in findings if one.outcome is not Outcome.NOT_APPLICABLE}
    applied |= {cite for one in findings for cite in CITATION.findall(one.remark)}
    if judgement.waits_for:
        applied.add(WAITING_POINT)
    shown = {
        SHARES: any("%" in one.required for one in findings),
        OVER_NOBODY: any(one.remark == finding.NOBODY for one in findings),
    }
    return {
        name: each
        for name, each in edition.readings.items()
        if shown.get(name, each.clause in applied)
    }


def as_data(facts: Facts, judgement: Judgement, edition: Edition) -> dict[str, object]:
    """The same as plain data: what `xeploai judge --json` prints for one subject."""
    return {
        "subject": facts.subject,
        "year": facts.year,
        "subject_class": str(facts.subject_class),
        "track": str(facts.track),
        "edition": edition.code,
        "level": judgement.level and str(judgement.level),
        "waits_for": [one._asdict() for one in judgement.waits_for],
        "findings": _rows(judgement.findings),
        "missing_for_next": _rows(missing_for_next(judgement)),
        "readings": {
            name: {"value": one.value, "clause": one.clause, "remark": one.remark}
            for name, one in _readings(judgement, edition).items()
        },
    }


def _rows(findings: Iterable[Finding]) -> list[dict[str, object]]:
    return [
        {name: str(value) for name, value in one._asdict().items()} | {"blocks": one.blocks}
        for one in findings
    ]

"""Formats a judgement: a page in Vietnamese or English, or plain data for JSON."""

import re
from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap
from typing import NamedTuple

from rules.articles.about import NAMES, AboutKind
from rules.articles.finding import NOBODY, Finding
from rules.bilingual import Bilingual
from rules.editions.edition import Interpretation
from rules.editions.lookup import Edition
from rules.enums import ComputedLevel, Level, Outcome
from rules.facts.enums import name_of
from rules.facts.facts import Facts
from rules.judgement.judge import Judgement, compiled_edition, missing_for_next, triggers_that_hold
from rules.texts.law import point
from rules.values import printed

LEVELS = {
    **{ComputedLevel(level): name_of(level) for level in Level},
    ComputedLevel.UNDETERMINED: Bilingual(
        "Chưa xác định được: cấp có thẩm quyền quyết định, nêu lý do",
        "Undetermined: the competent authority decides, with reasons",
    ),
}
RATED_AS = Bilingual("xếp loại với tư cách {track}", "rated {track}")
WAITS = Bilingual("Chưa tính được, còn chờ xếp loại", "Not computable yet, waits for the rating of")
MISSING = Bilingual("Để đạt mức cao hơn còn thiếu", "Missing for the next higher level")
IS_A_CASE_OF = Bilingual(
    "Thuộc trường hợp Không hoàn thành nhiệm vụ", "A case of non-completion of duties"
)
ADVICE = Bilingual(
    "Mức tính được là ý kiến kèm lý do, không thay quyết định của cấp có thẩm quyền.",
    "The computed level is advice with reasons; the competent authority decides.",
)
WORDING = Bilingual("Trích văn bản", "The wording")
READINGS = Bilingual("Cách hiểu", "How open texts are read (in Vietnamese)")
OUTCOMES = {
    Outcome.MET: Bilingual("đạt", "met"),
    Outcome.FAILED: Bilingual("không đạt", "failed"),
    Outcome.NOT_APPLICABLE: Bilingual("không áp dụng", "not applicable"),
    Outcome.MISSING: Bilingual("chưa đủ số liệu", "missing"),
}
TRIGGERS = {
    Outcome.MET: Bilingual("có", "holds"),
    Outcome.FAILED: Bilingual("không có", "does not hold"),
    Outcome.NOT_APPLICABLE: OUTCOMES[Outcome.NOT_APPLICABLE],
    Outcome.MISSING: OUTCOMES[Outcome.MISSING],
}
TRIGGER_MARKS = {
    Outcome.MET: "-",
    Outcome.FAILED: "+",
    Outcome.NOT_APPLICABLE: " ",
    Outcome.MISSING: "?",
}
"""A trigger that holds counts against the subject."""
MARKS = {Outcome.MET: "+", Outcome.FAILED: "-", Outcome.NOT_APPLICABLE: " ", Outcome.MISSING: "?"}
CITATION = re.compile(r"\b[A-ZĐ]+\d+:[\w.]*\w")
WAITING_POINT = "QĐ124:Đ11.3"
SHARES, OVER_NOBODY = "shares", "share_over_nobody"
"""Readings that apply to every share and to every empty whole; they belong to no single point."""
ORDER = tuple(reversed(Level))
WIDTH = 100


def as_page(facts: Facts, judgement: Judgement, edition: Edition, language: str) -> str:
    """The level with its reasons, and every condition by level; `language` is `vi` or `en`."""
    conditions = compiled_edition(edition, facts.subject_class).conditions
    labels = {
        (condition.clause.level, condition.clause.cite, condition.clause.name): condition.label
        for condition in conditions
    }
    shown = tuple(_readings(judgement, edition).values())
    page = _ExplanationPage(facts, judgement, language, edition, labels, shown)
    return "\n".join(map(printed, page.lines())) + "\n"


class _ExplanationPage(NamedTuple):
    facts: Facts
    judgement: Judgement
    language: str
    edition: Edition
    labels: Mapping[tuple[Level, str, str], Bilingual]
    shown_readings: tuple[Interpretation, ...]

    def lines(self) -> Iterator[str]:
        facts, judgement = self.facts, self.judgement
        rated_as = self.text(RATED_AS).format(track=self.text(name_of(facts.track)))
        who = f"{self.text(name_of(facts.subject_class))}, {rated_as}"
        yield f"{facts.subject} · {facts.year} · {who}"
        yield f"{self.edition.code}: {self.edition.title}"
        yield ""
        if judgement.level is None:
            yield f"{self.text(WAITS)}:"
            yield from (f"  {other.subject} ({other.clause})" for other in judgement.waits_for)
        else:
            yield self.text(LEVELS[judgement.level])
            yield self.text(ADVICE)
            yield from self.missing()
        for level in ORDER:
            yield ""
            yield f"{self.text(LEVELS[ComputedLevel(level)])}:"
            yield from (
                self.row(finding) for finding in judgement.findings if finding.level is level
            )
        yield from self.readings()
        yield from self.wordings()

    def missing(self) -> Iterator[str]:
        """Two lists: triggers that hold, and conditions that the next higher level lacks."""
        parts = (
            (IS_A_CASE_OF, triggers_that_hold(self.judgement)),
            (MISSING, missing_for_next(self.judgement)),
        )
        for heading, rows in parts:
            if rows:
                yield f"{self.text(heading)}:"
            for finding in rows:
                details = " · ".join(self.details(finding))
                yield f"  {finding.clause} {self.condition(finding)}: {details}"

    def row(self, finding: Finding) -> str:
        is_trigger = finding.level is Level.NOT_COMPLETED
        outcome = self.text((TRIGGERS if is_trigger else OUTCOMES)[finding.outcome])
        mark = (TRIGGER_MARKS if is_trigger else MARKS)[finding.outcome]
        head = f"  {mark} {finding.clause:<16} {self.condition(finding)}: {outcome}"
        return " · ".join((head, *self.details(finding)))

    def details(self, finding: Finding) -> Iterator[str]:
        """The parts that are not empty: the measured and required value, the remark, the subjects."""
        required = f"({self.text(finding.required)})" if finding.required.vi else ""
        measured = " ".join(filter(None, (self.text(finding.measured), required)))
        yield from filter(None, (measured, self.text(finding.remark), self.about(finding)))

    def about(self, finding: Finding) -> str:
        """The subjects and papers of the finding by kind, except those that the remark names."""
        by_kind: dict[AboutKind, list[str]] = {}
        for entry in finding.about:
            if entry.name not in finding.remark.vi:
                by_kind.setdefault(entry.kind, []).append(self.text(entry.text()))
        return "; ".join(
            f"{self.text(NAMES[kind])}: {', '.join(names)}" for kind, names in by_kind.items()
        )

    def condition(self, finding: Finding) -> str:
        return self.text(self.labels[finding.level, finding.clause, finding.condition])

    def readings(self) -> Iterator[str]:
        yield ""
        yield self.text(READINGS)
        for reading in self.shown_readings:
            yield from _wrapped(f"{reading.clause} · {reading.remark}", 2)

    def wordings(self) -> Iterator[str]:
        """The wording of every point that the page cites, without repetitions."""
        yield ""
        yield self.text(WORDING)
        cited = [finding.clause for finding in self.judgement.findings]
        cited += [reading.clause for reading in self.shown_readings]
        for cite in dict.fromkeys(cited):
            yield f"  {cite}"
            for line in point(cite).text.splitlines():
                yield from _wrapped(line, 4)

    def text(self, text: Bilingual) -> str:
        return text.in_language(self.language)


def _wrapped(text: str, indent: int) -> list[str]:
    return wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * 4)


def _readings(judgement: Judgement, edition: Edition) -> dict[str, Interpretation]:
    """The edition's readings of the open points that applied to the subject.

    These are the points of findings, the points that remarks cite and, for a waiting subject, the
    point about waiting.
    """
    findings = judgement.findings
    applied = {
        finding.clause for finding in findings if finding.outcome is not Outcome.NOT_APPLICABLE
    }
    applied |= {cite for finding in findings for cite in CITATION.findall(finding.remark.vi)}
    if judgement.waits_for:
        applied.add(WAITING_POINT)
    shown = {
        SHARES: any("%" in finding.required.vi for finding in findings),
        OVER_NOBODY: any(finding.remark == NOBODY for finding in findings),
    }
    return {
        name: reading
        for name, reading in edition.readings.items()
        if shown.get(name, reading.clause in applied)
    }


def as_data(facts: Facts, judgement: Judgement, edition: Edition) -> dict[str, object]:
    """The judgement as plain data: what `xeploai judge --json` prints for one subject."""
    return {
        "subject": facts.subject,
        "year": facts.year,
        "subject_class": str(facts.subject_class),
        "track": str(facts.track),
        "edition": edition.code,
        "level": judgement.level and str(judgement.level),
        "waits_for": [other._asdict() for other in judgement.waits_for],
        "findings": _rows(judgement.findings),
        "triggers_that_hold": _rows(triggers_that_hold(judgement)),
        "missing_for_next": _rows(missing_for_next(judgement)),
        "readings": {
            name: {"value": reading.value, "clause": reading.clause, "remark": reading.remark}
            for name, reading in _readings(judgement, edition).items()
        },
    }


def _rows(findings: Iterable[Finding]) -> list[dict[str, object]]:
    return [finding.plain() | {"blocks": finding.blocks} for finding in findings]

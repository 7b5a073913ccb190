"""A judgement for people: a page in Vietnamese or English, or plain data for JSON."""

from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap

from rules.editions import Edition, Reading
from rules.facts import Facts
from rules.finding import Finding
from rules.judge import Judgement, bench, missing_for_next
from rules.law import point
from rules.words import ComputedLevel, Level, Outcome

LEVELS = {
    ComputedLevel.EXCELLENT: ("Hoàn thành xuất sắc nhiệm vụ", "Excellent completion of duties"),
    ComputedLevel.GOOD: ("Hoàn thành tốt nhiệm vụ", "Good completion of duties"),
    ComputedLevel.COMPLETED: ("Hoàn thành nhiệm vụ", "Completion of duties"),
    ComputedLevel.NOT_COMPLETED: ("Không hoàn thành nhiệm vụ", "Duties not completed"),
    ComputedLevel.UNDETERMINED: (
        "Chưa xác định được: cấp có thẩm quyền quyết định, nêu lý do",
        "Undetermined: the competent authority decides, with reasons",
    ),
}
READINGS = ("Cách hiểu khi văn bản để ngỏ", "Readings where the text is open")
WAITS = ("Chưa tính được, còn chờ xếp loại", "Not computable yet, waits for the rating of")
MISSING = ("Để đạt mức cao hơn còn thiếu", "Missing for the next higher level")
OUTCOMES = {
    Outcome.MET: ("đạt", "met"),
    Outcome.FAILED: ("không đạt", "failed"),
    Outcome.NOT_APPLICABLE: ("không áp dụng", "not applicable"),
}
TRIGGERS = {
    Outcome.MET: ("có", "holds"),
    Outcome.FAILED: ("không có", "does not hold"),
    Outcome.NOT_APPLICABLE: ("không áp dụng", "not applicable"),
}
ORDER = (Level.EXCELLENT, Level.GOOD, Level.COMPLETED, Level.NOT_COMPLETED)
MARKS = {Outcome.MET: "+", Outcome.FAILED: "-", Outcome.NOT_APPLICABLE: " "}
WIDTH = 100


def as_page(facts: Facts, judgement: Judgement, edition: Edition, language: str) -> str:
    """The level with its reasons, every condition under its level; `language` is vi or en."""
    which = 0 if language == "vi" else 1
    lines = [f"{facts.subject} · {facts.year} · {facts.subject_class}", ""]
    if judgement.level is None:
        lines.append(f"{WAITS[which]}:")
        lines += [f"  {one.subject} ({one.clause})" for one in judgement.waits_for]
    else:
        lines.append(f"{judgement.level}: {LEVELS[judgement.level][which]}")
        lines += _missing(judgement, which)
    for level in ORDER:
        rows = [one for one in judgement.findings if one.level is level]
        lines += ["", f"{level}: {LEVELS[ComputedLevel(level)][which]}"]
        lines += [line for row in rows for line in _row(row, which)]
    readings = _shown(readings_of(facts, edition), which)
    return "\n".join([*lines, "", *readings, "", *_wordings(judgement, which)]) + "\n"


def readings_of(facts: Facts, edition: Edition) -> dict[str, Reading]:
    """What the edition takes open texts to mean, of those that bind the subject, by name."""
    named = [clause.reading for clause, _ in bench(edition, facts.subject_class).conditions]
    return {name: edition.readings[name] for name in dict.fromkeys(named) if name}


def _shown(readings: Mapping[str, Reading], which: int) -> Iterator[str]:
    yield READINGS[which]
    for reading in readings.values():
        yield f"  {reading.clause}: {reading.value}"
        yield from (f"    {line}" for line in wrap(reading.remark, WIDTH))


def _missing(judgement: Judgement, which: int) -> Iterator[str]:
    if judgement.level is ComputedLevel.EXCELLENT:
        return
    rows = missing_for_next(judgement)
    yield f"{MISSING[which]}:"
    yield from (f"  {row.clause} {_named(row)}: {row.measured} ({row.required})" for row in rows)


def _row(row: Finding, which: int) -> Iterator[str]:
    said = TRIGGERS if row.level is Level.NOT_COMPLETED else OUTCOMES
    measured = f" {row.measured}" if row.measured else ""
    required = f" ({row.required})" if row.required else ""
    remark = f" · {row.remark}" if row.remark else ""
    outcome = said[row.outcome][which]
    name = _named(row)
    yield f"  {MARKS[row.outcome]} {row.clause:<16} {name}: {outcome}{measured}{required}{remark}"


def _named(row: Finding) -> str:
    return row.condition.replace("_", " ")


def _wordings(judgement: Judgement, which: int) -> Iterator[str]:
    """The points that the page cites, each once, in the words of the law."""
    yield ("Lời văn", "The wording")[which]
    for cite in dict.fromkeys(one.clause for one in judgement.findings):
        yield ""
        yield f"  {cite}"
        yield from (f"    {line}" for line in wrap(point(cite).text, WIDTH))


def as_data(facts: Facts, judgement: Judgement, edition: Edition) -> dict[str, object]:
    """The same as plain data: what `xeploai judge --json` prints for one subject."""
    return {
        "subject": facts.subject,
        "year": facts.year,
        "level": judgement.level and str(judgement.level),
        "waits_for": [one._asdict() for one in judgement.waits_for],
        "findings": _rows(judgement.findings),
        "missing_for_next": _rows(missing_for_next(judgement)),
        "edition": edition.code,
        "readings": {
            name: {"value": one.value, "clause": one.clause, "remark": one.remark}
            for name, one in readings_of(facts, edition).items()
        },
    }


def _rows(findings: Iterable[Finding]) -> list[dict[str, str]]:
    return [{name: str(value) for name, value in one._asdict().items()} for one in findings]

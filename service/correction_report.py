"""Reports a correction of the law in Vietnamese: counts, then a line for each change."""

from collections import Counter
from collections.abc import Iterator, Sequence

from db.repositories.correction import Line
from resolvers.commands.correct_year import WAITS_FOR, CorrectedYear
from rules.enums import ComputedLevel, Corrected, Track
from rules.facts.enums import meaning
from rules.judgement.explanation import LEVELS

NOTHING = "Không có gì phải tính lại: mọi kết quả và mọi nhóm đã theo lần sửa hiện hành của phiên bản quy định."
DRY_RUN = "Chạy thử: chưa ghi gì."
KINDS = {
    Corrected.LEVEL: "mức tính được",
    Corrected.WAIT: "chờ xếp loại",
    Corrected.GROUP: "nhóm",
    Corrected.QUOTA: "tỷ lệ",
}
NONE = "chưa có"
LOOK_AGAIN = "đã xếp loại, cần xem lại"
OVER = "vượt tỷ lệ"


def report(corrected: Sequence[CorrectedYear], *, dry_run: bool = False) -> str:
    """The report of all years: for each its summary, then one line for each change."""
    lines = [line for year in corrected for line in (summary(year), *_details(year))]
    return "\n".join([*([DRY_RUN] if dry_run else []), *(lines or [NOTHING])])


def summary(year: CorrectedYear) -> str:
    """One line: the revision by which a year was judged again, and the number of changes."""
    correction = year.correction
    kinds = Counter(line.kind for line in year.lines)
    counts = ", ".join(f"{name} {kinds[kind]}" for kind, name in KINDS.items())
    subjects = {(line.key, line.track) for line in year.lines if line.marks and line.track}
    return (
        f"Năm {correction.year}, {correction.edition}, lần sửa {correction.revision}: tính lại "
        f"{correction.judged} kết quả; thay đổi: {counts}; cần xem lại: {len(subjects)} hồ sơ đã xếp loại"
    )


def _details(year: CorrectedYear) -> Iterator[str]:
    yield from (f"  {_line(line)}" for line in year.lines)
    for appraisal, fault in year.unreadable.items():
        yield f"  số liệu không đọc được, giữ nguyên: hồ sơ {appraisal}: {fault.faults[0]}"


def _line(line: Line) -> str:
    kind = Corrected(line.kind)
    track = f", {meaning(Track(line.track)).vi}" if line.track else ""
    clauses = ", ".join(line.clauses)
    sentence = f"{KINDS[kind]}: {line.name} ({line.key}{track}): {_change(kind, line)} [{clauses}]"
    return (
        f"{sentence}; {OVER if kind is Corrected.QUOTA else LOOK_AGAIN}" if line.marks else sentence
    )


def _change(kind: Corrected, line: Line) -> str:
    if kind is Corrected.QUOTA:
        return f"xuất sắc/tối đa {line.before or NONE} → {line.after}"
    if kind is Corrected.GROUP:
        return f"{line.group_before or NONE} → {line.group_after}"
    return f"{_result(line.before)} → {_result(line.after)}"


def _result(shown: str | None) -> str:
    """The level in the words of the law, or the subjects that it waits for."""
    shown = shown or ""
    if shown.startswith(WAITS_FOR):
        return f"còn chờ {shown.removeprefix(WAITS_FOR)}"
    return LEVELS[ComputedLevel(shown)].vi

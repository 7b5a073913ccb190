"""One condition of the law, tried on a subject: its code, its text, the measured and the required value."""

import strawberry

from db.facade import Form, Row, findings
from rules.bilingual import Bilingual, same
from rules.editions.lookup import edition_by_code
from rules.judgement.judge import labels_of
from schema.planner.declaration import ElementsSource, Fills, Says, law_of, planned
from schema.types.about import About
from schema.types.enums import Level, Outcome
from schema.types.registry import Clause


def _label(edition: str, condition: str) -> str:
    return _labels(edition, condition).vi


def _label_in_english(edition: str, condition: str) -> str:
    return _labels(edition, condition).en


def _labels(edition: str, condition: str) -> Bilingual:
    """The label of a condition; its name if the edition no longer has it."""
    name = condition.replace("_", " ")
    return labels_of(edition_by_code(edition)).get(condition, same(name))


COLUMNS = (
    "condition text, level text, outcome text, measured text, required text, remark text, clause text, "
    "measured_in_english text, required_in_english text, remark_in_english text, about jsonb"
)
"""The fields of a stored finding that are read.

An English text is stored only if it differs from the Vietnamese one. Older findings have no English texts and no
`about`.
"""


def _stored_english(row: Row, name: str) -> str:
    text: str = row.get(f"{name}_in_english") or row[name]
    return text


@strawberry.type(description="One condition of the law, tried on the subject.")
class Finding:
    code: str = strawberry.field(
        metadata=planned(Says("{row[condition]}", Form.WORD)),
        description="Its code, which stays: area_failed.",
    )
    label: str = strawberry.field(
        metadata=planned(Fills(("{row[edition]}", "{row[condition]}"), _label)),
        description="Điều kiện: the condition in the words of its point, in Vietnamese.",
    )
    label_in_english: str = strawberry.field(
        metadata=planned(Fills(("{row[edition]}", "{row[condition]}"), _label_in_english)),
        description="The same in English.",
    )
    level: Level = strawberry.field(description="The level that the condition belongs to.")
    outcome: Outcome = strawberry.field(description="Kết quả xét: what became of the condition.")
    measured: str = strawberry.field(description="What the facts say.")
    measured_in_english: str = strawberry.field(
        metadata=planned(Says(findings.in_english("measured"), Form.TEXT)),
        description="The same in English; in Vietnamese where only that was stored.",
    )
    required: str = strawberry.field(description="What the law requires.")
    required_in_english: str = strawberry.field(
        metadata=planned(Says(findings.in_english("required"), Form.TEXT)),
        description="The same in English; in Vietnamese where only that was stored.",
    )
    remark: str | None = strawberry.field(
        metadata=planned(Says(findings.REMARK, Form.TEXT)),
        description="A remark on the finding; null if there is none.",
    )
    remark_in_english: str | None = strawberry.field(
        metadata=planned(Says(findings.REMARK_IN_ENGLISH, Form.TEXT)),
        description="The same in English; in Vietnamese where only that was stored.",
    )
    about: list[About] = strawberry.field(
        metadata=planned(ElementsSource("about", "kind text, name text, document jsonb")),
        description="The subjects and documents of the finding; empty if it names none, or was stored "
        "without them.",
    )
    clause: Clause = strawberry.field(
        metadata=law_of("clause"),
        description="Điều kiện: the point of the law that sets the condition.",
    )

    @classmethod
    def of(cls, row: Row, edition: str) -> "Finding":
        condition = row["condition"]
        return cls(
            code=condition,
            label=_label(edition, condition),
            label_in_english=_label_in_english(edition, condition),
            level=Level(row["level"]),
            outcome=Outcome(row["outcome"]),
            measured=row["measured"],
            required=row["required"],
            remark=row["remark"] or None,
            measured_in_english=_stored_english(row, "measured"),
            required_in_english=_stored_english(row, "required"),
            remark_in_english=_stored_english(row, "remark") or None,
            about=[About.of(entry) for entry in row.get("about") or ()],
            clause=Clause.of(row["clause"]),
        )

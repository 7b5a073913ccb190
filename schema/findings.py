"""One condition of the law, tried on a subject: its code, its words, what was measured and what is required."""

import strawberry

from db.json_text import Form
from db.links import Row
from rules.bilingual import Bilingual, same
from rules.editions import edition_by_code
from rules.judge import labels_of
from schema.planning.declarations import Fills, Says, law_of, planned
from schema.types import Clause
from schema.words import Level, Outcome


def _label(edition: str, condition: str) -> str:
    return _labels(edition, condition).vi


def _label_in_english(edition: str, condition: str) -> str:
    return _labels(edition, condition).en


def _labels(edition: str, condition: str) -> Bilingual:
    """Of a condition that the edition has no more, its name."""
    name = condition.replace("_", " ")
    return labels_of(edition_by_code(edition)).get(condition, same(name))


@strawberry.type(description="One condition of the law, tried on the subject.")
class Finding:
    code: str = strawberry.field(
        metadata=planned(Says("{row}.condition", Form.WORD)),
        description="Its code, which stays: area_failed.",
    )
    label: str = strawberry.field(
        metadata=planned(Fills(("{row}.edition", "{row}.condition"), _label)),
        description="Điều kiện: the condition in the words of its point, in Vietnamese.",
    )
    label_in_english: str = strawberry.field(
        metadata=planned(Fills(("{row}.edition", "{row}.condition"), _label_in_english)),
        description="The same in English.",
    )
    level: Level = strawberry.field(description="The level that the condition belongs to.")
    outcome: Outcome = strawberry.field(description="Kết quả xét: what became of the condition.")
    measured: str = strawberry.field(description="What the facts say.")
    required: str = strawberry.field(description="What the law requires.")
    remark: str | None = strawberry.field(
        metadata=planned(Says("nullif({row}.remark, '')", Form.TEXT)),
        description="What remains to be said; null when nothing does.",
    )
    clause: Clause = strawberry.field(
        metadata=law_of("clause"),
        description="Điều kiện: the point of the law that sets the condition.",
    )

    @classmethod
    def of(cls, found: Row, edition: str) -> "Finding":
        condition = found["condition"]
        return cls(
            code=condition,
            label=_label(edition, condition),
            label_in_english=_label_in_english(edition, condition),
            level=Level(found["level"]),
            outcome=Outcome(found["outcome"]),
            measured=found["measured"],
            required=found["required"],
            remark=found["remark"] or None,
            clause=Clause.of(found["clause"]),
        )

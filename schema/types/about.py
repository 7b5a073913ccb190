"""The subjects and documents that a finding is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - a field called `date` hides its own type
from typing import Any

import strawberry

from db.facade import Row, documents
from resolvers.authorization.subject import identifier
from resolvers.errors import BadInput
from rules.articles.about import AboutKind
from rules.values import read_day
from schema.context import Info
from schema.planner.declaration import Answers, planned
from schema.types.meaning import described
from schema.types.subject import Subject, named_subject

described(AboutKind, "What a finding is about: one of those rated, or a paper.")


@strawberry.type(description="Văn bản: a paper that facts go by.")
class IssuedPaper:
    number: str = strawberry.field(description="Số văn bản.")
    date: Day = strawberry.field(description="Ngày ban hành.")
    issuer: str = strawberry.field(description="Nơi ban hành: who issued it.")


@dataclass(frozen=True, slots=True)
class _Entry:
    """The values by which the fields of an entry are looked up."""

    kind: str
    name: str
    stored: Mapping[str, Any] | None


ENTRY = ("{row[kind]}", "{row[name]}", "{row[document]}")


@strawberry.type(
    description="A subject or a document of a finding: the unit, the collective, the person who was "
    "disciplined, the decision, the minutes of the count."
)
class About:
    kind: AboutKind = strawberry.field(description="What it is.")
    name: str = strawberry.field(
        description="The code, id or name by which the facts know it; of a paper its number, or the words "
        "that name it."
    )
    stored: strawberry.Private[Mapping[str, Any] | None] = None

    @strawberry.field(
        metadata=planned(Answers(ENTRY, _Entry)),
        description="The subject, if the registry has it; null for a paper.",
    )
    async def subject(self, info: Info) -> Subject | None:
        return None if self.kind == AboutKind.PAPER else await named_subject(info, self.name)

    @strawberry.field(
        metadata=planned(Answers(ENTRY, _Entry)),
        description="Of a paper its number, day and issuer, where they are known.",
    )
    async def document(self, info: Info) -> IssuedPaper | None:
        if self.stored is not None:
            issued_on = read_day(self.stored["date"])
            return IssuedPaper(
                number=self.stored["number"], date=issued_on, issuer=self.stored["issuer"]
            )
        return await _of_file(info, self.name) if self.kind == AboutKind.PAPER else None

    @classmethod
    def of(cls, entry: Row) -> "About":
        return cls(kind=AboutKind(entry["kind"]), name=entry["name"], stored=entry.get("document"))


async def _of_file(info: Info, name: str) -> IssuedPaper | None:
    """The document of the file whose id is the name; None if the name is not an id."""
    try:
        key = identifier(name, "document")
    except BadInput:  # the name of a paper, not an id
        return None
    row = await info.context.loaders.first(documents.BY_ID, {"id": key})
    if row is None:
        return None
    return IssuedPaper(number=row["number"], date=row["issued_on"], issuer=row["issuer"])

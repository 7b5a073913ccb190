"""Everything that can go wrong between us and the database.

DbError
├── Missing                 there is no such row
├── Conflict                it is no longer as you saw it, or the database's own rules forbid it
├── CatalogueError          the catalogue's files are wrong; it holds every fault
└── UnavailableError        one sentence for the operator
    ├── EmbeddedServerError     the embedded PostgreSQL cannot start
    ├── DatabaseUrlError        DATABASE_URL is not one of PostgreSQL
    ├── DatabaseDownError       the database does not answer
    └── NewerSchemaError        the database belongs to a newer version of the service
"""

from dataclasses import dataclass


class DbError(Exception):
    pass


class RowMissing(DbError):  # noqa: N818 -- the name of the design
    pass


class Conflict(DbError):  # noqa: N818 -- the name of the design
    pass


@dataclass(frozen=True, slots=True, order=True)
class CatalogueFault:
    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class CatalogueError(DbError):
    """The catalogue was refused as a whole; `faults` are all its faults, by file and line."""

    def __init__(self, faults: tuple[CatalogueFault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class UnavailableError(DbError):
    code = "UNAVAILABLE"


class EmbeddedServerError(UnavailableError):
    pass


class DatabaseUrlError(UnavailableError):
    pass


class DatabaseDownError(UnavailableError):
    pass


class NewerSchemaError(UnavailableError):
    pass

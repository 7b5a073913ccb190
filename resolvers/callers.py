"""Who asks: a signed-in person, a service account, or nobody."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person; what he or she may do follows from the posts held on the day."""

    person_id: UUID


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """An integration, limited to its scopes (`read_level`, `read_file`)."""

    name: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Nobody:
    """Not signed in: health and the schema, nothing else."""


Caller = SignedIn | ServiceAccount | Nobody

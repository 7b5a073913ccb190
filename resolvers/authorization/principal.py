"""Who asks: a signed-in person, a service account, an account that is nobody's, or nobody."""

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
class Unlinked:
    """A person's account whose id no person of the registry has: no more than Nobody."""

    account: UUID


@dataclass(frozen=True, slots=True)
class Nobody:
    """Not signed in: health and the schema, nothing else."""


Principal = SignedIn | ServiceAccount | Unlinked | Nobody

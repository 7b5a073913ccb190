"""The root of the graph for commands: one command is one transaction."""

import strawberry

from schema.mutations.act import ActMutations
from schema.mutations.delegation import DelegationMutations
from schema.mutations.dossier import FileMutations
from schema.mutations.year import YearMutations


@strawberry.type(description="Commands: one for each request, carried out whole or not at all.")
class Mutation(YearMutations, ActMutations, DelegationMutations, FileMutations):
    pass

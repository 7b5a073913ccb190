"""The root of the graph for commands: one command is one transaction."""

import strawberry

from schema.acts import ActMutations
from schema.delegation import DelegationMutations
from schema.file import FileMutations
from schema.years import YearMutations


@strawberry.type(description="Commands: one for each request, carried out whole or not at all.")
class Mutation(YearMutations, ActMutations, DelegationMutations, FileMutations):
    pass

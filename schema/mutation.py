"""The root of the graph for commands: one command is one transaction."""

import strawberry

from schema.delegation import DelegationMutations


@strawberry.type
class Mutation(DelegationMutations):
    pass

"""Refusals that a command answers with, as data: what the law does not let happen, and why."""

import strawberry

from schema.types import Clause


@strawberry.interface(description="Từ chối: why nothing was done; nothing at all was written.")
class Refusal:
    code: str
    message: str
    clause: Clause | None

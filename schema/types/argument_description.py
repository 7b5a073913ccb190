"""Arguments that several fields share, with their descriptions."""

from typing import Annotated

import strawberry

from schema.types.enums import Act, Rank, TallyOf, Track

argument = strawberry.argument

OfAct = Annotated[Act, argument(description="Hành vi: which act.")]
OfTrack = Annotated[
    Track, argument(description="A person is rated as an official or as a party member.")
]
Counted = Annotated[TallyOf, argument(description="What is to be counted.")]
Ranks = Annotated[
    list[Rank] | None, argument(description="Chức danh: only holders of posts of these ranks.")
]

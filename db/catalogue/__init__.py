"""The catalogue: the bodies, posts and raters of one province, parsed strictly and loaded as a whole."""

from functools import cache
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from db.catalogue import loader
from db.catalogue.catalogue import Catalogue, RaterVocabulary, Words
from db.catalogue.loader import Changes
from db.catalogue.parser import read_catalogue
from rules import authority
from rules.editions.lookup import Edition, edition_for

__all__ = [
    "HA_TINH_2023",
    "Catalogue",
    "Changes",
    "RaterVocabulary",
    "Words",
    "ha_tinh_2023",
    "load",
    "read_catalogue",
    "words_of",
]

HA_TINH_2023 = Path(__file__).parent / "ha-tinh-2023"


async def load(connection: AsyncConnection, catalogue: Catalogue | None = None) -> Changes:
    """Load a catalogue, by default that of Hà Tĩnh 2023; see `db.catalogue.loader.load`."""
    return await loader.load(connection, catalogue or ha_tinh_2023())


@cache
def ha_tinh_2023() -> Catalogue:
    return read_catalogue(HA_TINH_2023, words_of(edition_for(2023)))


def words_of(edition: Edition) -> Words:
    """The words that a catalogue may use under an edition."""
    return Words(
        raters=authority.RATERS,
        classes=authority.CLASSES.keys(),
        peer_groups={code: group.vi for code, group in edition.peer_groups.items()},
    )

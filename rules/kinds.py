"""The kinds of bodies and ranks of posts that the rules of procedure distinguish."""

from enum import StrEnum


class Tier(StrEnum):
    """Cấp (HD01:8.1)."""

    PROVINCE = "PROVINCE"
    DISTRICT = "DISTRICT"
    GRASSROOTS = "GRASSROOTS"


class BodyKind(StrEnum):
    """The kinds of bodies in the catalogue, and the two committees that only section 3.2 names."""

    PARTY_ORGANISATION = "PARTY_ORGANISATION"
    PARTY_COMMITTEE = "PARTY_COMMITTEE"
    STANDING_COMMITTEE = "STANDING_COMMITTEE"
    PARTY_AGENCY = "PARTY_AGENCY"
    PARTY_UNIT = "PARTY_UNIT"
    PARTY_CAUCUS = "PARTY_CAUCUS"
    PARTY_AFFAIRS_COMMITTEE = "PARTY_AFFAIRS_COMMITTEE"
    PARTY_CELL = "PARTY_CELL"
    CELL_COMMITTEE = "CELL_COMMITTEE"
    LEADERSHIP_COLLECTIVE = "LEADERSHIP_COLLECTIVE"
    FRONT_OR_MASS_ORGANISATION = "FRONT_OR_MASS_ORGANISATION"
    PEOPLES_COUNCIL = "PEOPLES_COUNCIL"
    COUNCIL_COMMITTEE = "COUNCIL_COMMITTEE"
    PEOPLES_COMMITTEE = "PEOPLES_COMMITTEE"
    NATIONAL_ASSEMBLY_DELEGATION = "NATIONAL_ASSEMBLY_DELEGATION"
    JUDICIAL_BODY = "JUDICIAL_BODY"
    AGENCY = "AGENCY"
    PUBLIC_UNIT = "PUBLIC_UNIT"
    ASSOCIATION = "ASSOCIATION"
    ENTERPRISE = "ENTERPRISE"

    @property
    def is_of_the_party(self) -> bool:
        """Cấp uỷ, tổ chức đảng: reviewed and rated after the professional side (QĐ124:Đ7.3.1)."""
        return self in _OF_THE_PARTY


_OF_THE_PARTY = {
    BodyKind.PARTY_ORGANISATION,
    BodyKind.PARTY_COMMITTEE,
    BodyKind.STANDING_COMMITTEE,
    BodyKind.PARTY_CAUCUS,
    BodyKind.PARTY_AFFAIRS_COMMITTEE,
    BodyKind.PARTY_CELL,
    BodyKind.CELL_COMMITTEE,
}


CAUCUSES = (BodyKind.PARTY_CAUCUS, BodyKind.PARTY_AFFAIRS_COMMITTEE)
"""Đảng đoàn, ban cán sự đảng: under the Standing Committee (HD01:6.1), beside the body that they lead."""


class Rank(StrEnum):
    SECRETARY = "SECRETARY"
    HEAD = "HEAD"
    DEPUTY_SECRETARY = "DEPUTY_SECRETARY"
    DEPUTY = "DEPUTY"
    MEMBER = "MEMBER"

    @property
    def is_head(self) -> bool:
        """Người đứng đầu."""
        return self in {Rank.SECRETARY, Rank.HEAD}

    @property
    def is_deputy(self) -> bool:
        """Cấp phó."""
        return self in {Rank.DEPUTY_SECRETARY, Rank.DEPUTY}

"""Conditions on the levels that others were given (HD01:5.1 to 5.3)."""

from rules.facts import Attested, Flag
from rules.finding import Case, Seen, Share, all_reaching, not_applicable, reaching, yes
from rules.words import Level


def under_it(c: Case, level: Level, share: Share) -> Seen:
    """Đảng bộ: its subordinate party organisations; chi bộ: its members; another body: neither."""
    if c.facts.is_a(Flag.PARTY_COMMITTEE):
        return reaching(c.facts.levels.subordinates, level, share)
    if c.facts.is_a(Flag.CELL):
        return reaching(c.facts.levels.members, level, share)
    return not_applicable("không phải đảng bộ, chi bộ")


def as_civil_servant(c: Case, level: Level) -> Seen:
    if not (c.facts.is_a(Flag.PARTY_MEMBER) and c.facts.is_a(Flag.CIVIL_SERVANT)):
        return not_applicable("không phải đảng viên là công chức, viên chức")
    return all_reaching(c.facts.levels.civil_servant, level)


def collective_of_head(c: Case, level: Level) -> Seen:
    if not c.facts.is_a(Flag.HEAD):
        return not_applicable("không phải người đứng đầu")
    return all_reaching(c.facts.levels.collective, level)


def organisation_of_secretary(c: Case, level: Level) -> Seen:
    """Its level, or "hoàn thành nhiệm vụ vượt bậc", which is attested with a document."""
    if not c.facts.is_a(Flag.SECRETARY):
        return not_applicable("không phải bí thư, phó bí thư")
    if c.facts.has(Attested.OUTSTANDING_COMPLETION):
        return yes(True, "hoàn thành nhiệm vụ vượt bậc", f"≥ {level}")
    return all_reaching(c.facts.levels.party_organisation, level)

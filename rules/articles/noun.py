"""The nouns that follow the numbers of a finding: criteria, tasks, votes."""

from collections.abc import Mapping
from typing import NamedTuple

from rules.articles.about import AboutKind
from rules.bilingual import Bilingual


class Noun(NamedTuple):
    """A noun in the documents' terms, with its English singular and plural."""

    vi: str
    singular: str
    plural: str

    def counted(self, number: int) -> Bilingual:
        """3 tiêu chí; 3 criteria."""
        return Bilingual(f"{number} {self.vi}", f"{number} {self._of(number)}")

    def shared(self, part: int, whole: int) -> Bilingual:
        """2/3 tiêu chí; 2/3 criteria."""
        return Bilingual(f"{part}/{whole} {self.vi}", f"{part}/{whole} {self._of(whole)}")

    def _of(self, number: int) -> str:
        return self.singular if number == 1 else self.plural


CRITERIA = Noun("tiêu chí", "criterion", "criteria")
TASKS = Noun("chỉ tiêu, nhiệm vụ", "target or task", "targets and tasks")
BALLOTS = Noun("phiếu", "vote", "votes")
CASES = Noun("trường hợp", "case", "cases")
UNITS = Noun("cơ quan, đơn vị", "unit", "units")
SUBJECTS = Noun("đối tượng", "subject", "subjects")
OF_KIND: Mapping[AboutKind | None, Noun] = {
    AboutKind.UNIT: UNITS,
    AboutKind.ORGANISATION: Noun("tổ chức đảng", "party organisation", "party organisations"),
    AboutKind.COLLECTIVE: Noun("tập thể", "leadership collective", "leadership collectives"),
    AboutKind.PERSON: Noun("đảng viên", "party member", "party members"),
    None: SUBJECTS,
}
"""Nouns of the subjects whose ratings are counted; the persons are the members of a cell."""

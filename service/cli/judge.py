"""`xeploai judge`: computes levels with their reasons from a file of facts, without a database."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from resolvers.clock import moment
from rules.editions.lookup import Edition, edition_for, editions, names_of_editions
from rules.facts.facts import Facts
from rules.facts.facts_parser import read_facts
from rules.facts.fault import FactsError, Fault
from rules.facts.group_consistency import group_faults
from rules.judgement.explanation import as_data, as_page
from rules.judgement.judge import judge
from rules.texts.law import NotInForceError
from rules.values import escaped, is_shown
from service.cli.facts_file import read_subjects, refusal

YEAR_MIN, YEAR_MAX = 1900, 2999
"""The range of years that facts may name (rules.facts.facts)."""


def judged(path: Path, *, as_json: bool, language: str) -> str:
    """The levels of the subjects in a file, each with its reasons.

    The file is TOML (`.toml`) or JSON: one subject, a list of them, or a table with the list
    `subjects`. Refusals are in the language (`vi` or `en`), too.

    Raises:
        FactsProblem: the file cannot be read, or its facts are wrong; the message counts the faults, and
            names the first ones.
    """
    today = moment(None).date()
    subjects = _sound_subjects(path, read_subjects(path, language), today, language)
    results = [(facts, judge(facts, edition), edition) for facts, edition in subjects]
    if as_json:
        data = [as_data(*result) for result in results]
        text = json.dumps(data if len(data) != 1 else data[0], ensure_ascii=False, indent=2)
        return "".join(char if is_shown(char) or char == "\n" else escaped(char) for char in text)
    return "\n".join(as_page(*result, language) for result in results)


def _sound_subjects(
    path: Path, documents: Sequence[object], today: date, language: str
) -> list[tuple[Facts, Edition]]:
    """The facts of every subject with the edition of its year. Raises FactsProblem."""
    faults: list[tuple[int, Fault]] = []
    sound: list[tuple[Facts, Edition]] = []
    for place, document in enumerate(documents):
        try:
            sound.append(_facts(document, today))
        except FactsError as refused:
            faults += [(place, fault) for fault in refused.faults]
    if not faults:
        faults = list(group_faults([facts for facts, _ in sound]))
    if faults:
        named = [_of_subject(place, fault) for place, fault in faults]
        is_list = len(documents) > 1
        raise refusal(path, named if is_list else [fault for _, fault in faults], language)
    return sound


def _facts(document: object, today: date) -> tuple[Facts, Edition]:
    """Raises FactsError."""
    if not isinstance(document, dict):
        raise FactsError([Fault("", document, "a table of facts", "một bảng số liệu")])
    edition = _edition(document.get("year"))
    return read_facts(document, edition, stands_alone=True, new_on=today), edition


def _edition(year: object) -> Edition:
    """The edition of the year; the newest one for an invalid year, which the facts parser then refuses.

    Raises:
        FactsError: no edition is in force in the year.
    """
    if type(year) is not int or not YEAR_MIN <= year <= YEAR_MAX:
        return editions()[-1]
    try:
        return edition_for(year)
    except NotInForceError as refused:
        known = names_of_editions()
        en, vi = f"a year of an edition: {known}", f"một năm có ấn bản quy định: {known}"
        raise FactsError([Fault("year", year, en, vi)]) from refused


def _of_subject(place: int, fault: Fault) -> Fault:
    path = f"subjects[{place}].{fault.path}" if fault.path else f"subjects[{place}]"
    return replace(fault, path=path)

"""`xeploai judge`: facts from a file, levels with their reasons to the terminal; no database."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from rules.editions import edition_for
from rules.explaining import as_data, as_page
from rules.judge import judge
from rules.law import NotInForceError
from rules.reading_facts import FactsError, read_facts
from service.problems import FactsProblem


def judged(path: Path, *, as_json: bool, language: str) -> str:
    """What the rules say of the subjects in a file, each with its reasons.

    The file is TOML (`.toml`) or JSON: one subject, a list of them, or a table with the list
    `subjects`.

    Raises:
        FactsProblem: the file cannot be read, or facts in it are wrong; it names every fault.
    """
    documents = _subjects(path)
    faults: list[str] = []
    found = []
    for number, document in enumerate(documents):
        where = f"subjects[{number}]." if len(documents) > 1 else ""
        try:
            edition = edition_for(_year(document))
            facts = read_facts(document, edition, stands_alone=True)
        except FactsError as refusal:
            faults += [f"{where}{fault}" for fault in refusal.faults]
        except NotInForceError as refusal:
            faults.append(f"{where}year: {refusal}")
        else:
            found.append((facts, judge(facts, edition), edition))
    if faults:
        raise FactsProblem(f"{path}: {len(faults)} faults\n  " + "\n  ".join(faults))
    if as_json:
        data = [as_data(*one) for one in found]
        return json.dumps(data if len(data) != 1 else data[0], ensure_ascii=False, indent=2)
    return "\n".join(as_page(*one, language) for one in found)


def _subjects(path: Path) -> list[Mapping[str, object]]:
    try:
        text = path.read_text(encoding="utf-8")
        read: object = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (OSError, ValueError, RecursionError) as fault:
        raise FactsProblem(f"{path}: cannot be read ({fault})") from fault
    if isinstance(read, dict) and set(read) == {"subjects"}:
        read = read["subjects"]
    listed: list[object] = read if isinstance(read, list) else [read]
    subjects = [one for one in listed if isinstance(one, dict)]
    if not listed or len(subjects) != len(listed):
        raise FactsProblem(
            f"{path}: it holds no subjects; `xeploai judge --schema` says what it may"
        )
    return [*subjects]


def _year(document: Mapping[str, object]) -> int:
    """The year that the subject names; without a sound one, the newest edition says what is wrong."""
    year = document.get("year")
    return year if isinstance(year, int) and not isinstance(year, bool) else 9999

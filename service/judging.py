"""`xeploai judge`: facts from a file, levels with their reasons to the terminal; no database."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from rules.editions import edition_for
from rules.explaining import as_data, as_page
from rules.judge import judge
from rules.law import NotInForceError
from rules.reading import shown
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
        raise _refusal(path, faults)
    if as_json:
        data = [as_data(*one) for one in found]
        return json.dumps(data if len(data) != 1 else data[0], ensure_ascii=False, indent=2)
    return "\n".join(as_page(*one, language) for one in found)


def _subjects(path: Path) -> list[Mapping[str, object]]:
    try:
        text = path.read_text(encoding="utf-8")
        read: object = tomllib.loads(text) if path.suffix == ".toml" else _json(text)
    except (OSError, ValueError, RecursionError) as fault:
        raise FactsProblem(f"{path}: cannot be read ({fault})") from fault
    if isinstance(read, dict) and set(read) == {"subjects"}:
        read = read["subjects"]
    listed: list[object] = read if isinstance(read, list) else [read]
    if not listed:
        raise FactsProblem(
            f"{path}: holds no subject; `xeploai judge --schema` says what it may hold"
        )
    faults = [
        f"subjects[{place}]: {shown(one)}; it may be a table of facts"
        for place, one in enumerate(listed)
        if not isinstance(one, dict)
    ]
    if faults:
        raise _refusal(path, faults)
    return [one for one in listed if isinstance(one, dict)]


def _json(text: str) -> object:
    """As JSON says; a field that stands twice is refused, since one of its values would be lost."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        read: dict[str, object] = {}
        for name, value in pairs:
            if name in read:
                raise ValueError(f"the field {name!r} stands twice")
            read[name] = value
        return read

    read: object = json.loads(text, object_pairs_hook=once)
    return read


def _refusal(path: Path, faults: list[str]) -> FactsProblem:
    many = f"{len(faults)} faults" if len(faults) > 1 else "a fault"
    return FactsProblem(f"{path}: {many}\n  " + "\n  ".join(faults))


def _year(document: Mapping[str, object]) -> int:
    """The year that the subject names; without a sound one, the newest edition says what is wrong."""
    year = document.get("year")
    return year if isinstance(year, int) and not isinstance(year, bool) else 9999

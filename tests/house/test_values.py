"""Only one module parses numbers and days from text, each in one strict form and size."""

import ast

from tests.house.test_sources import nodes, place
from tests.house.tree import ROOMS, name

FORMS = "rules/values.py"
NUMBERS = {"Fraction", "Decimal", "int", "float"}
DAYS = {"fromisoformat", "strptime", "isoparse", "fromtimestamp"}
OF_OURS = {
    "rules/texts/law.py": "numbers of the law, in texts that come with the code",
    "db/repositories/person.py": "a count of the database",
    "db/embedded/server.py": "a process id in PostgreSQL's own file",
    "db/connection/replica.py": "a position in the log of PostgreSQL, found by a pattern of digits",
    "schema/contract/breaking_change.py": "a date in a description of our schema",
    "schema/planner/placeholder.py": "a place in a statement, written by PostgreSQL",
    "schema/operation/cost.py": "a weight of our schema",
    "service/auth/rate_limit.py": "a setting",
    "demo/signing_key.py": "a moment of our clock",
    "service/auth/identity.py": "seconds in a token whose signature holds",
    "service/http/request_body.py": "Content-Length, as the server has parsed it",
    "service/http/dossier_document.py": "the same, once its size is known to be allowed",
    "service/telemetry/metric.py": "a bound of a histogram",
    "service/maintenance.py": "digits of `--expect`, found by a pattern",
    "service/port.py": "a setting",
}
"""Where such a call is made all the same, and of what."""


def called(node: ast.AST) -> str | None:
    """What a call calls, if its argument is not written in the code."""
    if not isinstance(node, ast.Call) or not node.args:
        return None
    if all(isinstance(given, ast.Constant) for given in node.args):
        return None
    made = node.func
    if isinstance(made, ast.Attribute):
        return made.attr
    return made.id if isinstance(made, ast.Name) else None


def is_invented(path: str) -> bool:
    """Whether a file only has the demonstration's own data; its sign-in reads client input."""
    return path.startswith("demo/") and path not in ("demo/sign_in.py", "demo/signing_key.py")


def conversions() -> dict[str, list[str]]:
    places: dict[str, list[str]] = {}
    for path, node in nodes(*ROOMS):
        if called(node) in NUMBERS | DAYS and not is_invented(name(path)):
            assert isinstance(node, ast.Call)
            places.setdefault(name(path), []).append(place(path, node))
    return places


def test_numbers_and_days_of_a_client_are_read_in_one_module() -> None:
    elsewhere = conversions()
    elsewhere.pop(FORMS)
    assert {where: lines for where, lines in elsewhere.items() if where not in OF_OURS} == {}


def test_every_other_place_is_still_there() -> None:
    assert set(OF_OURS) - set(conversions()) == set()

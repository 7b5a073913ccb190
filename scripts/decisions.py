"""The table of docs/decisions/index.md, made from the heads of the decisions.

python scripts/decisions.py           prints the table
python scripts/decisions.py --write   writes it between the two markers of the index
python scripts/decisions.py --check   ends with 1 where the index is not up to date
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.between import put

FOLDER = Path(__file__).parents[1] / "docs" / "decisions"
INDEX = FOLDER / "index.md"
HEAD = re.compile(
    r"# (?P<number>\d{4}) (?P<title>.+)\n\n"
    r"- Status: (?P<status>Accepted|Superseded by \[\d{4}\]\([^)]+\))\n"
    r"- Date: (?P<date>\d{4}-\d{2}-\d{2})\n"
)


@dataclass(frozen=True)
class Decision:
    number: str
    title: str
    status: str
    date: str
    file: str

    @property
    def row(self) -> str:
        return f"| [{self.number}]({self.file}) | {self.title} | {self.status} | {self.date} |"


def read(path: Path) -> Decision:
    """Raises ValueError for a decision whose head is not as the index describes it."""
    head = HEAD.match(path.read_text(encoding="utf-8"))
    if head is None:
        raise ValueError(f"{path.name}: the head must be a title, `- Status:` and `- Date:`")
    return Decision(**head.groupdict(), file=path.name)


def table() -> str:
    decisions = [read(path) for path in sorted(FOLDER.glob("[0-9]*.md"))]
    head = ["| number | decision | status | date |", "|---|---|---|---|"]
    return "\n".join([*head, *(decision.row for decision in decisions)])


def main(option: str) -> str | None:
    return put(INDEX, "decisions", table, option)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))

"""Findings: texts of a stored finding, as expressions over a row."""

REMARK = "nullif({row[remark]}, '')"
REMARK_IN_ENGLISH = "nullif(coalesce({row[remark_in_english]}, {row[remark]}), '')"


def in_english(name: str) -> str:
    """The English text; the Vietnamese one if no English text is stored."""
    return f"coalesce({{row[{name}_in_english]}}, {{row[{name}]}})"

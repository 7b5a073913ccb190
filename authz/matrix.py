"""Prints the matrix with its clauses: docs/authority.md."""

from itertools import groupby

from authz.policy_file import ACTS_JOINED_BY, Policy, PolicyRow
from rules.authority import CLASSES, RATERS

HEAD = """# Who may do what to whom

Printed from `authz/policy.csv` by `make matrix`; `make check` compares it. One deny outweighs any allow. `own`: the
subject lies in the rater's own district, bloc or organisation. An empty answer means that no clause gives the power.
"""


def as_markdown(policy: Policy) -> str:
    """One table for each rater: rows in the order of the policy, the acts of one row together."""
    parts = [HEAD]
    for rater, rows in groupby(_merged(policy), key=lambda row: row[0].rater):
        word = RATERS[rater]
        parts.append(f"\n## {word.name}\n\n`{word.code}`, {word.section}\n")
        parts.append("\n| subjects | acts | scope | effect | clause |\n|---|---|---|---|---|\n")
        parts += [_line(row, acts) for row, acts in rows]
    return "".join(parts)


def _merged(policy: Policy) -> list[tuple[PolicyRow, str]]:
    """Rows that differ only in the act, joined as in the policy."""
    merged: dict[tuple[str, ...], tuple[PolicyRow, list[str]]] = {}
    for row in policy.rows:
        key = (row.rater, row.cls, row.scope, row.effect, row.clause)
        merged.setdefault(key, (row, []))[1].append(str(row.act))
    order = list(RATERS)
    rows = [(row, ACTS_JOINED_BY.join(acts)) for row, acts in merged.values()]
    return sorted(rows, key=lambda row: order.index(row[0].rater))


def _line(row: PolicyRow, acts: str) -> str:
    named = f"{CLASSES[row.cls].name} (`{row.cls}`)" if row.cls in CLASSES else f"`{row.cls}`"
    acts = acts.replace(ACTS_JOINED_BY, ", ")
    return f"| {named} | {acts} | {row.scope} | {row.effect} | {row.clause} |\n"

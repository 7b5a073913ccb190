"""How late the rating of one subject is."""

from datetime import date

from db.json_sql.relation import Row
from rules.enums import Stage


def overdue_days(appraisal: Row, cycle: Row | None, today: date) -> int | None:
    """The delay in days, 0 in time; None without a due day, when decided or excluded, or in a closed year."""
    due: date | None = appraisal["due"]
    if due is None or appraisal["stage"] == Stage.DECIDED or appraisal["excluded"]:
        return None
    if cycle is not None and cycle["closed_on"] is not None:
        return None
    return max(0, (today - due).days)

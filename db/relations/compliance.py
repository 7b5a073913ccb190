"""Compliance: the number of subjects of each office, and its delay."""

from db.json_sql.relation import Relation
from db.relations.appraisal import OF_YEAR
from db.repositories.compliance import Offices
from db.repositories.cycle import IS_OVER


def every(offices: Offices) -> Relation:
    """The offices that have subjects to rate: those with the longest delay first, then by name.

    An office is one row: the number of subjects to rate, of decided ones, and of undecided ones that are late
    on the day `:today`, with their longest delay in days; in a closed year none is late. The order needs the counts of
    every office, by one grouped statement. The offices that they wait for are read for one page only (`waiting`).
    """
    source = f"""
(SELECT CAST(:year AS integer) AS year, c.*, -c.days_late AS lateness_order FROM (
    SELECT w.rater_id, w.sort_key COLLATE "C" AS sort_key, count(*) AS to_rate,
           count(*) FILTER (WHERE a.stage = 'DECIDED') AS decided,
           count(d.days) AS late, coalesce(max(d.days), 0) AS days_late
    FROM ({offices.selected()}) w
    JOIN appraisal a ON a.id = w.appraisal_id AND a.excluded IS NULL
    LEFT JOIN LATERAL (SELECT CAST(:today AS date) - a.due AS days
                       WHERE a.stage <> 'DECIDED' AND a.due < CAST(:today AS date)
                       AND NOT {IS_OVER.format(year=":year")}) d ON true
    GROUP BY w.rater_id, w.sort_key) c)
"""
    return Relation(source, on=OF_YEAR, order=("lateness_order", "sort_key", "rater_id"))

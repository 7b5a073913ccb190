"""Metrics of operations as plain numbers, which prometheus_client formats at each scrape.

The counters of prometheus_client take a lock at each step, which one thread does not need.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from schema.planner.operation_plan import FALLBACKS, Fallback

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
STATEMENTS = (0, 1, 2, 3, 5, 8, 13, 21, 50, 100)


class Spread:
    """A histogram: the number of values up to each bound, and their sum."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds, self.sum = bounds, 0.0
        self.counts = [0] * (len(bounds) + 1)

    def add(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value

    def buckets(self) -> list[tuple[str, float]]:
        """Cumulative buckets by their upper bounds, as Prometheus has them."""
        names = [*(str(float(bound)) for bound in self.bounds), "+Inf"]
        return list(zip(names, map(float, accumulate(self.counts)), strict=True))


class OperationMetrics(Collector):
    """The metrics of the operations of this process."""

    def __init__(self) -> None:
        self.ended: Counter[tuple[str, str, str]] = Counter()
        self.seconds: defaultdict[str, Spread] = defaultdict(lambda: Spread(SECONDS))
        self.statements, self.sql_seconds = Spread(STATEMENTS), 0.0

    def add(
        self, labels: tuple[str, str, str], seconds: float, statements: int, sql_seconds: float
    ) -> None:
        """Count one operation. `labels` are its name or hash, its type and its outcome."""
        self.ended[labels] += 1
        self.seconds[labels[0]].add(seconds)
        self.statements.add(statements)
        self.sql_seconds += sql_seconds

    def collect(self) -> Iterable[Metric]:
        ended = CounterMetricFamily(
            "xeploai_operations", "Operations", labels=["operation", "kind", "outcome"]
        )
        for labels, count in self.ended.items():
            ended.add_metric(labels, count)
        seconds = HistogramMetricFamily("xeploai_operation_seconds", "Time", labels=["operation"])
        for name, spread in self.seconds.items():
            seconds.add_metric([name], spread.buckets(), spread.sum)
        statements = HistogramMetricFamily(
            "xeploai_operation_statements",
            "SQL statements of one operation",
            buckets=self.statements.buckets(),
            sum_value=self.statements.sum,
        )
        sql = CounterMetricFamily(
            "xeploai_sql_seconds", "Time in the database", value=self.sql_seconds
        )
        fallbacks = CounterMetricFamily(
            "xeploai_fallbacks", "Root fields that graphql-core answered", labels=["reason"]
        )
        for reason in Fallback:
            fallbacks.add_metric([reason], FALLBACKS[reason])
        return ended, seconds, statements, sql, fallbacks

"""Rate limit: a token bucket of cost units for each client."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from schema.operation.limit import Exceeded

CLIENTS_MAX = 10_000
MINUTE_SECONDS = 60


class OverBudget(Exceeded):
    code = "OVER_BUDGET"
    status = 429
    vi_of = "Đã dùng hết định mức trong phút này: {was}; mỗi phút tối đa {maximum}"
    en_of = "The budget of this minute is used up: {was}; {maximum} each minute at most"

    def __init__(self, was: int, maximum: int, retry_seconds: int) -> None:
        super().__init__(was, maximum)
        self.retry_seconds = retry_seconds


class Budget:
    """The buckets of this process. `units` are cost units per client per minute; 0 disables the limit."""

    def __init__(self, units: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._units, self._clock = units, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def charge(self, client: str, cost: int) -> None:
        """Take `cost` out of the client's bucket.

        Raises:
            OverBudget: the bucket holds less; nothing is taken.
        """
        if not self._units:
            return
        now = self._clock()
        left, since = self._left.pop(client, (float(self._units), now))
        filled = min(left + (now - since) * self._units / MINUTE_SECONDS, self._units)
        missing = cost - filled
        self._left[client] = (filled if missing > 0 else filled - cost, now)
        if len(self._left) > CLIENTS_MAX:
            self._left.popitem(last=False)
        if missing > 0:
            wait = math.ceil(missing * MINUTE_SECONDS / self._units)
            raise OverBudget(cost, self._units, wait)

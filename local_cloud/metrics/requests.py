"""What load balancers forwarded to target groups since the last look: ``AWS/ApplicationELB``."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from local_cloud.metrics.publisher import Datum

_NO_TARGETS = 503
_OF_THE_BALANCER = (502, 504)
"""What a load balancer answers for a target that does not."""

Way = tuple[str, str]
"""Load balancer and target group, as CloudWatch names them: ``app/<name>/<id>``, ``targetgroup/<name>/<id>``"""


class Requests:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._statuses: dict[Way, Counter[int]] = defaultdict(Counter)
        self._seconds: dict[Way, Counter[float]] = defaultdict(Counter)

    def note(self, way: Way, status: int, seconds: float) -> None:
        if status == _NO_TARGETS:
            return  # CloudWatch counts requests for which there was a target to choose
        with self._lock:
            self._statuses[way][status] += 1
            if status not in _OF_THE_BALANCER:
                self._seconds[way][_rounded(seconds)] += 1

    def data(self) -> Sequence[Datum]:
        """Nothing of a target group to which nobody came, as on AWS."""
        with self._lock:
            statuses, seconds = self._statuses, self._seconds
            self._statuses, self._seconds = defaultdict(Counter), defaultdict(Counter)
        counted = [datum for way, seen in statuses.items() for datum in _counts(way, seen)]
        timed = [_datum(way, "TargetResponseTime", seen, "Seconds") for way, seen in seconds.items()]
        return [*counted, *timed]


def install(alb: Any, requests: Requests) -> None:
    execute = alb._execute_actions

    async def executed(actions: Sequence[dict[str, Any]], *request: Any, lb_arn: str = "", **more: Any) -> Any:
        began = time.monotonic()
        answer = await execute(actions, *request, lb_arn=lb_arn, **more)
        if group := next((action.get("TargetGroupArn") for action in actions), None):
            way = lb_arn.partition(":loadbalancer/")[2], group.rpartition(":")[2]
            requests.note(way, answer[0], time.monotonic() - began)
        return answer

    alb._execute_actions = executed


def _counts(way: Way, statuses: Counter[int]) -> list[Datum]:
    counts: Counter[str] = Counter()
    for status, count in statuses.items():
        counts["RequestCount"] += count
        if status not in _OF_THE_BALANCER:
            counts[f"HTTPCode_Target_{status // 100}XX_Count"] += count
    return [_datum(way, name, {float(count): 1}, "Count") for name, count in counts.items()]


def _datum(way: Way, metric: str, values: Any, unit: str) -> Datum:
    return Datum("AWS/ApplicationELB", metric, {"LoadBalancer": way[0], "TargetGroup": way[1]}, dict(values), unit)


def _rounded(seconds: float) -> float:
    """Two digits are what a chart shows; so a busy minute is a handful of values."""
    return float(f"{seconds:.2g}")

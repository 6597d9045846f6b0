"""How executions of state machines began and ended since the last look: ``AWS/States``."""

import threading
from collections import Counter
from collections.abc import Sequence
from typing import Any

from local_cloud.metrics.publisher import Datum

METRICS = {
    "RUNNING": "ExecutionsStarted",
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}
"""By the status that an execution has come to"""


class Executions:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: Counter[tuple[str, str]] = Counter()

    def note(self, machine: str, status: str) -> None:
        with self._lock:
            self._seen[machine, METRICS[status]] += 1

    def data(self) -> Sequence[Datum]:
        with self._lock:
            seen, self._seen = self._seen, Counter()
        return [
            Datum("AWS/States", metric, {"StateMachineArn": machine}, {float(count): 1}, "Count")
            for (machine, metric), count in seen.items()
        ]


def install(sfn: Any, executions: Executions) -> None:
    emit_status = sfn._emit_execution_status_event

    def emit(execution: dict[str, Any]) -> None:
        executions.note(execution["stateMachineArn"], execution["status"])
        emit_status(execution)

    sfn._emit_execution_status_event = emit

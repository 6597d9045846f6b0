"""What waits in queues, and for how long: ``AWS/SQS``."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from local_cloud.metrics.publisher import Datum


class Queues:
    """``queues``: MiniStack's own, each with its ``name`` and ``messages``."""

    def __init__(self, queues: Callable[[], Iterable[Mapping[str, Any]]], now: Callable[[], float] = time.time):
        self._queues, self._now = queues, now

    def data(self) -> Sequence[Datum]:
        return [datum for queue in self._queues() for datum in self._of(queue)]

    def _of(self, queue: Mapping[str, Any]) -> list[Datum]:
        now, messages = self._now(), list(queue["messages"])
        hidden = [message for message in messages if message.get("visible_at", 0) > now]
        received = [message for message in hidden if message.get("receive_count")]
        ages = [now - message.get("sent_at", now) for message in messages]
        return [
            _datum(queue, "ApproximateNumberOfMessagesVisible", len(messages) - len(hidden), "Count"),
            _datum(queue, "ApproximateNumberOfMessagesNotVisible", len(received), "Count"),
            _datum(queue, "ApproximateNumberOfMessagesDelayed", len(hidden) - len(received), "Count"),
            _datum(queue, "ApproximateAgeOfOldestMessage", round(max(ages, default=0)), "Seconds"),
        ]


def _datum(queue: Mapping[str, Any], metric: str, value: float, unit: str) -> Datum:
    return Datum("AWS/SQS", metric, {"QueueName": queue["name"]}, {float(value): 1}, unit)

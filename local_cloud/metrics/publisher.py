"""Tells CloudWatch every few seconds what was measured since the last time."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Datum:
    """One measurement, as PutMetricData takes it."""

    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    values: Mapping[float, int]
    """Each value that was seen, and how often"""
    unit: str


class Publisher:
    def __init__(
        self,
        sources: Sequence[Callable[[], Sequence[Datum]]],
        put: Callable[[Sequence[Datum]], None],
        afterwards: Callable[[], None] = lambda: None,
    ):
        """``afterwards``: acts on what is known then."""
        self._sources = sources
        self._put = put
        self._afterwards = afterwards

    def publish(self) -> None:
        if data := [datum for source in self._sources for datum in source()]:
            self._put(data)
        self._afterwards()

    def run(self, every_seconds: float, sleep: Callable[[float], None] = time.sleep) -> None:
        while True:
            sleep(every_seconds)
            try:
                self.publish()
            except Exception:  # a chart is not worth the emulator's other work, and the next round may do
                log.exception("metrics could not be published")

"""Time as an argument: code that waits, dates or measures is given a clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def since_boot() -> float:
    """Linux's monotonic clock stands still while a laptop sleeps: a release could wake up and think it is on time."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


@dataclass(frozen=True)
class Clock:
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    """For what people read"""
    monotonic: Callable[[], float] = since_boot
    """For what must not jump, and must not stop either"""
    sleep: Callable[[float], object] = time.sleep
    dead_seconds: float = 120
    """How old a claim must be, by S3's own clock, before ECS not showing it means that its owner died"""

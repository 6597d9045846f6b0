"""What the processes of a service's tasks use of what their task definition reserves: ``AWS/ECS``, in percent.

Each task is a value of its service once a minute, so that the number of samples is the number of tasks.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import psutil

from local_cloud.metrics.publisher import Datum

_MIB = 2**20
_CPU_UNITS = 1024
"""Of one vCPU"""


@dataclass(frozen=True)
class RunningTask:
    arn: str
    cluster: str
    service: str
    cpu_units: int
    memory_mib: int
    pids: tuple[int, ...]


class Usage:
    def __init__(self, tasks: Callable[[], Iterable[RunningTask]], now: Callable[[], float] = time.time):
        self._tasks, self._now = tasks, now
        self._before: Mapping[int, tuple[float, float]] = {}
        """By process: when it was looked at last, and the CPU seconds that it had used by then."""
        self._minute = 0
        self._told: set[str] = set()
        """Tasks that this minute has a value of"""

    def data(self) -> Sequence[Datum]:
        """Per service one datum for CPU and one for memory, with a value for each task, as ECS reports them."""
        minute = int(self._now() // 60)
        if minute != self._minute:
            self._minute, self._told = minute, set()
        seen: dict[int, tuple[float, float]] = {}
        cpu: dict[tuple[str, str], list[float]] = defaultdict(list)
        memory: dict[tuple[str, str], list[float]] = defaultdict(list)
        for task in self._tasks():
            if task.arn in self._told:
                seen |= {pid: self._before[pid] for pid in task.pids if pid in self._before}
                continue
            self._told.add(task.arn)
            used = [self._of(pid, seen) for pid in task.pids]
            where = task.cluster, task.service
            cpu[where].append(_percent(sum(share for share, _ in used), task.cpu_units / _CPU_UNITS))
            memory[where].append(_percent(sum(size for _, size in used), task.memory_mib * _MIB))
        self._before = seen
        return [*_data("CPUUtilization", cpu), *_data("MemoryUtilization", memory)]

    def _of(self, pid: int, seen: dict[int, tuple[float, float]]) -> tuple[float, int]:
        """How many vCPUs it used since the last look, or since its birth, and how many bytes it holds."""
        try:
            process = psutil.Process(pid)
            times, size, born = process.cpu_times(), process.memory_info().rss, process.create_time()
        except psutil.NoSuchProcess:
            return 0.0, 0
        now, seconds = self._now(), times.user + times.system
        then, before = self._before.get(pid, (born, 0.0))
        seen[pid] = now, seconds
        return max(0.0, seconds - before) / max(now - then, 0.001), size


def _percent(used: float, reserved: float) -> float:
    """A process of this machine may take more than its task reserves; a Fargate task cannot."""
    return round(min(100.0, 100 * used / reserved), 2)


def _data(metric: str, values: Mapping[tuple[str, str], Sequence[float]]) -> list[Datum]:
    return [
        Datum("AWS/ECS", metric, {"ClusterName": cluster, "ServiceName": service}, Counter(seen), "Percent")
        for (cluster, service), seen in values.items()
    ]

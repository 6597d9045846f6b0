"""Measures cases by turns (A B C A B C …) in CPU seconds, and compares medians.

CPU and not the clock, because others work on the same machine; by turns, because a machine that is slow for a while is
slow for all of them.
"""

import gc
import os
import resource
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Ratio:
    what: str
    value: float
    wanted: str
    """``at least 5``, ``at most 1.15``"""
    measured: str = ""
    """What it was made of, in numbers of this machine"""

    def __str__(self) -> str:
        return f"{self.what}: {self.value:.2f} ({self.wanted})" + (f"   {self.measured}" if self.measured else "")


def by_turns(cases: Mapping[str, Callable[[], object]], rounds: int = 15, warm_up: int = 2) -> dict[str, float]:
    """Median CPU seconds of one call, by the case's name; calls before the rounds fill what is kept between calls."""
    for _ in range(warm_up):
        for run in cases.values():
            run()
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, run in cases.items():
            taken[name].append(_cpu_of(run))
    return {name: median(seconds) for name, seconds in taken.items()}


def in_a_process(command: Sequence[str], **environment: str) -> None:
    """For what is measured with its start. Its output is shown only when it failed."""
    done = subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode:
        raise RuntimeError(done.stderr or done.stdout)


def _cpu_of(run: Callable[[], object]) -> float:
    gc.collect()
    before = _cpu()
    run()
    return _cpu() - before


def _cpu() -> float:
    """Of this process and of those it started and waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)

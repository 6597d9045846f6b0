"""Limits that somebody set for a service: as on AWS they bring its number of tasks within them at once.

A count that is changed later is left alone, wherever it is: only what changes limits moves it.
"""

import logging
from dataclasses import dataclass, field

from local_cloud.metrics.scalable_targets import AutoScaling, Target, TaskCounts, targets

log = logging.getLogger(__name__)


@dataclass
class Bounds:
    auto_scaling: AutoScaling
    counts: TaskCounts
    _known: dict[str, tuple[int, int]] | None = field(default=None)
    """Of each resource, at the last look; nothing before the first, since nobody knows what changed while nobody
    looked"""

    def look(self) -> None:
        before, found = self._known, targets(self.auto_scaling)
        self._known = {target.resource: (target.least, target.most) for target in found}
        if before is None:
            return
        for target in found:
            if before.get(target.resource) != (target.least, target.most):
                self._bring_within(target)

    def _bring_within(self, target: Target) -> None:
        tasks = self.counts.of(*target.service)
        if tasks is not None and tasks != target.within(tasks):
            log.info("limits set service=%s from=%d to=%d", target.service[1], tasks, target.within(tasks))
            self.counts.change(*target.service, target.within(tasks))

"""Scheduled actions at work: at their time they set the bounds of a service, and bring its number of tasks within them.

As on AWS, what comes due while scheduled scaling is suspended is not made up for later, nor is what an action replaced
put back when it ends. What was missed while the local cloud was stopped is not made up for either.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from local_cloud.metrics.scalable_targets import AutoScaling, Target, TaskCounts, targets
from local_cloud.schedule_expressions import next_time

log = logging.getLogger(__name__)

Action = Mapping[str, Any]
"""As DescribeScheduledActions answers it"""


@dataclass
class ScheduledScaling:
    auto_scaling: AutoScaling
    counts: TaskCounts
    now: Callable[[], float] = time.time
    _looked: float = field(init=False)

    def __post_init__(self) -> None:
        self._looked = self.now()

    def look(self) -> None:
        """Carries out what came due since the last look, in the order of time."""
        actions, now = self.auto_scaling.describe("ScheduledActions"), self.now()
        moments = [(next_moment(action, max(self._looked, action["CreationTime"])), action) for action in actions]
        due = [(moment, action) for moment, action in moments if moment is not None and moment <= now]
        known = {target.resource: target for target in targets(self.auto_scaling)} if due else {}
        self._looked = now
        for _, action in sorted(due, key=lambda one: one[0]):
            target = known.get(action["ResourceId"])
            if target and not target.suspended.get("ScheduledScalingSuspended"):
                known[target.resource] = self._carry_out(action, target)

    def _carry_out(self, action: Action, target: Target) -> Target:
        said, name = action["ScalableTargetAction"], action["ScheduledActionName"]
        scaled = replace(target, least=said.get("MinCapacity", target.least), most=said.get("MaxCapacity", target.most))
        if scaled.least > scaled.most:
            log.warning("scheduled action=%s is impossible: from %d to %d tasks", name, scaled.least, scaled.most)
            return target
        self.auto_scaling.set_bounds(scaled.resource, scaled.least, scaled.most)
        tasks = self.counts.of(*scaled.service)
        if tasks is not None and tasks != scaled.within(tasks):
            log.info("scaled service=%s from=%d to=%d action=%s", scaled.service[1], tasks, scaled.within(tasks), name)
            self.counts.change(*scaled.service, scaled.within(tasks))
        return scaled


def next_moment(action: Action, after: float) -> float | None:
    """Its beginning, if it has one, is a time as well."""
    start, end = action.get("StartTime"), action.get("EndTime")
    if start and after < start:
        return float(start)
    try:
        moment = next_time(action["Schedule"], action.get("Timezone"), start or action["CreationTime"], after)
    except (ValueError, KeyError) as error:
        log.warning("scheduled action=%s is not understood: %s", action["ScheduledActionName"], error)
        return None
    return None if moment is None or (end and moment > end) else moment

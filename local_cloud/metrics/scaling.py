"""Scaling policies at work: they change how many tasks a service has.

As on AWS it scales out when a policy's metric is over its target, in when all are below it, and by steps while an alarm
rings. What AWS takes 3 and 15 minutes for is decided at once and after a minute here.
"""

import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local_cloud.metrics.alarms import newest_values
from local_cloud.metrics.metric_math import UnknownMath
from local_cloud.metrics.scalable_targets import AutoScaling, Target, TaskCounts, targets
from local_cloud.metrics.series import Query, computed

log = logging.getLogger(__name__)

CALM_SECONDS = 60
"""So long a metric must have been below its target before tasks are taken away."""
PAUSE_SECONDS = 40
"""Between two changes of a service, so that the first shows in the metrics."""
_CALM_SHARE = 0.9
"""Of the target: what AWS's own alarms take for low"""

Policy = Mapping[str, Any]
"""As DescribeScalingPolicies answers it"""


@dataclass
class Changes:
    """What is remembered of a service between two looks."""

    changed: float = -math.inf
    calm_since: float | None = None


def tracked(policy: Policy, tasks: int, value: float | None) -> int | None:
    """So many tasks would bring the metric to the policy's target; None while it says nothing."""
    aim = policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
    if value is None:
        return None
    is_right = aim * _CALM_SHARE <= value <= aim
    return tasks if is_right else math.ceil(tasks * value / aim)


def stepped(policy: Policy, tasks: int, breach: float) -> int:
    """``breach``: by how much the alarm's metric is over its threshold, or below it. Of a step's two ends the one that
    is nearer to the threshold belongs to it."""
    configuration = policy["StepScalingPolicyConfiguration"]
    for step in configuration.get("StepAdjustments", ()):
        low, high = step.get("MetricIntervalLowerBound", -math.inf), step.get("MetricIntervalUpperBound", math.inf)
        if low <= breach < high if breach >= 0 else low < breach <= high:
            amount = int(step["ScalingAdjustment"])
            kind = configuration["AdjustmentType"]
            if kind == "ExactCapacity":
                return amount
            return tasks + (amount if kind == "ChangeInCapacity" else round(tasks * amount / 100))
    return tasks


@dataclass
class Scaler:
    auto_scaling: AutoScaling
    counts: TaskCounts
    cloudwatch: Any
    now: Callable[[], float] = time.time
    _changes: dict[str, Changes] = field(default_factory=dict)

    def look(self) -> None:
        policies = self.auto_scaling.describe("ScalingPolicies")
        for target in targets(self.auto_scaling) if policies else ():
            own = [policy for policy in policies if policy["ResourceId"] == target.resource]
            if own and target.most:
                self._look_at(target, own)

    def _look_at(self, target: Target, policies: Sequence[Policy]) -> None:
        tasks = self.counts.of(*target.service)
        if tasks is None:
            return
        wanted = target.within(self._wanted(policies, tasks))
        if target.suspended.get(f"DynamicScaling{'Out' if wanted > tasks else 'In'}Suspended"):
            return
        known, now = self._changes.setdefault(target.resource, Changes()), self.now()
        known.calm_since = (known.calm_since or now) if wanted < tasks else None
        is_calm = known.calm_since is not None and now - known.calm_since >= CALM_SECONDS
        if now - known.changed >= PAUSE_SECONDS and (wanted > tasks or is_calm):
            log.info("scaled service=%s from=%d to=%d", target.service[1], tasks, wanted)
            self._changes[target.resource] = Changes(now)
            self.counts.change(*target.service, wanted)

    def _wanted(self, policies: Sequence[Policy], tasks: int) -> int:
        """The most that any policy asks for; nobody takes tasks away while one of them does not know. A step policy
        whose alarm does not ring asks for nothing."""
        steps = [policy for policy in policies if policy["PolicyType"] == "StepScaling"]
        asked = [stepped(policy, tasks, breach) for policy in steps for breach in self._breaches(policy)]
        found = [tracked(policy, tasks, self._value(policy, tasks)) for policy in policies if policy not in steps]
        known = [one for one in found if one is not None]
        return max([*asked, *known, *([tasks] if len(known) < len(found) else [])], default=tasks)

    def _breaches(self, policy: Policy) -> list[float]:
        """Of the alarms that ring for a policy."""
        ringing = [
            alarm
            for alarm in self.cloudwatch._alarms.values()
            if alarm["StateValue"] == "ALARM" and policy["PolicyARN"] in (alarm.get("AlarmActions") or ())
        ]
        values = [(alarm, newest_values(self.cloudwatch, alarm, self.now())[-1:]) for alarm in ringing]
        return [value - alarm["Threshold"] for alarm, newest in values for value in newest]

    def _value(self, policy: Policy, tasks: int) -> float | None:
        configuration = policy["TargetTrackingScalingPolicyConfiguration"]
        try:
            queries = _queries(policy["ResourceId"], configuration, tasks)
            values = computed(self.cloudwatch, queries, self.now(), 1)
        except UnknownMath as error:
            log.warning("policy is not understood policy=%s expression=%s", policy["PolicyName"], error)
            return None
        return values[-1] if values else None


def _queries(resource: str, configuration: Mapping[str, Any], tasks: int) -> Sequence[Query]:
    if own := configuration.get("CustomizedMetricSpecification"):
        if own.get("Metrics"):
            return list(own["Metrics"])
        return [{"Id": "own", "MetricStat": {"Metric": own, "Stat": own["Statistic"]}}]
    predefined = configuration["PredefinedMetricSpecification"]
    kind, label = predefined["PredefinedMetricType"], predefined.get("ResourceLabel", "")
    if kind == "ALBRequestCountPerTarget":
        balancer, _, group = label.partition("/targetgroup/")
        where = {"LoadBalancer": balancer, "TargetGroup": f"targetgroup/{group}"}
        requests = _query("requests", "AWS/ApplicationELB", "RequestCount", where, "Sum")
        return [{**requests, "ReturnData": False}, {"Id": "each", "Expression": f"requests / {max(tasks, 1)}"}]
    _, cluster, service = resource.split("/")
    metric = kind.removeprefix("ECSServiceAverage")
    return [_query("own", "AWS/ECS", metric, {"ClusterName": cluster, "ServiceName": service}, "Average")]


def _query(id: str, namespace: str, metric: str, dimensions: Mapping[str, str], stat: str) -> Query:
    named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    return {
        "Id": id,
        "MetricStat": {"Metric": {"Namespace": namespace, "MetricName": metric, "Dimensions": named}, "Stat": stat},
    }

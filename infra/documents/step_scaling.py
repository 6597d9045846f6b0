"""Step policies of Application Auto Scaling, and the CloudWatch alarms that set them off.

AWS counts the lines of a policy's steps from the threshold of its alarm, which is the first of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from infra.documents.scaling import METRICS, SCALE_IN_SECONDS, SCALE_OUT_SECONDS, ecs_dimensions
from infra.service_parts import ScalingPolicy
from service_catalog import naming
from service_catalog.model import ScalingStep

Lines = Sequence[tuple[int, int]]
"""From where on how many tasks start, or stop (below 0); the line that is crossed first comes first"""


@dataclass(frozen=True)
class _Way:
    name: str
    comparison: str
    minutes: int
    """In a row before a first step: too few tasks are noticed sooner than too many."""
    cooldown: int


_OUT = _Way("out", "GreaterThanOrEqualToThreshold", 2, SCALE_OUT_SECONDS)
_IN = _Way("in", "LessThanThreshold", 10, SCALE_IN_SECONDS)


def step_policies(steps: Sequence[ScalingStep], environment: str, service: str) -> list[ScalingPolicy]:
    """One for each measure, and each direction, that the steps name."""
    found = []
    for measure in METRICS:
        mine = [it for it in steps if it.measure == measure]
        above = sorted((it.above, it.add) for it in mine if it.above and it.add)
        below = sorted(((it.below, -it.remove) for it in mine if it.below and it.remove), reverse=True)
        ways = ((_OUT, above), (_IN, below))
        found += [_policy(measure, way, lines, environment, service) for way, lines in ways if lines]
    return found


def _policy(measure: str, way: _Way, lines: Lines, environment: str, service: str) -> ScalingPolicy:
    name = f"{measure.replace('_', '-')}-{way.name}"
    configuration = {
        "adjustment_type": "ChangeInCapacity",
        "cooldown": way.cooldown,
        "metric_aggregation_type": "Average",
        "step_adjustments": list(_adjustments(lines)),
    }
    alarm = {
        "name": naming.scaling_alarm(environment, service, name),
        "alarm_description": f"Changes the number of tasks of {service} in {environment} by steps",
        "namespace": "AWS/ECS",
        "metric_name": METRICS[measure],
        "dimensions": ecs_dimensions(environment, service),
        "statistic": "Average",
        "period": 60,
        "comparison_operator": way.comparison,
        "threshold": lines[0][0],
        "evaluation_periods": way.minutes,
        "treat_missing_data": "notBreaching",
    }
    return ScalingPolicy(
        name, {"policy_type": "StepScaling", "step_scaling_policy_configuration": configuration}, alarm
    )


def _adjustments(lines: Lines) -> Iterator[dict[str, Any]]:
    first, beyond = lines[0][0], [line for line, _ in lines[1:]]
    for (line, count), end in zip(lines, [*beyond, None], strict=True):
        near, far = str(line - first), None if end is None else str(end - first)
        lower, upper = (near, far) if count > 0 else (far, near)
        ends = {"metric_interval_lower_bound": lower, "metric_interval_upper_bound": upper}
        yield {"scaling_adjustment": count} | {name: value for name, value in ends.items() if value is not None}

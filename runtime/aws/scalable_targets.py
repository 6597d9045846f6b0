"""How many tasks Application Auto Scaling allows of a service."""

from typing import Any

from runtime.aws.clients import Clients
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.records.provisioned import TaskLimits


class ScalableTargets:
    def __init__(self, aws: Clients, environment: str):
        self._aws, self._environment = aws, environment

    def limits(self, service: str) -> TaskLimits | None:
        """None where there is no scalable target."""
        answer = self._aws.call(
            "application-autoscaling",
            "describe_scalable_targets",
            say("reading the task limits of %(service)s", service=service),
            ServiceNamespace="ecs",
            ResourceIds=[naming.scalable_target(self._environment, service)],
            ScalableDimension="ecs:service:DesiredCount",
        )
        found: list[dict[str, Any]] = answer["ScalableTargets"]
        return TaskLimits(min=found[0]["MinCapacity"], max=found[0]["MaxCapacity"]) if found else None

    def set(self, service: str, limits: TaskLimits, *, suspends_schedule: bool) -> None:
        """Brings the count within the limits at once. While the schedule is suspended no scheduled action sets others,
        whoever made it."""
        self._aws.call(
            "application-autoscaling",
            "register_scalable_target",
            say("setting the task limits of %(service)s", service=service),
            ServiceNamespace="ecs",
            ResourceId=naming.scalable_target(self._environment, service),
            ScalableDimension="ecs:service:DesiredCount",
            MinCapacity=limits.min,
            MaxCapacity=limits.max,
            SuspendedState={"ScheduledScalingSuspended": suspends_schedule},
        )

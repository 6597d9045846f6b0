"""When jobs run: their schedules in EventBridge Scheduler, and whether each is paused."""

from dataclasses import dataclass
from typing import Any

from runtime.aws.clients import Clients
from runtime.aws.errors import Absent
from service_catalog import naming
from service_catalog.messages import say

_TAKEN_BY_UPDATE = (
    "GroupName",
    "Name",
    "Description",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "EndDate",
    "FlexibleTimeWindow",
    "Target",
    "KmsKeyArn",
    "ActionAfterCompletion",
)
"""An update replaces everything, so all of what is there has to be said again."""


@dataclass(frozen=True)
class Schedule:
    expression: str
    """As EventBridge spells it: ``cron(0 3 * * ? *)``, ``rate(15 minutes)``"""
    timezone: str
    flexible_minutes: int
    is_paused: bool


class Schedules:
    def __init__(self, aws: Clients, environment: str):
        self._aws, self._environment = aws, environment
        self._group = naming.schedule_group(environment)

    def read(self, service: str) -> Schedule:
        """Raises Absent."""
        said = self._read(service)
        return Schedule(
            expression=said["ScheduleExpression"],
            timezone=said.get("ScheduleExpressionTimezone", "UTC"),
            flexible_minutes=said["FlexibleTimeWindow"].get("MaximumWindowInMinutes", 0),
            is_paused=said["State"] == "DISABLED",
        )

    def find(self, service: str) -> Schedule | None:
        """None where there is none."""
        try:
            return self.read(service)
        except Absent:
            return None

    def paused(self) -> set[str]:
        """Services whose schedule starts nothing; a hundred in a call."""
        pages = self._aws.pages(
            "scheduler", "list_schedules", say("listing schedules"), GroupName=self._group, State="DISABLED"
        )
        try:
            return {said["Name"] for page in pages for said in page["Schedules"]}
        except Absent:  # no job was ever provisioned
            return set()

    def switch(self, service: str, *, is_on: bool) -> None:
        said = self._read(service)
        kept = {member: said[member] for member in _TAKEN_BY_UPDATE if said.get(member) is not None}
        doing = say("changing the schedule of %(service)s", service=service)
        self._aws.call("scheduler", "update_schedule", doing, **kept, State="ENABLED" if is_on else "DISABLED")

    def _read(self, service: str) -> dict[str, Any]:
        return self._aws.call(
            "scheduler",
            "get_schedule",
            say("reading the schedule of %(service)s", service=service),
            GroupName=self._group,
            Name=naming.schedule(self._environment, service),
        )

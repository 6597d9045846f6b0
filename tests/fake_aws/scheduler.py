"""EventBridge Scheduler: schedules in groups. Nothing is ever started."""

from typing import Any

from tests.fake_aws.service import AwsService, refused


class Scheduler(AwsService):
    name = "scheduler"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.schedules: dict[tuple[str, str], dict[str, Any]] = {}

    def create_schedule(self, GroupName: str, Name: str, **said: Any) -> dict[str, Any]:
        self.schedules[GroupName, Name] = {"GroupName": GroupName, "Name": Name, "State": "ENABLED"} | said
        return {"ScheduleArn": self.aws.arn("scheduler", f"schedule/{GroupName}/{Name}")}

    def update_schedule(self, GroupName: str, Name: str, **said: Any) -> dict[str, Any]:
        self.get_schedule(GroupName, Name)
        return self.create_schedule(GroupName, Name, **said)

    def get_schedule(self, GroupName: str, Name: str) -> dict[str, Any]:
        if (GroupName, Name) not in self.schedules:
            raise refused("ResourceNotFoundException", f"Schedule {Name} does not exist.", 404)
        return self.schedules[GroupName, Name]

    def list_schedules(self, GroupName: str, State: str) -> dict[str, Any]:
        found = [it for (group, _), it in self.schedules.items() if group == GroupName and it["State"] == State]
        members = ("Name", "GroupName", "State")
        return {"Schedules": [{member: it[member] for member in members} for it in found]}

"""EventBridge Scheduler: schedules and their groups."""

from local_cloud.aws.kind import Call, Kind, Look, Named

SCHEDULE = {"Name": "{name}", "GroupName": "{groupName}"}

KINDS = [
    Kind(
        "aws:scheduler/scheduleGroup:ScheduleGroup",
        "scheduler",
        create=Call("create_schedule_group"),
        id="{name}",
        look=Look("get_schedule_group", {"Name": "{id}"}, "[@][?State != 'DELETING'] | [0]"),
        delete=Call("delete_schedule_group", {"Name": "{id}"}),
        fixed="name",
        named=Named(longest=64),
        tags="{arn}",
        outputs={"arn": "Arn", "state": "State"},
    ),
    Kind(
        "aws:scheduler/schedule:Schedule",
        "scheduler",
        create=Call("create_schedule"),
        id="{groupName}/{name}",
        look=Look("get_schedule", SCHEDULE),
        updates=(Call("update_schedule", SCHEDULE, together="*"),),
        delete=Call("delete_schedule", SCHEDULE),
        fixed="groupName name",
        named=Named(longest=64),
        outputs={"arn": "Arn"},
    ),
]

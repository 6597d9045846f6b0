"""The tasks of a service."""

from datetime import datetime

from portal.api.told.base import StateTold, Told
from portal.text import states
from runtime.aws.ecs_tasks import Task


class TaskTold(Told):
    id: str
    state: StateTold
    revision: str
    release: int | None
    zone: str
    started_at: datetime | None
    stopped_at: datetime | None
    stopped_reason: str
    exit_code: int | None

    @classmethod
    def of(cls, it: Task, release: int | None) -> "TaskTold":
        return cls(
            id=it.id,
            state=StateTold.of(states.task_state(it)),
            revision=it.revision,
            release=release,
            zone=it.zone,
            started_at=it.started_at,
            stopped_at=it.stopped_at,
            stopped_reason=it.stopped_reason,
            exit_code=it.exit_code,
        )


class TasksTold(Told):
    running: list[TaskTold]
    stopped: list[TaskTold]
    """Within the hour: then ECS forgets them"""

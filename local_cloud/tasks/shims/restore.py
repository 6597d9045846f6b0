"""What the run before left: its tasks ended with it and look like it, its services get new ones when all is there."""

from collections.abc import Callable
from typing import Any


def install(ecs: Any) -> Callable[[], None]:
    """Returns what starts the services' tasks again, to be called when everything that they refer to was read.

    MiniStack would begin while it still reads secrets and parameters, and the first starts would fail for want of them.
    """
    start_tasks: Callable[[], None] = ecs._start_restored_service_reconciler
    ecs._start_restored_service_reconciler = lambda: None
    restore_state = ecs._restore_state

    def restore(data: Any) -> None:
        restore_state(data)
        for _, task in ecs._tasks.all_items():
            if task["desiredStatus"] != "STOPPED":
                task["desiredStatus"] = "STOPPED"  # MiniStack leaves RUNNING, and ListTasks shows ghosts
                task["stoppedAt"] = task.get("stoppedAt") or ecs._iso()
                task["stoppedReason"] = task.get("stoppedReason") or "The local cloud was stopped"
                task["stopCode"] = task.get("stopCode") or "TerminationNotice"
                for container in task["containers"]:
                    container["lastStatus"] = "STOPPED"
        for _, service in ecs._services.all_items():
            for counted in (service, *service["deployments"]):
                counted["runningCount"] = counted["pendingCount"] = 0

    ecs._restore_state = restore
    return start_tasks

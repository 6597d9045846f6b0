"""Which network a task was started in, kept beside it: MiniStack keeps the subnet alone."""

import time
from typing import Any


def install(ecs: Any) -> None:
    run_task = ecs._run_task

    def run(data: dict[str, Any]) -> Any:
        began = time.time()
        status, headers, body = run_task(data)
        network = (data.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
        for started in ecs.json.loads(body).get("tasks", ()) if status == 200 else ():
            if task := ecs._tasks.get(started["taskArn"]):
                task["_security_groups"], task["_began"] = list(network.get("securityGroups") or ()), began
        return status, headers, body

    ecs._run_task = run
    ecs._ACTION_MAP["RunTask"] = run

"""What RunTask says of a task's size, and the group of a task of no service: MiniStack shows neither."""

from typing import Any


def install(ecs: Any) -> None:
    run_task = ecs._ACTION_MAP["RunTask"]

    def run(data: dict[str, Any]) -> Any:
        status, headers, body = run_task(data)
        if status != 200:
            return status, headers, body
        answer = ecs.json.loads(body)
        size = {name: str(value) for name, value in data.get("overrides", {}).items() if name in ("cpu", "memory")}
        for task in answer["tasks"]:
            family = task["taskDefinitionArn"].rpartition("/")[2].partition(":")[0]
            shown = {**size, "group": task["group"] or f"family:{family}"}
            task.update(shown)
            ecs._tasks[task["taskArn"]].update(shown)
        return ecs.json_response(answer)

    ecs._ACTION_MAP["RunTask"] = run

"""ECS registers a task by its address, or, where it has no network of its own, by its instance, and refuses a target
group of the other kind; MiniStack takes any."""

from collections.abc import Callable
from typing import Any

from local_cloud.tasks.shims.settings import find

_KINDS = {"awsvpc": "ip", "bridge": "instance"}
"""Of target groups, by network mode"""


def install(ecs: Any, alb: Any) -> None:
    for action, known in (("CreateService", _nothing), ("UpdateService", find)):
        ecs._ACTION_MAP[action] = _refusing(ecs, alb, ecs._ACTION_MAP[action], known)


def _nothing(ecs: Any, data: dict[str, Any]) -> None:
    """A service of this name that was deleted does not count."""


def _refusing(ecs: Any, alb: Any, handler: Any, known: Any) -> Callable[[dict[str, Any]], Any]:
    def checked(data: dict[str, Any]) -> Any:
        wanted = {**(known(ecs, data) or {}), **data}
        definition = ecs._task_defs.get(ecs._resolve_td_key(wanted.get("taskDefinition") or "")) or {}
        mode = definition.get("networkMode")
        for attached in wanted.get("loadBalancers") or ():
            group = alb._tgs.get(attached.get("targetGroupArn")) or {}
            kind = group.get("TargetType")
            if kind and mode in _KINDS and kind != _KINDS[mode]:
                message = (
                    f"The provided target group {group['TargetGroupArn']} has target type {kind}, which is "
                    f"incompatible with the {mode} network mode specified in the task definition."
                )
                return ecs.error_response_json("InvalidParameterException", message, 400)
        return handler(data)

    return checked

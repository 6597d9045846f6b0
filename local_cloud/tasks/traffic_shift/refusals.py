"""What ECS refuses of a deployment configuration, and what the local cloud cannot do of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from local_cloud.tasks.shims.settings import find
from local_cloud.tasks.traffic_shift.stages import shifts_traffic

_PAUSABLE = (
    "POST_SCALE_UP",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
)
_NEVER_PAUSED = ("TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT")
_MINUTES = (0, 1440)
_RANGES: tuple[tuple[tuple[str, ...], tuple[float, float]], ...] = (
    (("bakeTimeInMinutes",), _MINUTES),
    (("canaryConfiguration", "canaryPercent"), (0.1, 100)),
    (("canaryConfiguration", "canaryBakeTimeInMinutes"), _MINUTES),
    (("linearConfiguration", "stepPercent"), (3, 100)),
    (("linearConfiguration", "stepBakeTimeInMinutes"), _MINUTES),
)


def install(ecs: Any, alb: Any) -> None:
    for action, known in (("CreateService", _nothing), ("UpdateService", find)):
        ecs._ACTION_MAP[action] = _refusing(ecs, alb, ecs._ACTION_MAP[action], known)


def _nothing(ecs: Any, data: dict[str, Any]) -> None:
    """A service of this name that was deleted does not count."""


def _refusing(ecs: Any, alb: Any, handler: Any, known: Any) -> Any:
    def checked(data: dict[str, Any]) -> Any:
        wanted = {**(known(ecs, data) or {}), **data}
        configuration = wanted.get("deploymentConfiguration") or {}
        for problem in (*_out_of_range(configuration), *_hooks(configuration), *_balancers(alb, wanted, configuration)):
            return ecs.error_response_json("InvalidParameterException", problem, 400)
        return handler(data)

    return checked


def _out_of_range(configuration: Mapping[str, Any]) -> Iterator[str]:
    for path, (low, high) in _RANGES:
        value: Any = configuration
        for name in path:
            value = (value or {}).get(name)
        if value is not None and not low <= value <= high:
            yield f"{path[-1]} must be between {low} and {high}, got {value}."


def _hooks(configuration: Mapping[str, Any]) -> Iterator[str]:
    for hook in configuration.get("lifecycleHooks") or ():
        if hook.get("targetType") != "PAUSE":
            yield "The local cloud runs no Lambda functions for lifecycle hooks; targetType must be PAUSE."
        for stage in hook["lifecycleStages"]:
            if stage in _NEVER_PAUSED:
                yield f"PAUSE hooks cannot be configured at the {stage} lifecycle stage."
            elif stage not in _PAUSABLE:
                yield f"The local cloud cannot pause at {stage}; it can at {', '.join(_PAUSABLE)}."


def _balancers(alb: Any, wanted: Mapping[str, Any], configuration: Mapping[str, Any]) -> Iterator[str]:
    if not shifts_traffic(configuration):
        return
    strategy = configuration["strategy"].lower().replace("_", "/")
    for balancer in wanted.get("loadBalancers") or ():
        advanced = balancer.get("advancedConfiguration")
        if not advanced:
            whose = f"all loadBalancers when using the {strategy} deployment strategy"
            yield f"advancedConfiguration field is required for {whose}"
            continue
        groups = (balancer.get("targetGroupArn"), advanced.get("alternateTargetGroupArn"))
        yield from (f"The target group {group} does not exist." for group in groups if group not in alb._tgs)
        rules = (advanced.get("productionListenerRule"), advanced.get("testListenerRule"))
        yield from (f"The listener rule {rule} does not exist." for rule in rules if rule and rule not in alb._rules)

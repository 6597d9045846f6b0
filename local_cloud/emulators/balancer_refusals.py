"""What load balancers refuse in AWS and MiniStack takes: a priority that another rule has, a rule or a target group too
many, more conditions than a rule takes, target groups that a listener's clients cannot speak to, and the end of one
that something still leads to."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from local_cloud.emulators.weighted_forwards import groups_of


def install(alb: Any) -> None:
    actions = alb._ACTION_MAP
    for action in ("CreateRule", "ModifyRule"):
        for problem in (_too_many_conditions, _unlike_the_listener):
            actions[action] = _refusing(alb, actions[action], problem)
    for problem in (_taken_by_another, _too_many):
        actions["CreateRule"] = _refusing(alb, actions["CreateRule"], problem)
    actions["SetRulePriorities"] = _refusing(alb, actions["SetRulePriorities"], _one_is_taken_by_another)
    actions["DeleteTargetGroup"] = _refusing(alb, actions["DeleteTargetGroup"], _still_led_to)


def _refusing(alb: Any, handler: Any, problem: Any) -> Any:
    def checked(params: Mapping[str, Any]) -> Any:
        found = problem(alb, params)
        return alb._error(*found) if found else handler(params)

    return checked


def _taken_by_another(alb: Any, params: Mapping[str, Any]) -> tuple[str, str] | None:
    return _in_use(alb, alb._p(params, "ListenerArn"), alb._p(params, "Priority"), moved=())


def _one_is_taken_by_another(alb: Any, params: Mapping[str, Any]) -> tuple[str, str] | None:
    """Two rules may change places in one call."""
    wanted = dict(_priorities(alb, params))
    found = (
        _in_use(alb, alb._rules[arn]["ListenerArn"], priority, wanted)
        for arn, priority in wanted.items()
        if arn in alb._rules
    )
    return next(filter(None, found), None)


def _priorities(alb: Any, params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    number = 1
    while arn := alb._p(params, f"RulePriorities.member.{number}.RuleArn"):
        yield arn, alb._p(params, f"RulePriorities.member.{number}.Priority")
        number += 1


def _in_use(alb: Any, listener: str, priority: str, moved: Any) -> tuple[str, str] | None:
    for arn, rule in alb._rules.items():
        if arn not in moved and (rule["ListenerArn"], str(rule["Priority"])) == (listener, priority):
            return "PriorityInUse", f"Priority '{priority}' is currently in use"
    return None


def _still_led_to(alb: Any, params: Mapping[str, Any]) -> tuple[str, str] | None:
    group = alb._p(params, "TargetGroupArn")
    leading = [*(rule["Actions"] for rule in alb._rules.values())]
    leading += [listener.get("DefaultActions", []) for listener in alb._listeners.values()]
    if any(group in str(actions) for actions in leading):
        return "ResourceInUse", f"Target group '{group}' is currently in use by a listener or a rule"
    return None


_MOST = 100
"""Rules of all listeners of a load balancer together, without those that take the rest; and target groups"""


def _too_many(alb: Any, params: Mapping[str, Any]) -> tuple[str, str] | None:
    listener = alb._listeners.get(alb._p(params, "ListenerArn"), {})
    balancer = listener.get("LoadBalancerArn")
    its = {arn for arn, it in alb._listeners.items() if it["LoadBalancerArn"] == balancer}
    there = [it for it in alb._rules.values() if it["ListenerArn"] in its and str(it["Priority"]) != "default"]
    if balancer and len(there) >= _MOST:
        return "TooManyRules", f"The maximum number of rules has been reached for load balancer '{balancer}'"
    actions = [*alb._parse_actions(params, "Actions"), *(action for it in there for action in it["Actions"])]
    if balancer and len(_groups(actions)) > _MOST:
        code = "TooManyUniqueTargetGroupsPerLoadBalancer"
        return code, f"The maximum number of target groups has been reached for load balancer '{balancer}'"
    return None


def _groups(actions: Iterable[Mapping[str, Any]]) -> set[str]:
    return {group["TargetGroupArn"] for it in actions for group in (it, *groups_of(it)) if "TargetGroupArn" in group}


_CONDITION_VALUES_MAX = 5


def _too_many_conditions(alb: Any, params: Mapping[str, Any]) -> tuple[str, str] | None:
    values = [value for condition in alb._parse_conditions(params) for value in _values(condition)]
    if len(values) > _CONDITION_VALUES_MAX:
        return "ValidationError", f"A rule can only have '{_CONDITION_VALUES_MAX}' condition values"
    if sum(value.count("*") + value.count("?") for value in values) > _CONDITION_VALUES_MAX:
        return "ValidationError", f"A rule can only have '{_CONDITION_VALUES_MAX}' condition wildcards"
    return None


def _values(condition: Mapping[str, Any]) -> list[str]:
    return list(condition.get("HttpHeaderConfig", condition)["Values"])


def _unlike_the_listener(alb: Any, params: Mapping[str, Any]) -> tuple[str, str] | None:
    rule = alb._rules.get(alb._p(params, "RuleArn"), {})
    listener = alb._listeners.get(alb._p(params, "ListenerArn") or rule.get("ListenerArn"))
    actions = alb._parse_actions(params, "Actions")
    if listener and listener["Protocol"] != "HTTPS" and any(it["Type"].startswith("authenticate-") for it in actions):
        return "InvalidLoadBalancerAction", "Actions that authenticate are supported by HTTPS listeners only"
    for version in [alb._tgs[arn].get("ProtocolVersion", "HTTP1") for arn in _groups(actions) if arn in alb._tgs]:
        if listener and version != "HTTP1" and listener["Protocol"] != "HTTPS":
            return "InvalidLoadBalancerAction", (
                f"Listener protocol '{listener['Protocol']}' is not supported "
                f"with a target group with the protocol-version '{version}'"
            )
    return None

"""Forwarding to several target groups by weight, with which ECS shifts traffic: MiniStack drops the weights."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

_GROUPS_MAX, _WEIGHT_MAX = 5, 999
_NOBODY = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
"""What a load balancer answers where every group's weight is 0."""

Groups = list[dict[str, Any]]
"""``{"TargetGroupArn", "Weight"}``"""


def install(alb: Any, choose: Callable[..., list[Any]] = random.choices) -> None:
    """Install it last: whoever looks at what an action forwards to then sees the group that was chosen."""
    _keep_weights(alb)
    _refuse(alb)
    _choose_by_weight(alb, choose)


def forward(groups: Mapping[str, int]) -> dict[str, Any]:
    """An action, as MiniStack keeps it; ``groups``: weight by ARN."""
    weighted = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in groups.items()]
    return {"Type": "forward", "Order": 1, "ForwardConfig": {"TargetGroups": weighted}}


def groups_of(action: Mapping[str, Any]) -> Groups:
    found: Groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
    return found


def _keep_weights(alb: Any) -> None:
    parse_actions, action_xml = alb._parse_actions, alb._action_xml

    def parse(params: Mapping[str, Any], prefix: str = "DefaultActions") -> list[dict[str, Any]]:
        actions: list[dict[str, Any]] = parse_actions(params, prefix)
        for number, action in enumerate(actions, 1):
            if groups := list(_said(alb, params, f"{prefix}.member.{number}.ForwardConfig")):
                action["ForwardConfig"] = {"TargetGroups": groups}
                if len(groups) == 1:
                    action["TargetGroupArn"] = groups[0]["TargetGroupArn"]
        return actions

    def xml(action: Mapping[str, Any]) -> str:
        members = "".join(
            f"<member><TargetGroupArn>{it['TargetGroupArn']}</TargetGroupArn><Weight>{it['Weight']}</Weight></member>"
            for it in groups_of(action)
        )
        shown = f"<ForwardConfig><TargetGroups>{members}</TargetGroups></ForwardConfig>" if members else ""
        return str(action_xml(action)).removesuffix("</member>") + f"{shown}</member>"

    alb._parse_actions, alb._action_xml = parse, xml


def _said(alb: Any, params: Mapping[str, Any], config: str) -> Iterator[dict[str, Any]]:
    number = 1
    while arn := alb._p(params, f"{config}.TargetGroups.member.{number}.TargetGroupArn"):
        yield {
            "TargetGroupArn": arn,
            "Weight": int(alb._p(params, f"{config}.TargetGroups.member.{number}.Weight") or 1),
        }
        number += 1


def _refuse(alb: Any) -> None:
    actions = alb._ACTION_MAP
    for operation, prefix in (
        ("CreateListener", "DefaultActions"),
        ("ModifyListener", "DefaultActions"),
        ("CreateRule", "Actions"),
        ("ModifyRule", "Actions"),
    ):
        actions[operation] = _checked(alb, actions[operation], prefix)


def _checked(alb: Any, handler: Any, prefix: str) -> Any:
    def checked(params: Mapping[str, Any]) -> Any:
        for number, action in enumerate(alb._parse_actions(params, prefix), 1):
            sticky = f"{prefix}.member.{number}.ForwardConfig.TargetGroupStickinessConfig.Enabled"
            if problem := _problem(alb, groups_of(action), alb._p(params, sticky).lower() == "true"):
                return alb._error(*problem)
        return handler(params)

    return checked


def _problem(alb: Any, groups: Groups, is_sticky: bool) -> tuple[str, str] | None:
    if is_sticky:
        return "ValidationError", "The local cloud knows no stickiness to one of several target groups"
    if len(groups) > _GROUPS_MAX:
        return "TooManyTargetGroups", f"An action forwards to at most {_GROUPS_MAX} target groups"
    for group in groups:
        if group["TargetGroupArn"] not in alb._tgs:
            return "TargetGroupNotFound", f"Target group '{group['TargetGroupArn']}' not found"
        if not 0 <= group["Weight"] <= _WEIGHT_MAX:
            return "ValidationError", f"Weight must be between 0 and {_WEIGHT_MAX}, got {group['Weight']}"
    return None


def _choose_by_weight(alb: Any, choose: Callable[..., list[Any]]) -> None:
    execute = alb._execute_actions

    async def executed(actions: Sequence[Mapping[str, Any]], *request: Any, **more: Any) -> Any:
        return await execute([_chosen(action, choose) for action in actions], *request, **more)

    alb._execute_actions = executed


def _chosen(action: Mapping[str, Any], choose: Callable[..., list[Any]]) -> Mapping[str, Any]:
    groups = groups_of(action)
    if not groups:
        return action
    weights = [it["Weight"] for it in groups]
    if not any(weights):
        return {**action, **_NOBODY}
    [group] = choose(groups, weights)
    return {**action, "TargetGroupArn": group["TargetGroupArn"]}

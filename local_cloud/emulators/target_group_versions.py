"""The protocol version of a target group, and the gRPC codes of its health check, which MiniStack forgets."""

from collections.abc import Mapping
from typing import Any


def install(alb: Any) -> None:
    for action in ("CreateTargetGroup", "ModifyTargetGroup"):
        alb._ACTION_MAP[action] = _remembering(alb, action, alb._ACTION_MAP[action])
    alb._tg_xml = _telling(alb._tg_xml)


def _remembering(alb: Any, action: str, handler: Any) -> Any:
    def remembered(params: Mapping[str, Any]) -> Any:
        answer = handler(params)
        if answer[0] != 200:
            return answer
        group = _group(alb, params)
        group["ProtocolVersion"] = alb._p(params, "ProtocolVersion") or group.get("ProtocolVersion", "HTTP1")
        if codes := alb._p(params, "Matcher.GrpcCode"):
            group["Matcher"] = {"GrpcCode": codes}
        return alb._xml(200, action, f"<TargetGroups>{alb._tg_xml(group)}</TargetGroups>")

    return remembered


def _group(alb: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    arn, name = alb._p(params, "TargetGroupArn"), alb._p(params, "Name")
    return next(it for it in alb._tgs.values() if arn == it["TargetGroupArn"] or name == it["TargetGroupName"])


def _telling(build: Any) -> Any:
    def built(group: Mapping[str, Any]) -> str:
        text: str = build(group)
        if codes := (group.get("Matcher") or {}).get("GrpcCode"):
            text = text.replace("<HttpCode>200</HttpCode>", f"<GrpcCode>{codes}</GrpcCode>", 1)
        version = group.get("ProtocolVersion", "HTTP1")
        return text.removesuffix("</member>") + f"<ProtocolVersion>{version}</ProtocolVersion></member>"

    return built

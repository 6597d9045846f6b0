"""Target groups whose attributes say that a client keeps its target. MiniStack takes any target for each request.

The load balancer's own cookie begins with its first answer. With a program's cookie a client is kept from the answer in
which the program sets it, for as long as the client sends it.
"""

import base64
import random
from collections.abc import Mapping
from typing import Any

_OWN, _BESIDE_PROGRAMS = "AWSALB", "AWSALBAPP-0"


def install(alb: Any) -> None:
    forward = alb._forward_to_tg

    async def forwarded(
        arn: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query: Mapping[str, Any],
        raw_query: str | None = None,
        raw_path: str | None = None,
    ) -> Any:
        said = {it["Key"]: it["Value"] for it in alb._tg_attrs.get(arn, ())}
        targets = alb._targets.get(arn) or []
        if said.get("stickiness.enabled") != "true" or not targets:
            return await forward(arn, method, path, headers, body, query, raw_query, raw_path)
        cookies = alb._oidc_parse_cookies(headers)
        target = _kept(said, cookies, targets) or random.choice(targets)
        status, answered, content = await alb._proxy_http_target(
            target, alb._tgs[arn], method, raw_path or path, headers, body, query, raw_query
        )
        return status, _keeping(said, cookies, answered, target), content

    alb._forward_to_tg = forwarded


def _kept(said: Mapping[str, str], cookies: Mapping[str, str], targets: list[Any]) -> Any:
    """The target that the client was given, while it is there."""
    if (program := _program_cookie(said)) and program not in cookies:
        return None
    known = cookies.get(_BESIDE_PROGRAMS if program else _OWN)
    return next((target for target in targets if _name(target) == known), None)


def _keeping(
    said: Mapping[str, str], cookies: Mapping[str, str], answered: Mapping[str, Any], target: Any
) -> dict[str, Any]:
    program = _program_cookie(said)
    set_by_target = _listed(answered.get("set-cookie"))
    if program and program not in cookies and not any(it.startswith(f"{program}=") for it in set_by_target):
        return dict(answered)
    seconds = said.get(f"stickiness.{'app_cookie' if program else 'lb_cookie'}.duration_seconds", "86400")
    name = _BESIDE_PROGRAMS if program else _OWN
    return {**answered, "set-cookie": [*set_by_target, f"{name}={_name(target)}; Max-Age={seconds}; Path=/"]}


def _program_cookie(said: Mapping[str, str]) -> str:
    return said.get("stickiness.app_cookie.cookie_name", "") if said.get("stickiness.type") == "app_cookie" else ""


def _name(target: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(f"{target['Id']}:{target.get('Port')}".encode()).decode().rstrip("=")


def _listed(values: Any) -> list[str]:
    return [] if values is None else [values] if isinstance(values, str) else list(values)

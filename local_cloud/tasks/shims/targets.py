"""Leads a load balancer's request to where the task's program really listens, which macOS needs (see ``addresses``)."""

from collections.abc import Callable
from typing import Any

from local_cloud.tasks.addresses import Endpoint


def install(alb: Any, listener: Callable[[str, int], Endpoint]) -> None:
    proxy = alb._proxy_http_target

    async def proxied(target: dict[str, Any], group: dict[str, Any], *request: Any) -> Any:
        asked = str(target.get("Id", "")), int(target.get("Port") or group.get("Port") or 80)
        host, port = listener(*asked)
        return await proxy(target | {"Id": host, "Port": port}, group, *request)

    alb._proxy_http_target = proxied

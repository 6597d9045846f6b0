"""Leads a load balancer's request to where the task's program really listens: at a stand-in on macOS (see
``addresses``), and at its instance where the task has no network of its own. Such a task is registered as its
instance and a port of that; MiniStack registers addresses alone."""

from collections.abc import Sequence
from typing import Any

from local_cloud.tasks.addresses import Addresses, Endpoint


def install(alb: Any, addresses: Addresses) -> None:
    _lead_to_the_program(alb, addresses)
    _register_instances(alb, addresses)


def _lead_to_the_program(alb: Any, addresses: Addresses) -> None:
    proxy = alb._proxy_http_target

    async def proxied(target: dict[str, Any], group: dict[str, Any], *request: Any) -> Any:
        asked = str(target.get("Id", "")), int(target.get("Port") or group.get("Port") or 80)
        host, port = addresses.listener(*asked)
        return await proxy(target | {"Id": host, "Port": port}, group, *request)

    alb._proxy_http_target = proxied


def _register_instances(alb: Any, addresses: Addresses) -> None:
    set_targets = alb.set_targets_for_group

    def registered(group: str, targets: Sequence[Endpoint], previous: Sequence[str] = ()) -> Any:
        if (alb._tgs.get(group) or {}).get("TargetType") != "instance":
            return set_targets(group, targets, previous)
        # All that stands in such a group is the service's, and a port that is gone may have been on an instance that
        # stays.
        found = [at for it in targets if (at := addresses.published(*it))]
        return set_targets(group, found, [it["Id"] for it in alb._targets.get(group, ())])

    alb.set_targets_for_group = registered

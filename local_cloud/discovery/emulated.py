"""Who is where, read out of MiniStack: tasks and their aliases from ECS, instances from Cloud Map, rules from EC2.

A task asks at the address of its metadata, which ECS gives to every container: ``<metadata>/names/payments/8080``.
"""

import asyncio
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from ministack.core.responses import json_response, request_scope

from local_cloud.discovery.gates import Gates
from local_cloud.discovery.names import Caller, Instance, Names, Registry
from local_cloud.discovery.security_groups import Rule, lets_in
from local_cloud.tasks.addresses import Endpoint
from local_cloud.tasks.shims import service_connect
from local_cloud.tasks.shims.stops import service_of

_ASKED = re.compile(r"/v4/(?P<token>[\w-]+)/names/(?P<name>[\w.-]+)/(?P<port>\d+)")


def install(
    ecs: Any, ec2: Any, cloud_map: Any, metadata: Any, listener: Callable[[str, int], Endpoint]
) -> "EmulatedNetwork":
    network = EmulatedNetwork(ecs, ec2, cloud_map, listener)
    names = Names(network, Gates())
    _answer_tasks(metadata, names)
    _forget_ended_tasks(ecs, names)
    return network


class EmulatedNetwork:
    def __init__(self, ecs: Any, ec2: Any, cloud_map: Any, listener: Callable[[str, int], Endpoint]):
        self._ecs, self._ec2, self._cloud_map = ecs, ec2, cloud_map
        self.listener = listener

    def caller(self, task: str) -> Caller | None:
        with _scope_of(task):
            found = self._ecs._tasks.get(task)
            if found is None or found["lastStatus"] == "STOPPED":
                return None
            subnet = self._ec2._subnets.get(found.get("_subnet")) or {}
            return Caller(found.get("_security_groups", ()), subnet.get("CidrBlock"), dict(self._aliases(found)))

    def in_dns(self, task: str, name: str) -> str | None:
        service, _, domain = name.partition(".")
        with _scope_of(task):
            namespaces = {it["Id"] for it in self._cloud_map._namespaces.values() if it["Name"] == domain}
            for it in self._cloud_map._services.values():
                is_it = it["Name"] == service and it["NamespaceId"] in namespaces and it.get("DnsConfig")
                if is_it and self._cloud_map._instances.get(it["Id"]):
                    return str(it["Id"])
        return None

    def instances(self, task: str, registry: str) -> Sequence[Instance]:
        with _scope_of(task):
            listed = list((self._cloud_map._instances.get(registry) or {}).values())
            return [Instance(it["Attributes"]["AWS_INSTANCE_IPV4"], self._rules(task, it)) for it in listed]

    def let_in(self, registry: str, groups: Collection[str]) -> list[Endpoint]:
        """Addresses and ports that a service of Cloud Map lists, by its ARN, as far as they let these groups in."""
        with _scope_of(registry):
            known = next((it["Id"] for it in self._cloud_map._services.values() if it["Arn"] == registry), "")
            of_tasks = registry.partition(":service/")[0].replace(":servicediscovery:", ":ecs:") + ":task/"
            return [
                (it["Attributes"]["AWS_INSTANCE_IPV4"], port)
                for it in list((self._cloud_map._instances.get(known) or {}).values())
                if (port := int(it["Attributes"].get("AWS_INSTANCE_PORT", 0)))
                and lets_in(self._rules(of_tasks, it), port, groups, None)
            ]

    def _aliases(self, task: Mapping[str, Any]) -> Iterator[tuple[tuple[str, int], Registry]]:
        """Endpoints that were there before the task: others are told to tasks that start later."""
        service = service_of(self._ecs, dict(task))
        deployment = self._ecs._deployment_for_task(service, task) if service else None
        configuration = (deployment or {}).get("serviceConnectConfiguration") or {}
        if configuration.get("enabled"):
            for it in service_connect.in_namespace(self._ecs, self._cloud_map, configuration.get("namespace", "")):
                if it["since"] <= task.get("_began", 0):
                    has_proxy = it["protocol"] == "http"
                    yield (it["alias"], it["port"]), Registry(it["registry"], it["container_port"], has_proxy)

    def _rules(self, caller: str, instance: Mapping[str, Any]) -> list[Rule]:
        """Tasks of one cluster are called alike but for their id."""
        cluster = instance["Attributes"].get("ECS_CLUSTER_NAME", "")
        arn = f"{caller.rpartition(':task/')[0]}:task/{cluster}/{instance['Id']}"
        groups = (self._ecs._tasks.get(arn) or {}).get("_security_groups", ())
        return [rule for it in groups for rule in (self._ec2._security_groups.get(it) or {}).get("IpPermissions", ())]


def _answer_tasks(metadata: Any, names: Names) -> None:
    handle_request = metadata.handle_request

    async def handle(method: str, path: str, *request: Any) -> Any:
        asked = _ASKED.fullmatch(path)
        task = metadata._TOKEN_TO_TASK.get(asked["token"]) if asked else None
        if asked is None or task is None:
            return await handle_request(method, path, *request)
        endpoint = await asyncio.to_thread(names.endpoint, task, asked["name"], int(asked["port"]))
        if endpoint is None:
            return json_response({"message": "no such name"}, status=404)
        return json_response({"address": endpoint[0], "port": endpoint[1]})

    metadata.handle_request = handle


def _forget_ended_tasks(ecs: Any, names: Names) -> None:
    mark_stopped = ecs._mark_task_stopped

    def mark(task_arn: str, *others: Any, **more: Any) -> bool:
        stopped: bool = mark_stopped(task_arn, *others, **more)
        names.forget(task_arn)
        return stopped

    ecs._mark_task_stopped = mark


def _scope_of(arn: str) -> Any:
    _, _, _, region, account, _ = arn.split(":", 5)
    return request_scope(account, region)

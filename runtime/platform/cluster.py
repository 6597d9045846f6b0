"""What the cluster of an environment holds beside Slipway's services. Read behind the pages: a listing for each."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from runtime.aws.batches import batched
from runtime.aws.clients import Clients
from service_catalog import naming
from service_catalog.messages import say

_INSTANCES_AT_ONCE = 100


@dataclass(frozen=True)
class Instances:
    """Of one capacity provider."""

    provider: str
    count: int
    cpu: int
    """CPU units that they have for tasks"""
    cpu_free: int
    memory_mib: int
    memory_mib_free: int
    unwell: int
    """Those that drain, or whose agent does not answer"""


class Cluster:
    def __init__(self, aws: Clients, environment: str):
        self._aws, self._cluster = aws, naming.cluster(environment)

    def service_names(self) -> list[str]:
        """Of all ECS services, whoever made them."""
        doing = say("listing services")
        pages = self._aws.pages("ecs", "list_services", doing, cluster=self._cluster, maxResults=100)
        return sorted(arn.rpartition("/")[2] for page in pages for arn in page["serviceArns"])

    def instances(self) -> list[Instances]:
        """None where everything runs on Fargate."""
        doing = say("reading instances")
        pages = self._aws.pages("ecs", "list_container_instances", doing, cluster=self._cluster)
        arns = [arn for page in pages for arn in page["containerInstanceArns"]]
        found: dict[str, list[dict[str, Any]]] = {}
        for some in batched(arns, _INSTANCES_AT_ONCE):
            answer = self._aws.call(
                "ecs", "describe_container_instances", doing, cluster=self._cluster, containerInstances=some
            )
            for it in answer["containerInstances"]:
                found.setdefault(it.get("capacityProviderName", ""), []).append(it)
        return [_together(provider, its) for provider, its in sorted(found.items())]


def unregistered(names: Collection[str], known: Collection[str]) -> list[str]:
    """ECS services that Slipway never made."""
    return sorted(set(names) - set(known))


def _together(provider: str, instances: list[dict[str, Any]]) -> Instances:
    def total(which: str, resource: str) -> int:
        return sum(it["integerValue"] for one in instances for it in one.get(which, ()) if it["name"] == resource)

    return Instances(
        provider,
        len(instances),
        cpu=total("registeredResources", "CPU"),
        cpu_free=total("remainingResources", "CPU"),
        memory_mib=total("registeredResources", "MEMORY"),
        memory_mib_free=total("remainingResources", "MEMORY"),
        unwell=sum(it.get("status") != "ACTIVE" or not it.get("agentConnected", True) for it in instances),
    )

"""The fake AWS and the local cloud as one and the same, for tests that hold the one against the other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from service_catalog import naming
from tests.fake_aws import FakeAws
from tests.local_cloud.waiting import eventually
from tests.provisioning import ENVIRONMENT, Provisioner, Wanted

CLUSTER = naming.cluster(ENVIRONMENT.name)


@dataclass
class Side:
    """``ends`` brings what a service rolls out to the end that it is bound to have, ``run_ends`` an execution to its
    own, whose tasks exit with that code."""

    aws: Callable[[str], Any]
    provisioner: Provisioner
    service: str
    ends: Callable[[str], None]
    run_ends: Callable[[str, int], None]

    def update(self, **changes: Any) -> None:
        self.aws("ecs").update_service(cluster=CLUSTER, service=self.service, **changes)

    def described(self) -> dict[str, Any]:
        [found] = self.aws("ecs").describe_services(cluster=CLUSTER, services=[self.service])["services"]
        return found

    def deployments(self) -> list[dict[str, Any]]:
        """Oldest first, in full."""
        briefs = self.aws("ecs").list_service_deployments(cluster=CLUSTER, service=self.service)["serviceDeployments"]
        arns = [it["serviceDeploymentArn"] for it in briefs]
        found = self.aws("ecs").describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"]
        return sorted(found, key=lambda it: arns[::-1].index(it["serviceDeploymentArn"]))

    def rolls_out(self, definition: str, **changes: Any) -> None:
        self.update(taskDefinition=definition, **changes)
        self.ends(self.service)

    def definition(self, tag: str = "1.0.0") -> str:
        """A revision that runs, or that does not with ``2.0.0-broken``."""
        return self.provisioner.register_blanks(self.service, Wanted(pinned_tag=tag, env_files=()))


def ends_in_the_fake(fake: FakeAws, name: str) -> None:
    fake.passes(seconds=60)
    service = fake.ecs.service(name)
    if service.under_way is None:
        return
    image = fake.client("ecs").describe_task_definition(taskDefinition=service.definition)["taskDefinition"]
    if "broken" in image["containerDefinitions"][0]["image"] or service.under_way.status != "IN_PROGRESS":
        service.go_back()
    else:
        service.roll_out()


def ends_in_the_cloud(aws: Callable[[str], Any], name: str) -> None:
    which = {"cluster": CLUSTER, "service": name}

    def has_ended() -> bool:
        [*_, newest] = sorted(
            aws("ecs").list_service_deployments(**which)["serviceDeployments"], key=lambda it: it["createdAt"]
        )
        return newest["status"] in ("SUCCESSFUL", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED")

    assert eventually(has_ended)


def run_ends_in_the_fake(fake: FakeAws, run: str, code: int) -> None:
    fake.passes(seconds=5)
    fake.step_functions.ends(run.rpartition(":")[2], exit_code=code)


def run_ends_in_the_cloud(aws: Callable[[str], Any], run: str) -> None:
    sfn = aws("stepfunctions")
    assert eventually(lambda: sfn.describe_execution(executionArn=run)["status"] != "RUNNING")


def code_of(ask: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as refused:
        ask(**arguments)
    return refused.value.response["Error"]["Code"]

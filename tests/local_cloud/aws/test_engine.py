"""A Pulumi program through the embedded engine onto the emulators, and what a second run of it does."""

from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from local_cloud.aws import AwsProvider
from local_cloud.engine import Backend, destroy, refresh, run
from tests.local_cloud.aws.lives.documents import containers, trust


def program(image: str) -> None:
    cloud = aws.Provider("aws", region="ap-northeast-1", default_tags={"tags": {"slipway:environment": "e2e"}})
    opts = pulumi.ResourceOptions(provider=cloud)
    vpc = aws.ec2.Vpc("net", cidr_block="10.61.0.0/16", tags={"Name": "net"}, opts=opts)
    zones = aws.get_availability_zones_output(opts=pulumi.InvokeOptions(provider=cloud)).names
    subnets = [
        aws.ec2.Subnet(f"zone-{n}", vpc_id=vpc.id, cidr_block=f"10.61.{n}.0/24", availability_zone=zones[n], opts=opts)
        for n in (0, 1)
    ]
    ids = [subnet.id for subnet in subnets]
    group = aws.ec2.SecurityGroup("tasks", vpc_id=vpc.id, opts=opts)
    front = aws.lb.LoadBalancer("front", subnets=ids, security_groups=[group.id], idle_timeout=30, opts=opts)
    targets = aws.lb.TargetGroup("app", port=80, protocol="HTTP", target_type="ip", vpc_id=vpc.id, opts=opts)
    forward = {"type": "forward", "target_group_arn": targets.arn}
    http = aws.lb.Listener("http", load_balancer_arn=front.arn, port=80, default_actions=[forward], opts=opts)
    role = aws.iam.Role("task", assume_role_policy=trust("ecs-tasks.amazonaws.com"), opts=opts)
    bucket = aws.s3.Bucket("config", opts=opts)
    aws.s3.BucketVersioning("config", bucket=bucket.id, versioning_configuration={"status": "Enabled"}, opts=opts)
    definition = aws.ecs.TaskDefinition(
        "app",
        family="e2e_app_definition",
        container_definitions=containers(image),
        task_role_arn=role.arn,
        skip_destroy=True,
        opts=opts,
    )
    service = aws.ecs.Service(
        "app",
        name="app",
        cluster=aws.ecs.Cluster("e2e", opts=opts).arn,
        task_definition=definition.arn,
        desired_count=0,
        network_configuration={"subnets": ids, "security_groups": [group.id]},
        load_balancers=[{"target_group_arn": targets.arn, "container_name": "app", "container_port": 80}],
        opts=pulumi.ResourceOptions(provider=cloud, depends_on=[http], ignore_changes=["taskDefinition"]),
    )
    pulumi.export("service", service.name)
    pulumi.export("dns", front.dns_name)


@pytest.fixture
def backend(tmp_path: Path) -> Backend:
    return Backend(tmp_path)


def test_a_stack_is_made_found_unchanged_changed_and_taken_down(ministack: AwsProvider, backend: Backend):
    where: dict[str, Any] = {"stack": "e2e", "backend": backend, "provider": ministack}

    made = run(lambda: program("app:1"), **where)
    assert made.failures == []
    assert made.counts["create"] == 15  # 13 resources, the stack and its provider
    assert backend.outputs("e2e")["service"] == "app"
    assert backend.outputs("e2e")["dns"]

    assert set(run(lambda: program("app:1"), **where).counts) == {"same"}
    assert set(refresh(**where).counts) == {"same"}
    assert set(run(lambda: program("app:1"), **where).counts) == {"same"}

    changed = run(lambda: program("app:2"), **where)
    assert changed.failures == []
    assert changed.counts["replace"] == 1  # the definition; the service ignores it

    gone = destroy(**where)
    assert gone.failures == []

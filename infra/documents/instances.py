"""What EC2 instances are told: their image, their start, what they may do, and when somebody is called for them."""

import base64
from collections.abc import Sequence
from typing import Any

from infra.documents.policies import SESSION_CHANNELS, Statement, allow
from service_catalog import instance_types, naming
from service_catalog.model import Environment

_IMAGES = "/aws/service/ecs/optimized-ami/amazon-linux-2023"
DYNAMIC_PORTS = (32768, 65535)
"""Between these ECS chooses the ports at which an instance passes requests on to tasks"""


def image(types: Sequence[str]) -> str:
    """The newest at the moment at which an instance starts: no run of the program changes it."""
    first = instance_types.read(types[0])
    variant = "gpu/" if first.has_gpu else "arm64/" if first.architecture == "arm64" else ""
    return f"resolve:ssm:{_IMAGES}/{variant}recommended/image_id"


def user_data(environment: str) -> str:
    settings = {
        "ECS_CLUSTER": naming.cluster(environment),
        # Tasks have roles of their own and nothing to ask of the instance's.
        "ECS_AWSVPC_BLOCK_IMDS": "true",
        "ECS_ENABLE_SPOT_INSTANCE_DRAINING": "true",
    }
    lines = "\n".join(f"{name}={value}" for name, value in settings.items())
    script = f"#!/bin/bash\ncat >> /etc/ecs/ecs.config <<'END'\n{lines}\nEND\n"
    return base64.b64encode(script.encode()).decode()


def rights(environment: Environment) -> list[Statement]:
    """Of ECS's agent, and of the one through which people get a shell. Images and logs are the tasks' own roles'."""
    cluster = naming.cluster(environment.name)
    itself = environment.arn("ecs", f"cluster/{cluster}")
    instances = environment.arn("ecs", f"container-instance/{cluster}/*")
    in_cluster = {"ArnEquals": {"ecs:cluster": itself}}
    return [
        # Where to call; AWS offers nothing narrower.
        allow(["ecs:DiscoverPollEndpoint"], ["*"]),
        allow(
            [
                "ecs:DeregisterContainerInstance",
                "ecs:RegisterContainerInstance",
                "ecs:SubmitAttachmentStateChanges",
                "ecs:SubmitContainerStateChange",
                "ecs:SubmitTaskStateChange",
            ],
            [itself],
        ),
        allow(["ecs:Poll", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState"], [instances], in_cluster),
        allow(["ssm:UpdateInstanceInformation"], [environment.arn("ec2", "instance/*")]),
        # Session channels have no ARN: AWS defines no resource types for ssmmessages.
        allow(SESSION_CHANNELS, ["*"]),
    ]


def traffic_mbps(group: Any) -> list[dict[str, Any]]:
    """As a CloudWatch alarm asks for the average instance's traffic. EC2 counts bytes in five minutes."""
    series = [
        {
            "id": id_,
            "metric": {
                "namespace": "AWS/EC2",
                "metric_name": metric,
                "dimensions": {"AutoScalingGroupName": group},
                "stat": "Average",
                "period": _EC2_SECONDS,
            },
        }
        for id_, metric in (("received", "NetworkIn"), ("sent", "NetworkOut"))
    ]
    expression = f"(received + sent) * 8 / {_EC2_SECONDS} / 1000000"
    return [*series, {"id": "mbps", "expression": expression, "label": "Mbps", "return_data": True}]


_EC2_SECONDS = 300

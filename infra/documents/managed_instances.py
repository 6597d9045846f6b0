"""What ECS is told of Managed Instances: which it may take, what it may do with them, and what they may do."""

from typing import Any

from infra.documents.policies import Statement, allow
from service_catalog import model, naming
from service_catalog.arns import role_arn
from service_catalog.model import Environment

_OWN = {"StringEquals": {"aws:RequestTag/AmazonECSManaged": "true"}}
"""What ECS makes bears this tag, and nothing else is touched."""
_OPERATED_BY_ECS = {"StringEquals": {"ec2:ManagedResourceOperator": "ecs.amazonaws.com"}}


def requirements(wanted: model.ManagedInstances) -> dict[str, Any]:
    """As Pulumi spells them. Without any wish ECS chooses by what the tasks need."""
    optional = {
        "allowed_instance_types": list(wanted.instance_types),
        "excluded_instance_types": list(wanted.excluded_types),
        "cpu_manufacturers": list(wanted.cpu_manufacturers),
        "instance_generations": list(wanted.generations),
        "burstable_performance": wanted.burstable,
        **(_gpus(wanted.gpus) if wanted.gpus else {}),
    }
    said = {name: value for name, value in optional.items() if value}
    if not (said or wanted.vcpus or wanted.memory_mib):
        return {}
    # Where there are requirements, AWS wants these two among them.
    return {"vcpu_count": _between(wanted.vcpus), "memory_mib": _between(wanted.memory_mib), **said}


def _gpus(wanted: model.Between) -> dict[str, Any]:
    return {
        "accelerator_types": ["gpu"],
        "accelerator_manufacturers": ["nvidia"],
        "accelerator_count": _between(wanted),
    }


def _between(wanted: model.Between | None) -> dict[str, int]:
    if wanted is None:
        return {"min": 1}
    return {"min": wanted.min, **({"max": wanted.max} if wanted.max is not None else {})}


def rights(environment: Environment) -> list[Statement]:
    """Of ECS's agent on the instances. Nobody gets a shell on them."""
    cluster = environment.arn("ecs", f"cluster/{naming.cluster(environment.name)}")
    of_cluster = environment.arn("ecs", f"container-instance/{naming.cluster(environment.name)}/*")
    return [
        # Where to call; AWS offers nothing narrower.
        allow(["ecs:DiscoverPollEndpoint"], ["*"]),
        allow(
            ["ecs:RegisterContainerInstance", "ecs:SubmitAttachmentStateChanges", "ecs:SubmitTaskStateChange"],
            [cluster],
        ),
        allow(["ecs:Poll", "ecs:PutSystemLogEvents", "ecs:StartTelemetrySession"], [of_cluster]),
    ]


def infrastructure_rights(environment: Environment) -> list[Statement]:
    """Of ECS itself: it makes launch templates, fleets and instances of its own, and gives them their role."""
    made = [environment.arn("ec2", f"{kind}/*") for kind in ("fleet", "instance", "network-interface", "volume")]
    templates = environment.arn("ec2", "launch-template/*")
    beside = [
        *(environment.arn("ec2", f"{kind}/*") for kind in ("subnet", "security-group")),
        f"arn:{environment.partition}:ec2:{environment.region}::image/*",
    ]
    role = role_arn(environment, naming.managed_instance_role(environment.name))
    of_ecs = {"StringEquals": {"ec2:ResourceTag/AmazonECSManaged": "true"}}
    making = {"StringEquals": {"ec2:CreateAction": ["CreateFleet", "CreateLaunchTemplate", "RunInstances"]}}
    return [
        allow(["ec2:CreateLaunchTemplate"], [templates], _OWN),
        allow(["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"], [templates], _OPERATED_BY_ECS),
        allow(["ec2:CreateFleet"], [*made, templates], _OWN),
        allow(["ec2:RunInstances"], [it for it in made if ":fleet/" not in it], _OWN),
        allow(["ec2:RunInstances"], [templates], of_ecs),
        allow(["ec2:CreateFleet", "ec2:RunInstances"], beside),
        allow(["ec2:CreateTags"], [*made, templates], making),
        allow(["iam:PassRole"], [role], {"StringLike": {"iam:PassedToService": "ec2.*"}}),
        # EC2 shows everything or nothing.
        allow(_LOOKS, ["*"]),
    ]


_LOOKS = [
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInstanceTypeOfferings",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeInstances",
    "ec2:DescribeLaunchTemplates",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
]

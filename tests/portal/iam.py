"""What IAM asks before AWS answers a request: which rights, on which resources, in which circumstances; and whether a
policy gives them. As the Service Authorization Reference has it, for what the portal calls."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from service_catalog.model import Environment
from tests.test_rights import action, listed

Arguments = Mapping[str, Any]
EVERYTHING = "*"
"""Of what has no resource: it is let through by ``*`` alone"""


@dataclass(frozen=True)
class Need:
    action: str
    resource: str
    facts: Mapping[str, str] = field(default_factory=dict)
    """What conditions ask for; a key that is not here was not in the request"""


def needs(name: str, arguments: Arguments, environment: Environment) -> list[Need]:
    """``name``: ``ecs.describe_services``."""
    service, operation = name.split(".")
    here = {"aws:RequestedRegion": environment.region}
    found = [Need(action(service, operation), it, here) for it in _resources(name, arguments, environment)]
    return [
        Need(it.action, it.resource, {**here, **it.facts, **_facts(name, arguments, environment)})
        for it in [*found, *_beside(name, arguments, environment)]
    ]


def _resources(name: str, said: Arguments, here: Environment) -> Sequence[str]:
    if argument := _SAID_AS_ARN.get(name):
        return listed(said[argument])
    made = _MADE_OF_NAMES.get(name)
    return made(said, here) if made else [EVERYTHING]


_SAID_AS_ARN: Mapping[str, str] = {
    "acm.describe_certificate": "CertificateArn",
    "ecs.continue_service_deployment": "serviceDeploymentArn",
    "ecs.describe_service_deployments": "serviceDeploymentArns",
    "ecs.describe_service_revisions": "serviceRevisionArns",
    "ecs.stop_service_deployment": "serviceDeploymentArn",
    "sns.list_subscriptions_by_topic": "TopicArn",
    "sns.publish": "TopicArn",
    "sqs.start_message_move_task": "SourceArn",
    "stepfunctions.describe_execution": "executionArn",
    "stepfunctions.get_execution_history": "executionArn",
    "stepfunctions.list_executions": "stateMachineArn",
    "stepfunctions.start_execution": "stateMachineArn",
    "stepfunctions.stop_execution": "executionArn",
}
"""By its argument, of one or several"""
_MADE_OF_NAMES: Mapping[str, Callable[[Arguments, Environment], Sequence[str]]] = {
    "cloudwatch.describe_alarms": lambda said, here: [here.arn("cloudwatch", "alarm:*")],
    "ecr.describe_images": lambda said, here: [here.arn("ecr", f"repository/{said['repositoryName']}")],
    "ecr.describe_repositories": lambda said, here: [
        here.arn("ecr", f"repository/{it}") for it in said["repositoryNames"]
    ],
    "ecs.describe_container_instances": lambda said, here: [
        _ecs(here, "container-instance", said["cluster"], it) for it in said["containerInstances"]
    ],
    "ecs.describe_services": lambda said, here: [_ecs(here, "service", said["cluster"], it) for it in said["services"]],
    "ecs.describe_tasks": lambda said, here: [_ecs(here, "task", said["cluster"], it) for it in said["tasks"]],
    "ecs.list_container_instances": lambda said, here: [here.arn("ecs", f"cluster/{said['cluster']}")],
    "ecs.list_service_deployments": lambda said, here: [_ecs(here, "service", said["cluster"], said["service"])],
    "ecs.register_task_definition": lambda said, here: [here.arn("ecs", f"task-definition/{said['family']}:*")],
    "ecs.update_service": lambda said, here: [_ecs(here, "service", said["cluster"], said["service"])],
    "logs.filter_log_events": lambda said, here: [here.arn("logs", f"log-group:{said['logGroupName']}:*")],
    "logs.get_log_events": lambda said, here: [
        here.arn("logs", f"log-group:{said['logGroupName']}:log-stream:{said['logStreamName']}")
    ],
    "s3.get_object": lambda said, here: [_key(said)],
    "s3.head_object": lambda said, here: [_key(said)],
    "s3.list_objects_v2": lambda said, here: [f"arn:aws:s3:::{said['Bucket']}"],
    "s3.put_object": lambda said, here: [_key(said)],
    "scheduler.get_schedule": lambda said, here: [_schedule(said, here)],
    "scheduler.update_schedule": lambda said, here: [_schedule(said, here)],
    "secretsmanager.create_secret": lambda said, here: [_secret(said["Name"], here)],
    "secretsmanager.describe_secret": lambda said, here: [_secret(said["SecretId"], here)],
    "sqs.get_queue_attributes": lambda said, here: [here.arn("sqs", said["QueueUrl"].rpartition("/")[2])],
    "ssm.put_parameter": lambda said, here: [_parameter(said["Name"], here)],
}


def _beside(name: str, said: Arguments, here: Environment) -> Iterator[Need]:
    """What AWS does meanwhile in the name of whoever asks."""
    if name == "ecs.register_task_definition":
        yield Need("ecs:TagResource", here.arn("ecs", f"task-definition/{said['family']}:*"))
        for role in ("taskRoleArn", "executionRoleArn"):
            yield Need("iam:PassRole", said[role], {"iam:PassedToService": "ecs-tasks.amazonaws.com"})
    if name == "scheduler.update_schedule":
        yield Need("iam:PassRole", said["Target"]["RoleArn"], {"iam:PassedToService": "scheduler.amazonaws.com"})
    if name == "sqs.start_message_move_task":
        for right in ("sqs:ReceiveMessage", "sqs:DeleteMessage"):
            yield Need(right, said["SourceArn"])
        yield Need("sqs:SendMessage", said["SourceArn"].removesuffix("_dead"))
        yield from _by_key(["kms:Decrypt", "kms:GenerateDataKey"], here, "sqs")
    if name == "sns.publish":
        yield from _by_key(["kms:Decrypt", "kms:GenerateDataKey"], here, "sns")
    if name == "ssm.put_parameter":
        yield Need("ssm:AddTagsToResource", _parameter(said["Name"], here))
        yield from _by_key(["kms:Encrypt"] if "KeyId" in said else [], here, "ssm")
    if name == "secretsmanager.create_secret":
        yield Need("secretsmanager:TagResource", _secret(said["Name"], here))
        rights = ["kms:Decrypt", "kms:GenerateDataKey"] if "KmsKeyId" in said else []
        yield from _by_key(rights, here, "secretsmanager")


def _by_key(rights: Sequence[str], here: Environment, service: str) -> Iterator[Need]:
    facts = {"kms:ViaService": f"{service}.{here.region}.amazonaws.com"}
    yield from (Need(it, here.secrets_key_arn or here.arn("kms", "key/1"), facts) for it in rights)


def _facts(name: str, said: Arguments, here: Environment) -> dict[str, str]:
    found = {}
    if "cluster" in said:
        found["ecs:cluster"] = here.arn("ecs", f"cluster/{said['cluster']}")
    if name == "ssm.put_parameter":
        found["ssm:Overwrite"] = str(said.get("Overwrite", False)).lower()
    if "IfNoneMatch" in said:
        found["s3:if-none-match"] = said["IfNoneMatch"]
    return found


def _ecs(here: Environment, kind: str, cluster: str, id: str) -> str:
    return id if id.startswith("arn:") else here.arn("ecs", f"{kind}/{cluster}/{id}")


def _key(said: Arguments) -> str:
    return f"arn:aws:s3:::{said['Bucket']}/{said['Key']}"


def _schedule(said: Arguments, here: Environment) -> str:
    return here.arn("scheduler", f"schedule/{said['GroupName']}/{said['Name']}")


def _parameter(name: str, here: Environment) -> str:
    return here.arn("ssm", f"parameter/{name.removeprefix('/')}")


def _secret(name: str, here: Environment) -> str:
    """Secrets Manager ends its ARNs with six characters of its own."""
    return name if name.startswith("arn:") else here.arn("secretsmanager", f"secret:{name}-a1B2c3")


# --- policies ---------------------------------------------------------------------------------------------------------


def giving(statements: Sequence[dict[str, Any]], need: Need) -> list[tuple[str, str, str]]:
    """Sid, right and pattern of what lets it through."""
    return [
        (statement["Sid"], need.action, pattern)
        for statement in statements
        if need.action in listed(statement["Action"]) and _holds(statement.get("Condition", {}), need.facts)
        for pattern in listed(statement["Resource"])
        if pattern == EVERYTHING or (need.resource != EVERYTHING and fnmatchcase(need.resource, pattern))
    ]


def _holds(conditions: Mapping[str, Mapping[str, Any]], facts: Mapping[str, str]) -> bool:
    return all(
        _TESTS[operator](facts.get(key), listed(wanted))
        for operator, by_key in conditions.items()
        for key, wanted in by_key.items()
    )


_TESTS: Mapping[str, Callable[[str | None, Sequence[str]], bool]] = {
    "StringEquals": lambda said, wanted: said in wanted,
    "ArnEquals": lambda said, wanted: said is not None and any(fnmatchcase(said, it) for it in wanted),
    "Null": lambda said, wanted: (said is None) == (list(wanted) == ["true"]),
}

"""Does to an AWS what infra's programs would: an environment, and services in it that nothing released yet.

The AWS is the local cloud, or the one in memory (``tests/fake_aws``). What provisioning leaves behind for releases, the
blanks of a definition and the record in the bucket, tests have from here alone.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from infra.documents import runs
from runtime.gateways import Access
from service_catalog import naming
from service_catalog.arns import makes_repository, role_arn, value_from
from service_catalog.connections import address
from service_catalog.differences import entry_data
from service_catalog.log_routing import elsewhere, in_log_groups
from service_catalog.model import Environment, Image, Service

ENVIRONMENT = Environment(name=naming.LOCAL, account_id="000000000000", region="ap-northeast-1")
PLAIN_RUNS = runs.RunPlan(copies=1, attempts=1, timeout_seconds=3600, skips=False)
TAGS = ("1.0.0", "1.1.0", "2.0.0-broken")


def access(cloud: Any) -> Access:
    addresses = cloud.addresses
    return Access(addresses.endpoint_url, addresses.endpoints, ENVIRONMENT.account_id, "local")


@dataclass(frozen=True)
class Wanted:
    """What the catalog would say of a service."""

    program: str = "web"
    """A sample of the local cloud, whose image the service has"""
    repository: str | None = None
    """By its short name; else ``<program>-<name of the service>``, which the local cloud's image table knows"""
    kind: str = "web"
    tasks: tuple[int, int] = (1, 1)
    """Jobs and tasks have none"""
    env_files: Sequence[str] = ("app",)
    pinned_tag: str | None = None
    container: Mapping[str, Any] = field(default_factory=dict)
    definition: Mapping[str, Any] = field(default_factory=dict)
    entry: Mapping[str, Any] | None = None
    balanced_port: int | None = None
    reach: Mapping[str, Any] | None = None
    queue: Mapping[str, Any] | None = None
    made_repository: str | None = None
    scaling_schedule: Sequence[Mapping[str, Any]] = ()
    routes: Sequence[str] = ()
    """That lead to log groups of their own"""
    logs_elsewhere: Mapping[str, str] = field(default_factory=dict)
    file_systems: Sequence[str] = ()
    """Volumes that are in one"""
    found: Mapping[str, Any] | None = None
    connections: Mapping[str, str | None] = field(default_factory=dict)
    run_plan: runs.RunPlan = PLAIN_RUNS
    fingerprint: str = "f1"

    @property
    def has_tasks(self) -> bool:
        return self.kind in ("web", "worker")


def a_service(name: str, **says: Any) -> Service:
    """An entry that no catalog need have."""
    return Service(**{"name": name, "owner": "team-commerce", "image": Image(repository=name), "port": 8080, **says})


def wanted(service: Service, environment: Environment, **more: Any) -> Wanted:
    """What an entry of the catalog says."""
    container = {
        "portMappings": [{"containerPort": service.port}] if service.port else [],
        "environment": [{"name": name, "value": value} for name, value in service.environment.items()],
        "secrets": [
            {"name": name, "valueFrom": value_from(secret, environment)}
            for name, secret in service.secrets.items()
            if not secret.retired
        ],
    }
    says: dict[str, Any] = {
        "kind": service.kind,
        "repository": service.image.repository,
        "pinned_tag": service.image.tag,
        "tasks": (service.tasks.min, service.tasks.max or service.tasks.min),
        "env_files": service.env_files,
        "container": container,
        "definition": {
            "cpu": str(service.compute.cpu),
            "memory": str(service.compute.memory_mib),
            "requiresCompatibilities": ["EC2" if service.compute.capacity == "ec2" else "FARGATE"],
        },
        "entry": entry_data(service),
        "queue": _queue(service, environment),
        "made_repository": service.image.repository if makes_repository(service.image, environment) else None,
        "scaling_schedule": [said.model_dump() for said in service.scaling.schedule],
        "routes": [route.name for route in in_log_groups(service.logs)],
        "logs_elsewhere": elsewhere(service.logs, environment, service.name),
        "file_systems": [it.efs for it in service.volumes if it.efs],
        "found": _found(service, environment),
        "run_plan": runs.RunPlan.of(service),
    }
    return Wanted(**says | more)


def _queue(service: Service, environment: Environment) -> dict[str, str] | None:
    """A dead-letter queue has only one of its own."""
    if service.queue is None:
        return None
    names = (environment.name, service.name)
    name = service.queue.existing or naming.queue(*names, fifo=service.queue.fifo)
    found = {"url": f"https://sqs/{name}", "name": name, "arn": environment.arn("sqs", name)}
    if service.queue.existing is None:
        dead = naming.dead_letter_queue(*names, fifo=service.queue.fifo)
        found |= {"dead_letter_url": f"https://sqs/{dead}", "dead_letter_name": dead}
    return found


def _found(service: Service, environment: Environment) -> dict[str, str] | None:
    """Every time it is made its callers' group is another one; a test that needs two says which."""
    found = address(service, environment)
    return {"address": found, "callers_group": f"sg-{service.name}"} if found else None


@dataclass
class Provisioner:
    """``aws`` gives boto3 clients by service."""

    aws: Callable[[str], Any]
    environment: Environment = ENVIRONMENT
    registered: dict[str, tuple[dict[str, Any], str]] = field(default_factory=dict, repr=False)
    """By service: the newest definition with its blanks, and its ARN"""

    @property
    def bucket(self) -> str:
        return naming.config_bucket(self.environment.name, self.environment.account_id)

    def make_environment(self) -> None:
        location = {"LocationConstraint": self.environment.region}
        self.aws("s3").create_bucket(Bucket=self.bucket, CreateBucketConfiguration=location)
        self.aws("ecs").create_cluster(clusterName=naming.cluster(self.environment.name))

    def make_images(self, repository: str, tags: Sequence[str] = TAGS) -> str:
        """The repository's full URI."""
        self.aws("ecr").create_repository(repositoryName=repository)
        self.push(repository, *tags)
        return f"{self.environment.registry_host}/{repository}"

    def push(self, repository: str, *tags: str) -> None:
        for tag in tags:
            manifest = json.dumps({"tag": tag})
            self.aws("ecr").put_image(repositoryName=repository, imageManifest=manifest, imageTag=tag)

    def make_service(self, name: str, wanted: Wanted | None = None) -> str:
        """Its name."""
        wanted = wanted or Wanted()
        if wanted.repository is None:
            self.make_images(_repository(name, wanted))
        self.mend_service(name, wanted)
        self.change_service(name, wanted)
        return name

    def mend_service(self, name: str, wanted: Wanted) -> None:
        """The log groups and the ECS service, where they are not there."""
        group, cluster = naming.log_group(self.environment.name, name), naming.cluster(self.environment.name)
        groups = self.aws("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        for missing in {group, *self._log_groups(name, wanted).values()} - {it["logGroupName"] for it in groups}:
            self.aws("logs").create_log_group(logGroupName=missing)
        if not wanted.has_tasks:
            return
        found = self.aws("ecs").describe_services(cluster=cluster, services=[name])["services"]
        if all(it["status"] == "INACTIVE" for it in found):
            self._create_service(name, wanted)

    def change_service(self, name: str, wanted: Wanted) -> str:
        """As `pulumi up` after a change in the catalog: another definition, staged. Returns its ARN."""
        definition = self.register_blanks(name, wanted)
        self.put_state_machine(name, wanted)
        self.write_record(name, wanted, definition)
        return definition

    def replace_service(self, name: str, wanted: Wanted | None = None) -> None:
        """As `pulumi up` after a change of the port: another ECS service of the same name, without tasks."""
        wanted = wanted or Wanted()
        self.remake_service(name, wanted)
        self.change_service(name, wanted)

    def remake_service(self, name: str, wanted: Wanted) -> None:
        """That, if `pulumi up` stops there."""
        self.delete_service(name)
        self._create_service(name, wanted)

    def tear_down(self, name: str) -> None:
        """As `pulumi destroy`."""
        self.delete_service(name)
        self.aws("stepfunctions").delete_state_machine(stateMachineArn=self.state_machine_arn(name))
        self.registered.pop(name, None)
        self.aws("logs").delete_log_group(logGroupName=naming.log_group(self.environment.name, name))
        self.aws("s3").delete_object(Bucket=self.bucket, Key=naming.provisioned_key(name))

    def delete_service(self, name: str) -> None:
        self.aws("ecs").delete_service(cluster=naming.cluster(self.environment.name), service=name, force=True)

    def register_blanks(self, name: str, wanted: Wanted) -> str:
        """Another ARN exactly when the definition is another."""
        template = definition_template(self.environment, name, wanted, self.bucket)
        if name not in self.registered or self.registered[name][0] != template:
            tags = [{"key": k, "value": v} for k, v in naming.tags(self.environment.name, name).items()]
            answer = self.aws("ecs").register_task_definition(**template, tags=tags)
            self.registered[name] = template, answer["taskDefinition"]["taskDefinitionArn"]
        return self.registered[name][1]

    def put_state_machine(self, name: str, wanted: Wanted) -> None:
        network = {"AwsvpcConfiguration": {"Subnets": ["subnet-1"], "SecurityGroups": ["sg-1"]}}
        placement = {
            "Cluster": naming.cluster(self.environment.name),
            "CapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Weight": 1}],
            "NetworkConfiguration": network,
        }
        task = runs.Task(name, self.environment.partition, self.bucket, placement)
        definition = json.dumps(runs.definition(wanted.run_plan, task))
        sfn, arn = self.aws("stepfunctions"), self.state_machine_arn(name)
        try:
            sfn.update_state_machine(stateMachineArn=arn, definition=definition)
        except ClientError as error:
            if error.response["Error"]["Code"] != "StateMachineDoesNotExist":
                raise
            role = role_arn(self.environment, naming.runs_role(self.environment.name, name))
            sfn.create_state_machine(
                name=naming.state_machine(self.environment.name, name), roleArn=role, definition=definition
            )

    def write_record(self, name: str, wanted: Wanted, definition: str) -> None:
        repository = f"{self.environment.registry_host}/{_repository(name, wanted)}"
        record = {
            "kind": wanted.kind,
            "schedule": self.schedule_name(name) if wanted.kind == "job" else None,
            "definition": definition,
            "execution_role": role_arn(self.environment, naming.execution_role(self.environment.name, name)),
            "task_role": role_arn(self.environment, naming.task_role(self.environment.name, name)),
            "tasks": {"min": wanted.tasks[0], "max": wanted.tasks[1]} if wanted.has_tasks else None,
            "image": {"repository": repository, "tag": wanted.pinned_tag, "digest": None},
            "env_files": list(wanted.env_files),
            "reach": wanted.reach,
            "queue": wanted.queue,
            "made_repository": wanted.made_repository,
            "scaling_schedule": list(wanted.scaling_schedule),
            "log_groups": self._log_groups(name, wanted),
            "logs_elsewhere": dict(wanted.logs_elsewhere),
            "file_systems": {volume: f"fs-{volume}" for volume in wanted.file_systems},
            "found": wanted.found,
            "connections": dict(wanted.connections),
            "state_machine": self.state_machine_arn(name),
            "fingerprint": wanted.fingerprint,
            "entry": wanted.entry,
        }
        key = naming.provisioned_key(name)
        self.aws("s3").put_object(Bucket=self.bucket, Key=key, Body=json.dumps(record).encode())

    def state_machine_arn(self, name: str) -> str:
        return self.environment.arn("states", f"stateMachine:{naming.state_machine(self.environment.name, name)}")

    def schedule_name(self, name: str) -> dict[str, str]:
        environment = self.environment.name
        return {"name": naming.schedule(environment, name), "group": naming.schedule_group(environment)}

    def set_bounds(self, name: str, low: int, high: int, **more: Any) -> None:
        self.aws("application-autoscaling").register_scalable_target(
            **self.scalable_target(name), MinCapacity=low, MaxCapacity=high, **more
        )

    def limits(self, name: str) -> tuple[int, int]:
        which = self.scalable_target(name)
        which["ResourceIds"] = [which.pop("ResourceId")]
        [target] = self.aws("application-autoscaling").describe_scalable_targets(**which)["ScalableTargets"]
        return target["MinCapacity"], target["MaxCapacity"]

    def scalable_target(self, name: str) -> dict[str, Any]:
        return {
            "ServiceNamespace": "ecs",
            "ResourceId": naming.scalable_target(self.environment.name, name),
            "ScalableDimension": "ecs:service:DesiredCount",
        }

    def _log_groups(self, name: str, wanted: Wanted) -> dict[str, str]:
        routes = [*wanted.routes, naming.ROUTER_ROUTE] if wanted.routes else []
        return {route: naming.route_log_group(self.environment.name, name, route) for route in routes}

    def _create_service(self, name: str, wanted: Wanted) -> None:
        balanced = {"containerName": naming.CONTAINER, "containerPort": wanted.balanced_port, "targetGroupArn": "tg"}
        self.aws("ecs").create_service(
            cluster=naming.cluster(self.environment.name),
            serviceName=naming.ecs_service(self.environment.name, name),
            taskDefinition=self.register_blanks(name, wanted),
            desiredCount=0,
            capacityProviderStrategy=[{"capacityProvider": "FARGATE", "weight": 1}],
            deploymentConfiguration={
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
                "minimumHealthyPercent": 100,
                "maximumPercent": 200,
            },
            loadBalancers=[balanced] if wanted.balanced_port else [],
            networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}},
        )
        self.set_bounds(name, 0, 0, SuspendedState={"ScheduledScalingSuspended": True})


def _repository(name: str, wanted: Wanted) -> str:
    return wanted.repository or f"{wanted.program}-{name}"


def definition_template(environment: Environment, name: str, wanted: Wanted, bucket: str) -> dict[str, Any]:
    group = naming.log_group(environment.name, name)
    logging = {"awslogs-group": group, "awslogs-region": environment.region, "awslogs-stream-prefix": "ecs"}
    files = [f"arn:aws:s3:::{bucket}/{naming.unreleased_env_key(name, file)}" for file in wanted.env_files]
    container = {
        "name": naming.CONTAINER,
        "image": f"{environment.registry_host}/{_repository(name, wanted)}:{wanted.pinned_tag or naming.UNRELEASED}",
        "essential": True,
        "portMappings": [{"containerPort": 8080}] if wanted.kind == "web" else [],
        "environmentFiles": [{"type": "s3", "value": value} for value in files],
        "logConfiguration": {"logDriver": "awslogs", "options": logging},
    }
    return {
        "family": naming.definition_family(environment.name, name),
        "executionRoleArn": role_arn(environment, naming.execution_role(environment.name, name)),
        "taskRoleArn": role_arn(environment, naming.task_role(environment.name, name)),
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [container | dict(wanted.container)],
        **wanted.definition,
    }

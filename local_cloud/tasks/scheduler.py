"""MiniStack's ECS scheduler with everything of ours in its place.

Runs inside of MiniStack's process: what a task refers to (objects, parameters, secrets, target groups) is read there
without going over HTTP, in the account and region of whoever asks.
"""

import logging
import os
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import (
    alb,
    autoscaling,
    cloudwatch,
    cloudwatch_logs,
    ec2,
    ecr,
    ecs,
    ecs_metadata,
    efs,
    s3,
    secretsmanager,
    servicediscovery,
    ssm,
)

from local_cloud.discovery import emulated
from local_cloud.emulators.settings import MiniStackSettings
from local_cloud.instances import groups
from local_cloud.instances.fleet import Fleet
from local_cloud.metrics.usage import RunningTask
from local_cloud.samples.table import TABLE
from local_cloud.tasks import file_systems, repositories, shims
from local_cloud.tasks.addresses import Endpoint
from local_cloud.tasks.agent import Agent, Sources, TargetGroup
from local_cloud.tasks.client import Docker
from local_cloud.tasks.container import Container, Wanted
from local_cloud.tasks.images import NoSuchImage
from local_cloud.tasks.runtime import Runtime
from local_cloud.tasks.shims import capacity_providers, daemons, ends, managed_instances, starts, target_types, targets
from local_cloud.tasks.shims.instances import Instances
from local_cloud.tasks.traffic_shift import pause_hooks, refusals, target_groups
from local_cloud.tasks.traffic_shift.shifts import Shifts

log = logging.getLogger(__name__)

OWN_NAME = "slipway-local-cloud"


class Scheduler:
    def __init__(self, runtime: Runtime, settings: MiniStackSettings):
        self._runtime = runtime
        self.instances: Instances
        self._settings = settings
        self.bring_back: Callable[[], None] = lambda: None
        """Starts the tasks of services from the run before; for when MiniStack has read all that they refer to."""
        self.shifts: Shifts
        self.network: emulated.EmulatedNetwork
        sources = Sources(
            s3._get_object_data,
            _parameter,
            _secret,
            _has_log_group,
            partial(file_systems.directory_of, efs),
            _target_groups,
        )
        self._agent = Agent(TABLE, sources, runtime.volumes)

    @classmethod
    def install(cls, settings: MiniStackSettings, changed: Callable[[], None]) -> "Scheduler":
        """From now on MiniStack's tasks are processes of ours. ``changed`` is told when a rollout went on."""
        os.environ["HOSTNAME"] = OWN_NAME  # where MiniStack looks for its own container
        runtime = Runtime(settings.state / "tasks", on_health=_report_health)
        scheduler = cls(runtime, settings)
        ecs._docker = Docker(runtime, TABLE, scheduler._resolve, OWN_NAME)
        ecs._ECS_DEPLOYMENT_STEADY_DELAY = settings.steady_seconds
        ecs._resolve_container_secrets = scheduler._agent.secrets
        fleet = Fleet(ecs, autoscaling, ec2, idle_seconds=3 * settings.measure_seconds)
        groups.install(autoscaling, ec2, fleet.is_busy)
        here = partial(request_scope, settings.account_id, settings.region)
        scheduler.instances = Instances.install(ecs, fleet, here, min(1.0, settings.measure_seconds))
        target_groups.install(ecs, alb)
        scheduler.bring_back = shims.install(ecs, servicediscovery, changed)
        capacity_providers.install(ecs, autoscaling)
        managed_instances.install(ecs)
        daemons.install(ecs, fleet)
        starts.install(ecs, runtime.backoff)
        ends.install(ecs, runtime)
        targets.install(alb, runtime.addresses)
        target_types.install(ecs, alb)
        scheduler.shifts = Shifts(ecs, alb, cloudwatch._alarms, request_scope, settings.minute_seconds, changed)
        scheduler.shifts.install()
        pause_hooks.install(ecs)
        refusals.install(ecs, alb)
        repositories.install(ecr, TABLE)
        scheduler.network = emulated.install(ecs, ec2, servicediscovery, ecs_metadata, runtime.addresses.listener)
        return scheduler

    def seed_images(self) -> None:
        """Shows the table in ECR, for whoever asks there which tags exist. What is there stays."""
        with request_scope(self._settings.account_id, self._settings.region):
            repositories.seed(ecr, TABLE)

    def running_tasks(self) -> list[RunningTask]:
        """Of services, in the account and region of whoever asks."""
        pids: dict[str, list[int]] = defaultdict(list)
        for container in self._runtime.containers():
            if container.is_running:
                pids[container.wanted.task].append(container.pid)
        found = [(task, pids[arn]) for arn in pids if (task := ecs._tasks.get(arn))]
        return [_running_task(task, pids) for task, pids in found if task["group"].startswith("service:")]

    def target_of(self, listener: Mapping[str, Any]) -> Endpoint | None:
        """Where a task listens that takes the next connection; None when there is none."""
        group = str(listener["DefaultActions"][0].get("TargetGroupArn", ""))
        with request_scope(self._settings.account_id, self._settings.region):
            targets = alb._targets.get(group) or []
        if not targets:
            return None
        target = random.choice(targets)
        return self._runtime.addresses.listener(str(target["Id"]), int(target["Port"]))

    def close(self) -> None:
        self._runtime.close()

    def _resolve(self, image: str, arguments: Mapping[str, Any]) -> Wanted:
        labels = arguments["labels"]
        revision = ":".join(labels[f"com.amazonaws.ecs.task-definition-{part}"] for part in ("family", "version"))
        name = labels["com.amazonaws.ecs.container-name"]
        task = labels["com.amazonaws.ecs.task-arn"]
        definition = ecs._task_defs[revision]
        container = next(one for one in definition["containerDefinitions"] if one["name"] == name)
        container = container | {"command": arguments.get("command") or []}
        if files := _env_files_of_run(task, name):
            container = container | {"environmentFiles": files}
        region = {"AWS_REGION": task.split(":")[3], "AWS_DEFAULT_REGION": task.split(":")[3]}
        env = region | arguments["environment"]
        try:
            wanted = self._agent.wanted(container, definition, task, image, env, labels)
        except NoSuchImage as error:
            raise ecs._ImagePullError(str(error)) from error
        _note_start(task)
        return replace(wanted, published=_published(task, name))


def _running_task(task: Mapping[str, Any], pids: Sequence[int]) -> RunningTask:
    definition = ecs._task_defs[task["taskDefinitionArn"].rpartition("/")[2]]
    cluster, service = task["clusterArn"].rpartition("/")[2], task["group"].removeprefix("service:")
    return RunningTask(
        task["taskArn"], cluster, service, int(definition["cpu"]), int(definition["memory"]), tuple(pids)
    )


def _parameter(reference: str) -> str | None:
    found: str | None = ssm.resolve_parameter_value(reference, decrypt=True)
    return found


def _secret(arn: str, stage: str, version: str) -> str | None:
    found: str | None = secretsmanager.resolve_secret_string(arn, stage or "AWSCURRENT", version or None)
    return found


def _note_start(arn: str) -> None:
    """A task starts with its program. MiniStack hears of it only when the program is healthy, or was given up."""
    if task := ecs._tasks.get(arn):
        task["startedAt"] = task.get("startedAt") or ecs._iso()


def _published(task: str, container: str) -> Endpoint | None:
    """Instance and port, of a task without a network of its own"""
    found = ecs._tasks.get(task) or {}
    bound = [it for one in found.get("containers", ()) if one["name"] == container for it in one["networkBindings"]]
    return (found["_instance"], bound[0]["hostPort"]) if bound else None


def _env_files_of_run(task: str, container: str) -> list[dict[str, Any]]:
    """Those that RunTask gave, in place of the definition's. MiniStack passes on all its overrides but these."""
    overrides = (ecs._tasks.get(task) or {}).get("overrides") or {}
    ours = ecs._container_override_for(overrides.get("containerOverrides", []), container)
    return ours.get("environmentFiles") or []


def _has_log_group(name: str) -> bool:
    return name in cloudwatch_logs._log_groups


def _target_groups(task_arn: str, container: str) -> Sequence[TargetGroup]:
    task = ecs._tasks.get(task_arn)
    service = shims.stops.service_of(ecs, task) if task else None
    if task is None or service is None:
        return []
    turn = target_groups.turn_of(service, task)
    arns = {
        group: entry["containerPort"]
        for entry in service.get("loadBalancers", [])
        for group in target_groups.groups_of(entry)[turn:][:1]
        if entry.get("containerName") == container and group in alb._tgs
    }
    return [TargetGroup(port, alb._tgs[arn], _attributes(arn)) for arn, port in arns.items()]


def _attributes(group: str) -> dict[str, str]:
    return {it["Key"]: it["Value"] for it in alb._tg_attrs.get(group, ())}


def _report_health(container: Container) -> None:
    ends.report_health(ecs, container)

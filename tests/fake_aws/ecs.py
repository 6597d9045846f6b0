"""ECS: task definitions, services, their deployments and tasks, in the words of its API."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.fake_aws.ecs_services import Deployment, Service, Task, identity
from tests.fake_aws.service import AwsService, next_page, page, refused

INSTANCE = "i-0123456789abcdef0"
"""The one instance of every cluster"""
_SERVICES_AT_ONCE = 10
_DEPLOYMENTS_AT_ONCE = 20
_TASKS_AT_ONCE = 100
_LEAST_FAILURES = 3
"""The circuit breaker's threshold is half of the wanted tasks, and this at least"""
_TERMINATED = 143
"""Exit code of what ended on SIGTERM"""
_REMEMBERED = timedelta(hours=1)
"""A task that stopped longer ago is forgotten"""


class Ecs(AwsService):
    name = "ecs"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.clusters: set[str] = set()
        self.definitions: dict[str, list[dict[str, Any]]] = {}
        """By family, oldest first"""
        self.services: dict[tuple[str, str], Service] = {}
        """By cluster and name; a service that was deleted stands here until another takes its name"""
        self.tasks: defaultdict[str, list[Task]] = defaultdict(list)
        """Of no service, by cluster, oldest first"""

    # --- what tests make happen ---

    def service(self, name: str) -> Service:
        [found] = [service for (_, known), service in self.services.items() if known == name]
        return found

    def rolls_out(self, name: str) -> None:
        self.service(name).roll_out()

    def goes_back(self, name: str, reason: str = "") -> None:
        self.service(name).go_back(reason)

    def task(self, arn: str) -> Task:
        [found] = [it for tasks in self.tasks.values() for it in tasks if it.id == _last(arn)]
        return found

    def prints(self, task: Task, lines: Sequence[str]) -> None:
        """Into the log that its definition names."""
        container = self._containers(task.definition)[0]
        log = container["logConfiguration"]["options"]
        stream = f"{log['awslogs-stream-prefix']}/{container['name']}/{task.id}"
        self.aws.logs.prints(log["awslogs-group"], stream, lines)

    # --- task definitions ---

    def create_cluster(self, clusterName: str) -> None:
        self.clusters.add(clusterName)

    def register_task_definition(
        self, family: str, tags: list[dict[str, str]] | None = None, **said: Any
    ) -> dict[str, Any]:
        revisions = self.definitions.setdefault(family, [])
        number = len(revisions) + 1
        definition = {
            "family": family,
            "volumes": [],
            "placementConstraints": [],
            **said,
            "taskDefinitionArn": self.aws.arn("ecs", f"task-definition/{family}:{number}"),
            "revision": number,
            "status": "ACTIVE",
            "registeredAt": self.aws.now,
            "compatibilities": ["EC2", "FARGATE"],
        }
        revisions.append({"taskDefinition": definition, "tags": tags or []})
        return revisions[-1]

    def describe_task_definition(self, taskDefinition: str, include: list[str] | None = None) -> dict[str, Any]:
        found = self._definition(taskDefinition)
        return found if include else {"taskDefinition": found["taskDefinition"]}

    def deregister_task_definition(self, taskDefinition: str) -> dict[str, Any]:
        found = self._definition(taskDefinition)["taskDefinition"]
        found["status"] = "INACTIVE"
        return {"taskDefinition": found}

    # --- services ---

    def create_service(
        self, cluster: str, serviceName: str, taskDefinition: str, desiredCount: int = 1, **settings: Any
    ) -> dict[str, Any]:
        there = self.services.get((self._cluster(cluster), serviceName))
        if there and not there.is_gone:
            raise refused("InvalidParameterException", "Creation of service was not idempotent.")
        arn = self._definition(taskDefinition)["taskDefinition"]["taskDefinitionArn"]
        made = Service(cluster, serviceName, arn, desiredCount, self.aws.now, lambda: self.aws.now, settings)
        self.services[cluster, serviceName] = made
        return {"service": self._described(made)}

    def update_service(
        self,
        cluster: str,
        service: str,
        taskDefinition: str | None = None,
        desiredCount: int | None = None,
        forceNewDeployment: bool = False,
        **settings: Any,
    ) -> dict[str, Any]:
        found = self._service(cluster, service)
        found.settings |= settings
        changes_revision = taskDefinition or forceNewDeployment or settings
        if desiredCount is not None:
            if changes_revision:
                found.desired = desiredCount
            else:
                found.scale(desiredCount)
        if changes_revision:
            wanted = taskDefinition or found.definition
            found.begin(self._definition(wanted)["taskDefinition"]["taskDefinitionArn"])
        return {"service": self._described(found)}

    def delete_service(self, cluster: str, service: str, force: bool = False) -> None:
        self._service(cluster, service).delete()

    def describe_services(self, cluster: str, services: list[str]) -> dict[str, Any]:
        _at_most(services, _SERVICES_AT_ONCE, "Services")
        self._cluster(cluster)
        found = [self.services.get((cluster, _last(name))) for name in services]
        missing = [
            {"arn": self.aws.arn("ecs", f"service/{cluster}/{_last(name)}"), "reason": "MISSING"}
            for name, service in zip(services, found, strict=True)
            if service is None
        ]
        return {"services": [self._described(it) for it in found if it], "failures": missing}

    def list_services(self, cluster: str, maxResults: int = 10, nextToken: str | None = None) -> dict[str, Any]:
        here = [it for (where, _), it in sorted(self.services.items()) if where == self._cluster(cluster)]
        arns = [self.aws.arn("ecs", f"service/{cluster}/{it.name}") for it in here if not it.is_gone]
        some, token = page(arns, nextToken, maxResults)
        return {"serviceArns": some, **next_page("nextToken", token)}

    # --- deployments ---

    def list_service_deployments(
        self,
        cluster: str,
        service: str,
        createdAt: Mapping[str, datetime] | None = None,
        maxResults: int = 20,
        nextToken: str | None = None,
    ) -> dict[str, Any]:
        found = self.services.get((self._cluster(cluster), _last(service)))
        if found is None:
            raise refused("ServiceNotFoundException", "Service not found.")
        after = (createdAt or {}).get("after")
        newest_first = [it for it in found.deployments[::-1] if after is None or it.created_at > after]
        some, token = page(newest_first, nextToken, maxResults)
        members = ("serviceDeploymentArn", "status", "createdAt", "targetServiceRevisionArn")
        briefs = [{name: it[name] for name in members} for it in (self._deployment(found, one) for one in some)]
        return {"serviceDeployments": briefs, **next_page("nextToken", token)}

    def describe_service_deployments(self, serviceDeploymentArns: list[str]) -> dict[str, Any]:
        _at_most(serviceDeploymentArns, _DEPLOYMENTS_AT_ONCE, "Service deployments")
        found = [self._deployment(*self._find(arn)) for arn in serviceDeploymentArns]
        for it in found:
            del it["targetServiceRevisionArn"]
        return {"serviceDeployments": found, "failures": []}

    def describe_service_revisions(self, serviceRevisionArns: list[str]) -> dict[str, Any]:
        _at_most(serviceRevisionArns, _DEPLOYMENTS_AT_ONCE, "Service revisions")
        found = [(arn, self._find(arn)[1]) for arn in serviceRevisionArns]
        revisions = [{"serviceRevisionArn": arn, "taskDefinition": it.definition} for arn, it in found]
        return {"serviceRevisions": revisions, "failures": []}

    def stop_service_deployment(self, serviceDeploymentArn: str, stopType: str = "ROLLBACK") -> dict[str, Any]:
        _, deployment = self._find(serviceDeploymentArn)
        if deployment.status != "IN_PROGRESS":
            raise refused("ConflictException", f"The deployment cannot be stopped: it is {deployment.status}")
        deployment.status = "ROLLBACK_REQUESTED"
        return {"serviceDeploymentArn": serviceDeploymentArn}

    def continue_service_deployment(
        self, serviceDeploymentArn: str, hookId: str, action: str = "CONTINUE"
    ) -> dict[str, Any]:
        service, deployment = self._find(serviceDeploymentArn)
        if deployment.waits_until is None or hookId != _hook(deployment):
            raise refused("InvalidParameterException", "The hook does not exist, or does not await an action.")
        deployment.waits_until = None
        if action == "ROLLBACK":
            service.go_back("A lifecycle hook was answered with ROLLBACK.")
        return {"serviceDeploymentArn": serviceDeploymentArn}

    # --- tasks ---

    def run_task(
        self,
        cluster: str,
        taskDefinition: str,
        count: int = 1,
        group: str = "",
        overrides: dict[str, Any] | None = None,
        **_: Any,
    ) -> dict[str, Any]:
        definition = self._definition(taskDefinition)["taskDefinition"]
        tasks = self.tasks[self._cluster(cluster)]
        for _number in range(count):
            name = identity(cluster, "task", self.aws.began.isoformat(), len(tasks))
            of = group or f"family:{definition['family']}"
            tasks.append(Task(name, definition["taskDefinitionArn"], self.aws.now, of, overrides=overrides or {}))
        return {"tasks": [self.described(cluster, it) for it in tasks[-count:]], "failures": []}

    def list_tasks(
        self,
        cluster: str,
        serviceName: str | None = None,
        family: str | None = None,
        desiredStatus: str = "RUNNING",
        maxResults: int = _TASKS_AT_ONCE,
        nextToken: str | None = None,
    ) -> dict[str, Any]:
        found = self._service(cluster, serviceName).tasks if serviceName else self._tasks(cluster)
        runs = desiredStatus == "RUNNING"
        arns = [
            self._task_arn(cluster, task)
            for task in self._remembered(found)
            if task.runs == runs and family in (None, self._definition(task.definition)["taskDefinition"]["family"])
        ]
        some, token = page(arns, nextToken, maxResults)
        return {"taskArns": some, **next_page("nextToken", token)}

    def describe_tasks(self, cluster: str, tasks: list[str]) -> dict[str, Any]:
        _at_most(tasks, _TASKS_AT_ONCE, "Tasks")
        wanted = {_last(task) for task in tasks}
        found = [self.described(cluster, task) for task in self._remembered(self._tasks(cluster)) if task.id in wanted]
        return {"tasks": found, "failures": []}

    def list_container_instances(self, cluster: str) -> dict[str, Any]:
        """The one, once a task stands on it."""
        on_instances = [it for it in self._tasks(cluster) if "containerInstanceArn" in self.described(cluster, it)]
        return {"containerInstanceArns": [self._instance(cluster)] if on_instances else []}

    def describe_container_instances(self, cluster: str, containerInstances: list[str]) -> dict[str, Any]:
        found = [
            {
                "containerInstanceArn": arn,
                "ec2InstanceId": INSTANCE,
                "capacityProviderName": "slipway-local-ec2",
                "status": "ACTIVE",
                "agentConnected": True,
                "registeredResources": [_resource("CPU", 2048), _resource("MEMORY", 7800)],
                "remainingResources": [_resource("CPU", 1536), _resource("MEMORY", 5850)],
            }
            for arn in containerInstances
        ]
        return {"containerInstances": found, "failures": []}

    def stop_task(self, cluster: str, task: str, reason: str = "") -> None:
        found = next((it for it in self._tasks(cluster) if it.id == _last(task)), None)
        if found is None:
            raise refused("InvalidParameterException", "The referenced task was not found.")
        found.stop(self.aws.now, "UserInitiated", reason, _TERMINATED)
        for service in self.services.values():
            if found in service.tasks:
                service.scale(service.desired)

    # --- in ECS's words ---

    def _described(self, service: Service) -> dict[str, Any]:
        running = [task for task in service.tasks if task.status == "RUNNING"]
        return {
            "serviceArn": self.aws.arn("ecs", f"service/{service.cluster}/{service.name}"),
            "serviceName": service.name,
            "clusterArn": self.aws.arn("ecs", f"cluster/{service.cluster}"),
            "status": "INACTIVE" if service.is_gone else "ACTIVE",
            "desiredCount": 0 if service.is_gone else service.desired,
            "runningCount": len(running),
            "pendingCount": sum(task.status == "PENDING" for task in service.tasks),
            "taskDefinition": service.definition,
            "deployments": [] if service.is_gone else self._rollouts(service),
            "events": [{"id": str(at), "createdAt": at, "message": it} for at, it in service.events[::-1]],
            "createdAt": service.created_at,
            "loadBalancers": service.settings.get("loadBalancers", []),
            "deploymentConfiguration": service.settings.get("deploymentConfiguration", {}),
        }

    def _rollouts(self, service: Service) -> list[dict[str, Any]]:
        arriving, stands = service.under_way, service.stands
        if arriving is None:
            return [self._rollout(service, stands, "PRIMARY", "COMPLETED")]
        if arriving.goes_back:
            back = self._rollout(service, stands, "PRIMARY", "IN_PROGRESS")
            return [back, self._rollout(service, arriving, "ACTIVE", "FAILED")]
        rollouts = [self._rollout(service, arriving, "PRIMARY", "IN_PROGRESS")]
        if service.of(stands):
            rollouts.append(self._rollout(service, stands, "ACTIVE", "COMPLETED"))
        return rollouts

    def _rollout(self, service: Service, deployment: Deployment, status: str, state: str) -> dict[str, Any]:
        return {
            "id": f"ecs-svc/{deployment.id}",
            "status": status,
            "taskDefinition": deployment.definition,
            "desiredCount": service.desired,
            "runningCount": len(service.running(deployment)),
            "pendingCount": sum(task.status == "PENDING" for task in service.of(deployment)),
            "failedTasks": deployment.failures,
            "createdAt": deployment.created_at,
            "updatedAt": deployment.finished_at or deployment.created_at,
            "rolloutState": state,
            "rolloutStateReason": deployment.reason,
        }

    def _deployment(self, service: Service, deployment: Deployment) -> dict[str, Any]:
        said: dict[str, Any] = {
            "serviceDeploymentArn": self._arn("service-deployment", service, deployment),
            "status": deployment.status,
            "createdAt": deployment.created_at,
            "targetServiceRevisionArn": self._arn("service-revision", service, deployment),
            "targetServiceRevision": self._revision(service, deployment) | {"requestedTaskCount": service.desired},
            "deploymentCircuitBreaker": {
                "status": deployment.breaker,
                "failureCount": deployment.failures,
                "threshold": max(_LEAST_FAILURES, -(-service.desired // 2)),
            },
        }
        if deployment.percent is not None:
            said["deploymentConfiguration"] = {"strategy": "CANARY"}
            said["lifecycleStage"] = "PRODUCTION_TRAFFIC_SHIFT"
            said["targetServiceRevision"]["requestedProductionTrafficWeight"] = deployment.percent
        if deployment.waits_until:
            said["deploymentConfiguration"] = {"strategy": "BLUE_GREEN"}
            said["lifecycleStage"] = "POST_TEST_TRAFFIC_SHIFT"
            said["targetServiceRevision"]["requestedTestTrafficWeight"] = 100.0
            hook = {"hookId": _hook(deployment), "targetType": "PAUSE", "status": "AWAITING_ACTION"}
            until = {"expiresAt": deployment.waits_until, "timeoutAction": "ROLLBACK"}
            said["lifecycleHookDetails"] = [hook | until]
        if deployment.source:
            said["sourceServiceRevisions"] = [self._revision(service, deployment.source)]
        if deployment.finished_at:
            said["finishedAt"] = deployment.finished_at
        if deployment.reason:
            said["statusReason"] = deployment.reason
        if deployment.back_to:
            back_to = self._arn("service-revision", service, deployment.back_to)
            said["rollback"] = {"serviceRevisionArn": back_to, "reason": deployment.reason}
        return said

    def _revision(self, service: Service, deployment: Deployment) -> dict[str, Any]:
        arn = self._arn("service-revision", service, deployment)
        return {"arn": arn, "runningTaskCount": len(service.running(deployment))}

    def described(self, cluster: str, task: Task) -> dict[str, Any]:
        said = {
            "taskArn": self._task_arn(cluster, task),
            "taskDefinitionArn": task.definition,
            "clusterArn": self.aws.arn("ecs", f"cluster/{cluster}"),
            "group": task.group,
            "overrides": task.overrides,
            "lastStatus": task.status,
            "desiredStatus": "RUNNING" if task.runs else "STOPPED",
            "healthStatus": task.health,
            "availabilityZone": f"{self.aws.region}a",
            "createdAt": task.created_at,
            "containers": [self._container(task, it) for it in self._containers(task.definition)],
            "enableExecuteCommand": task.exec_agent is not None,
            "attachments": [{"details": [{"name": "privateIPv4Address", "value": "10.10.0.12"}]}],
        }
        definition = self._definition(task.definition)["taskDefinition"]
        said |= {name: definition[name] for name in ("cpu", "memory") if name in definition}
        runs_on_instances = "EC2" in definition.get("requiresCompatibilities", ())
        said["launchType"] = "EC2" if runs_on_instances else "FARGATE"
        if runs_on_instances:
            said["containerInstanceArn"] = self._instance(cluster)
        if task.deployment:
            said["startedBy"] = f"ecs-svc/{task.deployment}"
        if task.status != "PENDING" and task.stop_code != "TaskFailedToStart":
            said["startedAt"] = task.created_at
        if task.stopped_at:
            said |= {"stoppedAt": task.stopped_at, "stopCode": task.stop_code, "stoppedReason": task.reason}
        return said

    def _container(self, task: Task, container: dict[str, Any]) -> dict[str, Any]:
        said = {"name": container["name"], "lastStatus": task.status, "image": container["image"]}
        if task.exit_code is not None:
            said["exitCode"] = task.exit_code
        if task.container_reason:
            said["reason"] = task.container_reason
        if task.exec_agent:
            said["managedAgents"] = [{"name": "ExecuteCommandAgent", "lastStatus": task.exec_agent}]
        return said

    # --- finding ---

    def _containers(self, definition: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._definition(definition)["taskDefinition"]["containerDefinitions"]
        return found

    def _definition(self, name: str) -> dict[str, Any]:
        family, _, number = _last(name).partition(":")
        revisions = self.definitions.get(family, [])
        at = int(number) if number else len(revisions)
        if not 0 < at <= len(revisions):
            raise refused("ClientException", "Unable to describe task definition.")
        return revisions[at - 1]

    def _service(self, cluster: str, name: str) -> Service:
        found = self.services.get((self._cluster(cluster), _last(name)))
        if found is None:
            raise refused("ServiceNotFoundException", "Service not found.")
        if found.is_gone:
            raise refused("ServiceNotActiveException", "Service was not ACTIVE.")
        return found

    def _cluster(self, name: str) -> str:
        if name not in self.clusters:
            raise refused("ClusterNotFoundException", "Cluster not found.")
        return name

    def _find(self, arn: str) -> tuple[Service, Deployment]:
        """By the ARN of a service deployment or of a service revision."""
        *_, cluster, name, wanted = arn.split("/")
        service = self.services.get((cluster, name))
        found = [it for it in service.deployments if it.id == wanted] if service else []
        if service is None or not found:
            raise refused("ServiceDeploymentNotFoundException", "The service deployment cannot be found.")
        return service, found[0]

    def _tasks(self, cluster: str) -> list[Task]:
        """Of every service, and of none."""
        services = [it for (where, _), it in sorted(self.services.items()) if where == self._cluster(cluster)]
        return [task for it in services for task in it.tasks] + self.tasks[cluster]

    def _remembered(self, tasks: list[Task]) -> list[Task]:
        return [it for it in tasks if it.stopped_at is None or self.aws.now - it.stopped_at <= _REMEMBERED]

    def _arn(self, kind: str, service: Service, deployment: Deployment) -> str:
        return self.aws.arn("ecs", f"{kind}/{service.cluster}/{service.name}/{deployment.id}")

    def _instance(self, cluster: str) -> str:
        return self.aws.arn("ecs", f"container-instance/{cluster}/1")

    def _task_arn(self, cluster: str, task: Task) -> str:
        return self.aws.arn("ecs", f"task/{cluster}/{task.id}")


def _last(arn: str) -> str:
    """``arn:aws:ecs:…:service/dev/orders`` → ``orders``; a name is itself."""
    return arn.rpartition("/")[2]


def _resource(name: str, value: int) -> dict[str, Any]:
    return {"name": name, "type": "INTEGER", "integerValue": value}


def _at_most(asked: list[str], most: int, what: str) -> None:
    if not 0 < len(asked) <= most:
        raise refused("InvalidParameterException", f"{what} must be 1 to {most}, got {len(asked)}.")


def _hook(deployment: Deployment) -> str:
    return f"ecs-pause-{deployment.id}"

"""Tasks on EC2 capacity stand on an instance; MiniStack knows no instances, and calls every task placed."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from local_cloud.instances.fleet import ACTIVE, Fleet, Instance, placed_by
from local_cloud.instances.placement import SPREAD_OVER_ZONES, NoRoom, UnknownExpression, choose, matches, next_provider
from local_cloud.tasks.shims import daemons
from local_cloud.tasks.shims.deployments import tell

log = logging.getLogger(__name__)

_WISHES = ("placementStrategy", "placementConstraints")
_FARGATE = ("FARGATE", "FARGATE_SPOT")


class Instances:
    def __init__(self, ecs: Any, fleet: Fleet, here: Callable[[], AbstractContextManager[Any]], every_seconds: float):
        """``here``: the account and region whose instances are tended, and how often they are."""
        self._ecs, self._fleet = ecs, fleet
        self._here, self._every_seconds = here, every_seconds
        self._run_task = ecs._run_task
        self._lock = threading.RLock()
        """Between the choice of an instance and the task that stands on it"""
        self._wishes: dict[str, dict[str, Any]] = {}
        """Strategies and constraints of services that are being made: MiniStack forgets them"""

    @classmethod
    def install(
        cls, ecs: Any, fleet: Fleet, here: Callable[[], AbstractContextManager[Any]], every_seconds: float
    ) -> "Instances":
        found = cls(ecs, fleet, here, every_seconds)
        ecs._run_task = found.run_task
        ecs._start_task_worker = found._starting_once_placed(ecs._start_task_worker)
        for action in ("CreateService", "UpdateService"):
            ecs._ACTION_MAP[action] = found._keeping_wishes(ecs._ACTION_MAP[action])
        ecs._ACTION_MAP["DescribeClusters"] = found._counting(ecs._ACTION_MAP["DescribeClusters"])
        ecs._ACTION_MAP["ListContainerInstances"] = found.list
        ecs._ACTION_MAP["DescribeContainerInstances"] = found.describe
        return found

    # --- tasks ---

    def run_task(self, data: dict[str, Any]) -> Any:
        """One task after the other: each takes room from the next."""
        ecs, cluster = self._ecs, self._ecs._resolve_cluster_name(data.get("cluster", "default"))
        launch_type, strategy, problem = ecs._launch_choice(data, ecs._clusters.get(cluster))
        definition = ecs._task_defs.get(ecs._resolve_td_key(data.get("taskDefinition", "")))
        if problem or not definition:
            return self._run_task(data)
        tasks: list[dict[str, Any]] = []
        failures: list[dict[str, Any]] = []
        for _ in range(data.get("count", 1)):
            provider = next_provider(strategy, self._placed(cluster, data, tasks)) if strategy else None
            chosen = {"launchType": None, "capacityProviderStrategy": [{"capacityProvider": provider, "weight": 1}]}
            one = data | {"count": 1} | (chosen if provider else {})
            with self._lock:
                status, headers, body = self._placed_task(cluster, one, definition, provider, launch_type)
            if status != 200:
                return status, headers, body
            answer = ecs.json.loads(body)
            tasks += answer["tasks"]
            failures += answer["failures"]
        return ecs.json_response({"tasks": tasks, "failures": failures})

    def _placed(self, cluster: str, data: Mapping[str, Any], made: list[dict[str, Any]]) -> Mapping[str, int]:
        """A service's strategy counts all its tasks, that of a run those that were started with it."""
        group = data.get("group", "")
        if not group.startswith("service:"):
            return placed_by(iter(made))
        tasks = (it for it in list(self._ecs._tasks.values()) if it.get("group") == group)
        in_cluster = (it for it in tasks if it["clusterArn"].endswith(f"/{cluster}") and it["lastStatus"] in ACTIVE)
        return placed_by(in_cluster)

    def _placed_task(
        self, cluster: str, data: dict[str, Any], definition: Mapping[str, Any], provider: str | None, launch_type: Any
    ) -> Any:
        ecs = self._ecs
        if provider in _FARGATE or (provider is None and launch_type != "EC2"):
            return self._without_instance(self._run_task(data))
        try:
            instance = self._instance(cluster, data, definition, provider)
        except NoRoom as error:
            if not self._fleet.providers(cluster) and not data.get("_deploymentId"):
                return ecs.error_response_json("InvalidParameterException", str(error), 400)
            self._tell_service(cluster, data, str(error))
            return ecs.json_response({"tasks": [], "failures": [{"arn": "", "reason": str(error)}]})
        except UnknownExpression as error:
            return ecs.error_response_json("InvalidParameterException", str(error), 400)
        status, headers, body = self._run_task(data)
        answer = ecs.json.loads(body)
        shown = [self._stand_on(instance, ecs._tasks[task["taskArn"]], definition) for task in answer.get("tasks", ())]
        return ecs.json_response(answer | {"tasks": shown}) if status == 200 else (status, headers, body)

    def _without_instance(self, answer: Any) -> Any:
        if answer[0] != 200:
            return answer
        said = self._ecs.json.loads(answer[2])
        for task in said["tasks"]:
            task.pop("containerInstanceArn", None)
            self._ecs._tasks[task["taskArn"]].pop("containerInstanceArn", None)
        return self._ecs.json_response(said)

    def _instance(
        self, cluster: str, data: Mapping[str, Any], definition: Mapping[str, Any], provider: str | None
    ) -> Instance:
        """Makes room where ECS would. Raises NoRoom, UnknownExpression."""
        wanted = self._fleet.needs(
            {"taskDefinitionArn": definition["taskDefinitionArn"], **_size(definition, data.get("overrides") or {})}
        )
        group, said = data.get("group", ""), {**data, **self._wishes_of(cluster, data)}
        strategies = said.get("placementStrategy") or [SPREAD_OVER_ZONES]
        constraints = [*(said.get("placementConstraints") or ()), *(definition.get("placementConstraints") or ())]
        if daemons.is_daemon(self._service_of(cluster, data)):
            constraints.append({"type": "distinctInstance"})
        while True:
            instances = [it for it in self._fleet.instances(cluster) if self._is_of(it, provider)]
            rooms = [self._fleet.room(it) for it in instances]
            try:
                chosen = choose(rooms, wanted, group, strategies, constraints)
            except NoRoom:
                if provider is None or not self._fleet.grow(provider, wanted):
                    raise
            else:
                return next(it for it in instances if it.id == chosen.instance)

    def _is_of(self, instance: Instance, provider: str | None) -> bool:
        """Without a provider it is any EC2 instance, of which Managed Instances are none."""
        return instance.provider == provider if provider else not self._fleet.is_managed(instance.provider)

    def _service_of(self, cluster: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Whose task is started; empty for a run's"""
        kind, _, name = data.get("group", "").partition(":")
        return (self._ecs._services.get(f"{cluster}/{name}") or {}) if kind == "service" else {}

    def _stand_on(self, instance: Instance, task: dict[str, Any], definition: Mapping[str, Any]) -> Any:
        task["containerInstanceArn"], task["_instance"] = instance.arn(self._ecs), instance.id
        if self._fleet.is_managed(instance.provider):
            task["launchType"] = "MANAGED_INSTANCES"
        task["availabilityZone"] = instance.zone
        if definition.get("networkMode") == "bridge":
            for container, said in zip(task["containers"], definition["containerDefinitions"], strict=True):
                container["networkBindings"] = self._fleet.bindings(instance, said)
        return self._ecs._sanitize(task)

    def _starting_once_placed(self, start: Any) -> Any:
        """MiniStack starts a task as soon as it has written it down; which ports it has is known a moment later."""

        def started(*task: Any) -> Any:
            with self._lock:
                pass
            return start(*task)

        return started

    def _tell_service(self, cluster: str, data: Mapping[str, Any], reason: str) -> None:
        kind, _, name = data.get("group", "").partition(":")
        service = self._ecs._services.get(f"{cluster}/{name}") if kind == "service" else None
        if service is None:
            return
        what = f"was unable to place a task because no container instance met all of its requirements. Reason: {reason}"
        if not any(what in event["message"] for event in service["events"][:1]):
            tell(self._ecs, service, what)

    def _keeping_wishes(self, handler: Any) -> Any:
        def kept(data: dict[str, Any]) -> Any:
            cluster = self._ecs._resolve_cluster_name(data.get("cluster", "default"))
            name, _ = self._ecs._resolve_service_ref(data.get("service") or data.get("serviceName") or "") or ("", None)
            said = {wish: data[wish] for wish in _WISHES if wish in data}
            if unknown := _unknown_expression(said.get("placementConstraints") or ()):
                return self._ecs.error_response_json("InvalidParameterException", unknown, 400)
            self._wishes[f"{cluster}/{name}"] = {**self._wishes.get(f"{cluster}/{name}", {}), **said}
            answer = handler(data)
            if service := self._ecs._services.get(f"{cluster}/{name}"):
                service.update(said)
            return answer

        return kept

    def _wishes_of(self, cluster: str, data: Mapping[str, Any]) -> dict[str, Any]:
        kind, _, name = data.get("group", "").partition(":")
        if kind != "service":
            return {}
        service = self._ecs._services.get(f"{cluster}/{name}") or {}
        kept = {wish: service[wish] for wish in _WISHES if wish in service}
        return {**kept, **self._wishes.get(f"{cluster}/{name}", {})}

    # --- as time goes by ---

    def run(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """For ever."""
        while True:
            sleep(self._every_seconds)
            try:
                with self._here():
                    self.tend()
            except Exception:  # the next round may do
                log.exception("instances could not be tended")

    def tend(self) -> None:
        """Ends what stood on an instance that is gone, ends instances that are empty, and fills what waits for room."""
        for cluster in list(self._ecs._clusters):
            if self._fleet.providers(cluster):
                with self._lock:
                    self._end_orphans(cluster)
                    self._fleet.shrink(cluster)
                daemons.follow(self._ecs, self._fleet, cluster)
                self._fill(cluster)

    def _end_orphans(self, cluster: str) -> None:
        known = {it.arn(self._ecs) for it in self._fleet.instances(cluster)}
        for task in list(self._ecs._tasks.values()):
            arn = task.get("containerInstanceArn") or ""
            if f"/{cluster}/" in arn and arn not in known and task["lastStatus"] in ACTIVE:
                self._ecs._ACTION_MAP["StopTask"](
                    {"cluster": cluster, "task": task["taskArn"], "reason": "Host EC2 instance terminated."}
                )

    def _fill(self, cluster: str) -> None:
        for key, service in list(self._ecs._services.items()):
            if not key.startswith(f"{cluster}/") or service["status"] != "ACTIVE":
                continue
            if service["runningCount"] + service["pendingCount"] < service["desiredCount"]:
                self._ecs._reconcile_service_tasks(cluster, key)

    # --- what is seen of instances ---

    def _counting(self, handler: Any) -> Any:
        def counted(data: dict[str, Any]) -> Any:
            for name, cluster in self._ecs._clusters.items():
                cluster["registeredContainerInstancesCount"] = len(self._fleet.instances(name))
            return handler(data)

        return counted

    def list(self, data: Mapping[str, Any]) -> Any:
        cluster = self._ecs._resolve_cluster_name(data.get("cluster", "default"))
        arns = [it.arn(self._ecs) for it in self._fleet.instances(cluster)]
        return self._ecs.json_response({"containerInstanceArns": arns})

    def describe(self, data: Mapping[str, Any]) -> Any:
        ecs, cluster = self._ecs, self._ecs._resolve_cluster_name(data.get("cluster", "default"))
        known = {it.arn(ecs).rpartition("/")[2]: it for it in self._fleet.instances(cluster)}
        found, failures = [], []
        for arn in data.get("containerInstances", []):
            instance = known.get(arn.rpartition("/")[2])
            if instance:
                found.append(self._shown(instance))
            else:
                failures.append({"arn": arn, "reason": "MISSING"})
        return ecs.json_response({"containerInstances": found, "failures": failures})

    def _shown(self, instance: Instance) -> dict[str, Any]:
        room, size, tasks = self._fleet.room(instance), instance.size, self._fleet.tasks_on(instance)
        statuses = [task["lastStatus"] for task in tasks]
        return {
            "containerInstanceArn": instance.arn(self._ecs),
            "ec2InstanceId": instance.id,
            "capacityProviderName": instance.provider,
            "status": "ACTIVE",
            "agentConnected": True,
            "registeredAt": instance.registered,
            "runningTasksCount": statuses.count("RUNNING"),
            "pendingTasksCount": len(statuses) - statuses.count("RUNNING"),
            "registeredResources": _resources(size.cpu, size.memory_mib, size.gpus),
            "remainingResources": _resources(room.cpu, room.memory_mib, room.gpus),
            "attributes": [{"name": name, "value": value} for name, value in instance.attributes.items()],
        }


def _unknown_expression(constraints: Sequence[Mapping[str, str]]) -> str:
    """Why the local cloud cannot place by these; empty if it can."""
    try:
        for wanted in constraints:
            if wanted["type"] == "memberOf":
                matches(wanted["expression"], {})
    except UnknownExpression as error:
        return str(error)
    return ""


def _size(definition: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    return {name: overrides.get(name) or definition.get(name) for name in ("cpu", "memory")}


def _resources(cpu: int, memory_mib: int, gpus: int) -> list[dict[str, Any]]:
    """GPUs by their names, which are made up."""
    return [
        {"name": "CPU", "type": "INTEGER", "integerValue": cpu},
        {"name": "MEMORY", "type": "INTEGER", "integerValue": memory_mib},
        *([{"name": "GPU", "type": "STRINGSET", "stringSetValue": [f"GPU-{n}" for n in range(gpus)]}] if gpus else []),
    ]

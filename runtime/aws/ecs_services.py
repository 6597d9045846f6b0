"""What ECS says of services and of their deployments.

A *rollout* is one of the revisions that a service runs right now. A *deployment* is the change from one revision to
another, which ECS remembers for 90 days under its own id: it alone says how a change ended.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.aws.batches import batched
from runtime.aws.clients import Clients
from runtime.aws.errors import Absent
from runtime.aws.traffic_shifts import TrafficShift, in_alternate, read_shift
from service_catalog import naming
from service_catalog.messages import say

SERVICES_AT_ONCE = 10
_DEPLOYMENTS_AT_ONCE = 20
ROLLING_BACK = frozenset({"ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"})
GIVEN_UP = frozenset({"STOP_REQUESTED", "STOPPED"})
"""A newer deployment took over, or there is nothing to roll back to; a person's stop is ROLLBACK_REQUESTED."""


@dataclass(frozen=True)
class Event:
    when: datetime
    message: str


@dataclass(frozen=True)
class Rollout:
    revision: str
    """ARN of the task definition"""
    is_primary: bool
    state: str
    """IN_PROGRESS, COMPLETED or FAILED, as ECS says it"""


@dataclass(frozen=True)
class ServiceState:
    name: str
    running: int
    desired: int
    revision: str
    """ARN of the task definition that the service shall run: only a target while a deployment is in progress"""
    rollouts: tuple[Rollout, ...]
    events: tuple[Event, ...]
    """Newest first"""
    created_at: datetime | None = None
    """A service that was replaced is younger than its releases"""
    balanced_ports: tuple[int, ...] = ()
    """Where load balancers reach the tasks: ECS takes no revision that does not listen there"""

    pauses: bool = False
    """Its deployments wait for somebody to continue them"""
    is_daemon: bool = False
    """One task on each instance: how many that are is nobody's wish"""

    @property
    def is_stopped(self) -> bool:
        """It shall run no tasks, whatever is live."""
        return self.desired == 0

    @property
    def may_wait(self) -> bool:
        """For somebody, while its deployment is in progress."""
        return self.pauses and self.primary is not None and self.primary.state == "IN_PROGRESS"

    @property
    def primary(self) -> Rollout | None:
        return next((rollout for rollout in self.rollouts if rollout.is_primary), None)


@dataclass(frozen=True)
class Breaker:
    status: str
    failures: int
    threshold: int


@dataclass(frozen=True)
class Deployment:
    arn: str
    status: str
    """As ECS says it: PENDING, IN_PROGRESS, SUCCESSFUL, ROLLBACK_IN_PROGRESS …"""
    revision: str
    """ARN of the task definition that it brings"""
    back_to: str | None
    """ARN of the task definition that it rolls or rolled back to"""
    created_at: datetime
    reason: str
    running: int
    wanted: int
    breaker: Breaker | None
    old_running: int = 0
    """Tasks that run of what ran before"""
    shift: TrafficShift | None = None
    """How far the requests are shifted; None where they are not, or where it is over"""
    rang: tuple[str, ...] = ()
    """Names of the alarms that made ECS give it up"""


class EcsServices:
    def __init__(self, aws: Clients, environment: str):
        self._aws, self._environment = aws, environment
        self._cluster = naming.cluster(environment)
        self._definitions: dict[str, str] = {}

    def service(self, name: str) -> ServiceState:
        """Raises Absent."""
        found = self.services([name])
        if name not in found:
            raise Absent(
                say("ECS has no service %(name)s in %(environment)s", name=name, environment=self._environment)
            )
        return found[name]

    def services(self, names: Sequence[str]) -> dict[str, ServiceState]:
        """By name; those that exist. Ten in a call."""
        found: dict[str, ServiceState] = {}
        for some in batched(names, SERVICES_AT_ONCE):
            found |= self.some_services(some)
        return found

    def some_services(self, names: Sequence[str]) -> dict[str, ServiceState]:
        """One call, so at most ten names."""
        answer = self._aws.call(
            "ecs",
            "describe_services",
            say("reading services"),
            cluster=self._cluster,
            services=[naming.ecs_service(self._environment, name) for name in names],
        )
        states = (read_service(said) for said in answer["services"] if said["status"] != "INACTIVE")
        return {state.name: state for state in states}

    def history(self, service: str, limit: int = 20, since: datetime | None = None) -> list[Deployment]:
        """Newest first."""
        briefs = sorted(self._briefs(service, since), key=lambda brief: brief["createdAt"], reverse=True)[:limit]
        definitions = self._definitions_of(brief["targetServiceRevisionArn"] for brief in briefs)
        return self._describe(briefs, definitions)

    def of_revision(self, service: str, revision: str, since: datetime | None = None) -> list[Deployment]:
        """Those that bring this task definition, oldest first: one, unless the service itself was changed meanwhile."""
        briefs = list(self._briefs(service, since))
        definitions = self._definitions_of(brief["targetServiceRevisionArn"] for brief in briefs)
        ours = [brief for brief in briefs if definitions.get(brief["targetServiceRevisionArn"]) == revision]
        return self._describe(ours, definitions)[::-1]

    def stands_in_alternate(self, service: str) -> bool | None:
        """Whether what came through last stands in the second of its two target groups, as after every other release
        that shifts requests; None where ECS lists nothing that came through, which it forgets after 90 days."""
        came_through = [brief for brief in self._briefs(service, None) if brief["status"] == "SUCCESSFUL"]
        if not came_through:
            return None
        newest = max(came_through, key=lambda brief: brief["createdAt"])["targetServiceRevisionArn"]
        answer = self._aws.call(
            "ecs", "describe_service_revisions", say("reading service revisions"), serviceRevisionArns=[newest]
        )
        return any(in_alternate(it) for it in answer["serviceRevisions"])

    def update(self, service: str, **what: str | int) -> None:
        """Sent once: a repeated UpdateService could undo a later release. An Unreachable means: it may have arrived."""
        self._aws.call_once(
            "ecs",
            "update_service",
            say("updating %(service)s", service=service),
            cluster=self._cluster,
            service=naming.ecs_service(self._environment, service),
            **what,
        )

    def stop(self, deployment: Deployment) -> None:
        """ECS rolls back to what ran before."""
        self._aws.call(
            "ecs",
            "stop_service_deployment",
            say("stopping the deployment"),
            serviceDeploymentArn=deployment.arn,
            stopType="ROLLBACK",
        )

    def answer(self, deployment: Deployment, hook: str, *, goes_on: bool) -> None:
        """What waits for somebody goes on, or back."""
        self._aws.call(
            "ecs",
            "continue_service_deployment",
            say("continuing the deployment"),
            serviceDeploymentArn=deployment.arn,
            hookId=hook,
            action="CONTINUE" if goes_on else "ROLLBACK",
        )

    def pause_no_more(self, service: str) -> None:
        """Later deployments wait for nobody. ECS takes the last hook away only when it is told that there is none,
        which the AWS provider leaves out."""
        answer = self._aws.call(
            "ecs",
            "describe_services",
            say("reading services"),
            cluster=self._cluster,
            services=[naming.ecs_service(self._environment, service)],
        )
        for found in answer["services"]:
            configuration = found.get("deploymentConfiguration", {}) | {"lifecycleHooks": []}
            self._aws.call_once(
                "ecs",
                "update_service",
                say("updating %(service)s", service=service),
                cluster=self._cluster,
                service=naming.ecs_service(self._environment, service),
                deploymentConfiguration=configuration,
            )

    def _briefs(self, service: str, since: datetime | None) -> Iterator[dict[str, Any]]:
        asked: dict[str, Any] = {
            "cluster": self._cluster,
            "service": naming.ecs_service(self._environment, service),
            "maxResults": 100,
        }
        if since:
            asked["createdAt"] = {"after": since}
        while True:
            answer = self._aws.call(
                "ecs", "list_service_deployments", say("listing deployments of %(service)s", service=service), **asked
            )
            yield from answer["serviceDeployments"]
            if not answer.get("nextToken"):
                return
            asked["nextToken"] = answer["nextToken"]

    def _definitions_of(self, revisions: Iterable[str]) -> Mapping[str, str]:
        """Task definition by service revision. A service revision never changes, so each is asked for once."""
        unknown = sorted({revision for revision in revisions if revision not in self._definitions})
        for some in batched(unknown, _DEPLOYMENTS_AT_ONCE):
            answer = self._aws.call(
                "ecs", "describe_service_revisions", say("reading service revisions"), serviceRevisionArns=some
            )
            self._definitions |= {it["serviceRevisionArn"]: it["taskDefinition"] for it in answer["serviceRevisions"]}
        return self._definitions

    def _describe(self, briefs: Sequence[Mapping[str, Any]], definitions: Mapping[str, str]) -> list[Deployment]:
        """Newest first."""
        found: list[dict[str, Any]] = []
        for some in batched([brief["serviceDeploymentArn"] for brief in briefs], _DEPLOYMENTS_AT_ONCE):
            answer = self._aws.call(
                "ecs", "describe_service_deployments", say("reading deployments"), serviceDeploymentArns=some
            )
            found += answer["serviceDeployments"]
        back_to = (
            it["rollback"]["serviceRevisionArn"] for it in found if "serviceRevisionArn" in it.get("rollback", {})
        )
        definitions = self._definitions_of(back_to)
        read = [read_deployment(it, definitions) for it in found]
        return sorted(read, key=lambda deployment: deployment.created_at, reverse=True)


def read_service(said: Mapping[str, Any]) -> ServiceState:
    """One entry of ``describe_services()["services"]``."""
    return ServiceState(
        name=said["serviceName"],
        running=said["runningCount"],
        desired=said["desiredCount"],
        revision=said.get("taskDefinition", ""),
        rollouts=tuple(read_rollout(it) for it in said.get("deployments", [])),
        events=tuple(Event(it["createdAt"], it["message"]) for it in said.get("events", [])),
        created_at=said.get("createdAt"),
        pauses=bool(said.get("deploymentConfiguration", {}).get("lifecycleHooks")),
        is_daemon=said.get("schedulingStrategy") == "DAEMON",
        balanced_ports=tuple(it["containerPort"] for it in said.get("loadBalancers", []) if "containerPort" in it),
    )


def read_rollout(said: Mapping[str, Any]) -> Rollout:
    """One entry of a service's ``deployments``."""
    return Rollout(
        revision=said["taskDefinition"],
        is_primary=said["status"] == "PRIMARY",
        state=said.get("rolloutState", "COMPLETED"),
    )


def read_deployment(said: Mapping[str, Any], definitions: Mapping[str, str]) -> Deployment:
    """One entry of ``describe_service_deployments()["serviceDeployments"]``; ``definitions`` by service revision."""
    target = said["targetServiceRevision"]
    breaker = said.get("deploymentCircuitBreaker")
    return Deployment(
        arn=said["serviceDeploymentArn"],
        status=said["status"],
        revision=definitions.get(target["arn"], ""),
        back_to=definitions.get(said.get("rollback", {}).get("serviceRevisionArn", "")),
        created_at=said["createdAt"],
        reason=said.get("statusReason") or said.get("rollback", {}).get("reason", ""),
        running=target.get("runningTaskCount", 0),
        wanted=target.get("requestedTaskCount", 0),
        breaker=Breaker(breaker["status"], breaker.get("failureCount", 0), breaker.get("threshold", 0))
        if breaker
        else None,
        old_running=sum(it.get("runningTaskCount", 0) for it in said.get("sourceServiceRevisions", [])),
        shift=read_shift(said),
        rang=tuple(said.get("alarms", {}).get("triggeredAlarmNames", ())),
    )

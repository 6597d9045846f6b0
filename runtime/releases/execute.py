"""The steps of a release, each safe to die after: register, claim, carry out, bound.

Registered but not claimed is a revision that nothing runs. Claimed but not carried out is settled by whoever comes
120 s later. Carried out but not bounded is mended when the release is settled.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from runtime.aws.clients import Clients
from runtime.aws.ecs_services import EcsServices
from runtime.aws.errors import GatewayError, Unreachable
from runtime.aws.task_definitions import TaskDefinitions
from runtime.bucket.records import Outcome, Release, TaskLimits
from runtime.bucket.release_records import ReleaseRecords
from runtime.releases.plan import Plan
from service_catalog import naming
from service_catalog.messages import say

log = logging.getLogger(__name__)

START_SECONDS = 30
"""After the claim; with the request's own time limit far below what others wait (``Clock.dead_seconds``)."""


@dataclass(frozen=True)
class Claimed:
    release: Release
    claimed_at: float
    """On the monotonic clock, before the claim was sent: S3 can only have dated it later"""
    desired: int


class Steps:
    def __init__(
        self,
        aws: Clients,
        environment: str,
        definitions: TaskDefinitions,
        records: ReleaseRecords,
        ecs_services: EcsServices,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ):
        self._aws, self._environment, self._definitions = aws, environment, definitions
        self._records, self._ecs_services = records, ecs_services
        self._now, self._monotonic = now, monotonic

    def register(self, plan: Plan, token: str) -> str:
        """The ARN of the release's own revision."""
        tags = naming.tags(self._environment, plan.service) | {naming.RELEASE_TAG: token}
        doing = say("registering the release of %(service)s", service=plan.service)
        return self._definitions.register(plan.document, tags, doing)

    def deregister(self, revision: str) -> None:
        """Of a release that was beaten."""
        self._definitions.deregister(revision)

    def claim(self, plan: Plan, revision: str, token: str, who: str, why: str) -> Claimed:
        """Raises ReleaseRefused, which names the release that took this number."""
        release = Release(
            number=plan.number,
            service=plan.service,
            kind=plan.kind,
            contents=plan.contents,
            revision=revision,
            tasks=plan.tasks,
            base=plan.base,
            who=who,
            why=why,
            when=self._now(),
            token=token,
            entry=plan.entry,
            workload=plan.workload,
        )
        claimed_at = self._monotonic()
        self._records.claim(release)
        return Claimed(release, claimed_at, plan.desired)

    def start_deployment(self, claimed: Claimed) -> Outcome | None:
        """Tells ECS, once. An outcome means that it certainly was not told; None that it was, or may have been."""
        late = self._monotonic() - claimed.claimed_at
        if late > START_SECONDS:
            return self._not_carried_out(say("it was %(seconds)s s late; release again", seconds=round(late)))
        release = claimed.release
        try:
            self._update(release.service, taskDefinition=release.revision, **_count(release.tasks, claimed.desired))
        except Unreachable as error:
            if error.code == "EndpointConnectionError":
                return self._not_carried_out(str(error))
            # It may have arrived. Whoever looks will see it, or not see it for 120 s.
            log.warning("release in doubt service=%s number=%d", release.service, release.number)
        except GatewayError as error:
            return self._not_carried_out(str(error))
        return None

    def set_scaling_limits(self, service: str, tasks: TaskLimits | None) -> None:
        """Lets scaling move the count within ``tasks`` from now on."""
        if tasks is None:
            return
        self._aws.call(
            "application-autoscaling",
            "register_scalable_target",
            say("setting the bounds of %(service)s", service=service),
            ServiceNamespace="ecs",
            ResourceId=naming.scalable_target(self._environment, service),
            ScalableDimension="ecs:service:DesiredCount",
            MinCapacity=tasks.min,
            MaxCapacity=tasks.max,
        )

    def enforce_task_count(self, service: str, tasks: TaskLimits | None) -> None:
        """Bounds and count as they shall be, whatever a process that died left undone."""
        self.set_scaling_limits(service, tasks)
        if count := _count(tasks, self._ecs_services.service(service).desired):
            self._update(service, **count)

    def _update(self, service: str, **what: str | int) -> None:
        self._aws.call_once(
            "ecs",
            "update_service",
            say("updating %(service)s", service=service),
            cluster=naming.cluster(self._environment),
            service=naming.ecs_service(self._environment, service),
            **what,
        )

    def _not_carried_out(self, reason: str) -> Outcome:
        return Outcome("not-carried-out", self._now(), reason)


def _count(tasks: TaskLimits | None, desired: int) -> dict[str, int]:
    """The count belongs to scaling: it is only sent when it is outside what it may be."""
    return {} if tasks is None or desired == tasks.clamp(desired) else {"desiredCount": tasks.clamp(desired)}

"""AWS in memory, with the gateways' own faces: what pages are rendered from when no AWS is asked.

Env files, claims and heads are the real ones over objects in memory. What ECS, CloudWatch and ECR would say is set by
the test. What this does not prove, that the real gateways say the same, the tests on the local cloud do.
"""

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from runtime import service_state, snapshot
from runtime.aws import task_definitions
from runtime.aws.alarms import Alarm
from runtime.aws.ecr_images import ImageTag, ImageTags
from runtime.aws.ecs_services import Breaker, Event, Rollout, ServiceState
from runtime.aws.ecs_tasks import Container, Task
from runtime.aws.errors import Absent, Unreachable
from runtime.aws.logs import Line
from runtime.bucket.env_files import EnvFiles
from runtime.bucket.provisioned import LoadBalancerDimensions, Provisioned, ProvisionedImage
from runtime.bucket.records import Contents, Outcome, Release, ReleaseRequest, TaskLimits
from runtime.bucket.release_records import ReleaseRecords, ReleaseRefused, describe
from runtime.bucket.service_index import ServiceIndex
from runtime.diagnosis.evidence import FailureEvidence
from runtime.metrics import PERIOD, LastHour, Measure
from runtime.releases import live
from runtime.releases.live import Live
from runtime.releases.plan import Proposal
from runtime.releases.progress import Progress
from runtime.releases.releases import ReleaseInvalid, StopRefused
from service_catalog import naming
from service_catalog.messages import Message
from service_catalog.model import Environment
from tests.portal.measures import an_hour
from tests.portal.memory import MemoryObjects

NOW = datetime(2026, 11, 20, 5, 32, 8, tzinfo=UTC)
REGISTRY = "000000000000.dkr.ecr.ap-northeast-1.amazonaws.com"


def revision(service: str, number: int) -> str:
    return f"arn:aws:ecs:ap-northeast-1:000000000000:task-definition/{naming.release_family('local', service)}:{number}"


def definition(service: str, number: int = 1) -> str:
    family = naming.definition_family("local", service)
    return f"arn:aws:ecs:ap-northeast-1:000000000000:task-definition/{family}:{number}"


@dataclass
class TwinService:
    """What AWS would hold of one service."""

    provisioned: Provisioned
    running: list[Task] = field(default_factory=list)
    stopped: list[Task] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    live_revision: str | None = None
    desired: int = 0
    is_gone: bool = False
    """Somebody deleted the ECS service outside"""
    lacks_log_group: bool = False
    """Somebody deleted it outside"""
    moves: bool = False
    """ECS replaces the tasks of what is live, such as after a change of the service itself"""
    progress: Progress = field(default_factory=lambda: Progress("waiting"))
    lines: dict[str, list[str]] = field(default_factory=dict)
    definition_changes: list[task_definitions.Change] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    lost: list[Message] = field(default_factory=list)
    """Earlier releases that the staged definition puts out of reach"""
    measured: dict[Measure, list[float]] = field(default_factory=dict)
    """The values of the newest minutes, oldest first"""


class TwinAws:
    """One environment. ``outage`` makes every answer an Unreachable."""

    def __init__(self, environment: Environment):
        self.environment = environment
        self.services: dict[str, TwinService] = {}
        self.tags: list[str] = ["2.14.0", "2.13.4", "2.13.3"]
        self.objects = MemoryObjects(self.check, NOW - timedelta(days=2))
        self.alarms: list[Alarm] = []
        self.outage = False
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.measures_outage = False
        self.silent_writes = False
        self.calls = 0
        self.now = NOW

    def gateways(self) -> Any:
        return TwinGateways(self)

    def ask(self, service: str) -> TwinService:
        self.check()
        if service not in self.services:
            raise Absent(f"{service} is not provisioned")
        return self.services[service]

    def check(self) -> None:
        self.calls += 1
        self.may_answer.wait(10)
        if self.outage:
            raise Unreachable("AWS did not answer while reading services; check the network, then try again")

    def provision(
        self, service: str, env_files: tuple[str, ...] = ("app",), number: int = 1, entry: Any = None
    ) -> TwinService:
        said = Provisioned(
            service=service,
            definition=definition(service, number),
            execution_role="arn:aws:iam::000000000000:role/x",
            task_role="arn:aws:iam::000000000000:role/y",
            tasks=TaskLimits(2, 4),
            image=ProvisionedImage(f"{REGISTRY}/{service}"),
            env_files=env_files,
            url=f"http://127.0.0.1:8081/{service}",
            routed=LoadBalancerDimensions("app/public/1", f"targetgroup/{service}/2"),
            fingerprint="f",
            entry=entry,
        )
        self.services.setdefault(service, TwinService(said)).provisioned = said
        return self.services[service]

    def save(
        self, service: str, text: str, base: int = 0, author: str = "Suzuki Ren", message: str = "", **said: Any
    ) -> int:
        gateway = self.gateways().env_files
        return int(gateway.save(service, "app", text, base=base, author=author, message=message, **said).number)

    def release(self, service: str, tag: str, env: int, ended: str | None = "succeeded", **said: Any) -> Release:
        """A release as it stands in S3 some time ago; succeeded ones run."""
        claims = ReleaseRecords(self.objects)  # type: ignore[arg-type]
        newest = claims.newest(service)
        number = newest.number + 1 if newest else 1
        when = self.now - timedelta(hours=20) + timedelta(hours=number)
        release = Release(
            number=number,
            service=service,
            kind=said.pop("kind", "deploy"),
            contents=Contents(f"{REGISTRY}/{service}:{tag}", {"app": env} if env else {}, definition(service)),
            revision=revision(service, number),
            tasks=TaskLimits(2, 4),
            base=newest.number if newest else None,
            who=said.pop("who", "Ito Haruka"),
            why=said.pop("why", "Rounds tax per line again"),
            when=said.pop("when", when),
            token=f"t{number}",
        )
        claims.claim(release)
        if ended:
            release = claims.end(release, Outcome(ended, release.when + timedelta(minutes=3), **said))  # type: ignore[arg-type]
        held = self.services[service]
        if ended == "succeeded":
            held.live_revision = release.revision
            held.desired = 2
            held.running = [a_task(service, release.revision, f"{number}{letter}" * 4) for letter in "ab"]
        ServiceIndex(self.objects, claims).saw_release(release)  # type: ignore[arg-type]
        return release

    def end(self, service: str, status: str, **said: Any) -> None:
        """How the release in progress ends."""
        claims = ReleaseRecords(self.objects)  # type: ignore[arg-type]
        newest = claims.newest(service)
        assert newest
        ended = claims.end(newest, Outcome(status, self.now, **said))  # type: ignore[arg-type]
        ServiceIndex(self.objects, claims).saw_release(ended)  # type: ignore[arg-type]


def a_task(service: str, of: str, task_id: str, **changes: Any) -> Task:
    task = Task(
        id=task_id,
        service=service,
        revision=of,
        status="RUNNING",
        health="HEALTHY",
        zone="ap-northeast-1a",
        address="10.10.0.12",
        created_at=NOW - timedelta(hours=2),
        started_at=NOW - timedelta(hours=2),
        stopped_at=None,
        stop_code="",
        stopped_reason="",
        containers=(),
    )
    return replace(task, **changes)


def a_failed_task(service: str, of: str, task_id: str = "7fa2c1d0") -> Task:
    return a_task(
        service,
        of,
        task_id,
        status="STOPPED",
        health="UNKNOWN",
        started_at=NOW - timedelta(seconds=50),
        stopped_at=NOW - timedelta(seconds=16),
        stop_code="EssentialContainerExited",
        stopped_reason="Essential container in task exited",
        containers=(Container("app", "STOPPED", 1, "", "", ""),),
    )


class TwinGateways:
    def __init__(self, aws: TwinAws):
        self.environment = aws.environment
        claims = ReleaseRecords(aws.objects)  # type: ignore[arg-type]
        service_index = ServiceIndex(aws.objects, claims)  # type: ignore[arg-type]
        self.service_index = service_index
        self.env_files = EnvFiles(aws.objects, service_index)  # type: ignore[arg-type]
        self.releases = TwinReleases(aws, claims, service_index, self.env_files)
        self.ecs_services = self.carriers = TwinDeployments(aws)
        self.tasks = TwinTasks(aws)
        self.logs = TwinLogs(aws)
        self.metrics = TwinMetrics(aws)

        self.images = TwinImages(aws)
        self.provisioned = TwinProvisioned(aws)
        self.failures = FailureEvidence(
            claims,
            TwinDefinitions(),  # type: ignore[arg-type]
            self.env_files,
            self.tasks,  # type: ignore[arg-type]
            self.logs,  # type: ignore[arg-type]
            self.ecs_services,  # type: ignore[arg-type]
            self.provisioned,  # type: ignore[arg-type]
        )
        self.snapshots = TwinSnapshots(aws, service_index)


class TwinDefinitions:
    """No two revisions differ in anything but image and env files."""

    def describe(self, revision: str) -> dict[str, Any]:
        return {"containerDefinitions": []}


class TwinProvisioned:
    def __init__(self, aws: TwinAws):
        self._aws = aws

    def read(self, service: str) -> Provisioned:
        return self._aws.ask(service).provisioned

    def all(self) -> dict[str, Provisioned]:
        return {name: it.provisioned for name, it in self._aws.services.items()}


class TwinDeployments:
    def __init__(self, aws: TwinAws):
        self._aws = aws

    def state(self, provisioned: Provisioned) -> ServiceState:
        return self.service(provisioned.service)

    def service(self, name: str) -> ServiceState:
        if self._aws.ask(name).is_gone:
            raise Absent(f"ECS has no service {name}")
        return state_of(self._aws, name)


class TwinTasks:
    def __init__(self, aws: TwinAws):
        self._aws = aws

    def running(self, service: str) -> list[Task]:
        return self._aws.ask(service).running

    def stopped(self, service: str) -> list[Task]:
        return self._aws.ask(service).stopped


class TwinLogs:
    def __init__(self, aws: TwinAws):
        self._aws = aws

    def services_with_group(self, service: str = "") -> set[str] | None:
        self._aws.check()
        return {name for name, it in self._aws.services.items() if name.startswith(service) and not it.lacks_log_group}

    def of_task(self, service: str, task_id: str, limit: int = 100, before: datetime | None = None) -> list[Line]:
        said = self._aws.ask(service).lines.get(task_id, [])
        lines = [Line(NOW + timedelta(seconds=number), text, task_id) for number, text in enumerate(said)]
        return [line for line in lines if before is None or line.when < before][-limit:]

    def of_service(self, service: str, limit: int = 100, before: datetime | None = None) -> list[Line]:
        lines = [line for task in self._aws.ask(service).lines for line in self.of_task(service, task, limit, before)]
        return sorted(lines, key=lambda line: line.when)[-limit:]


class TwinMetrics:
    def __init__(self, aws: TwinAws):
        self._aws = aws

    def last_hour(self, service: str, routed: LoadBalancerDimensions | None) -> LastHour:
        if self._aws.measures_outage:
            raise Unreachable("AWS did not answer while reading metrics; check the network, then try again")
        return an_hour(self._aws.now.replace(second=0) + PERIOD, self._aws.ask(service).measured)


class TwinImages:
    def __init__(self, aws: TwinAws):
        self._aws = aws

    def tags(self, repository: str, limit: int = 100) -> ImageTags:
        self._aws.check()
        return ImageTags([ImageTag(tag, "sha256:0", NOW) for tag in self._aws.tags])


class TwinSnapshots:
    def __init__(self, aws: TwinAws, service_index: ServiceIndex):
        self._aws, self._heads = aws, service_index

    def take(self) -> snapshot.Snapshot:
        self._aws.check()
        rows = tuple(
            service_state.summary(
                self._aws.environment.name,
                it.provisioned,
                self._heads.read(name),
                None if it.is_gone else state_of(self._aws, name),
                {},
                [alarm for alarm in self._aws.alarms if alarm.service == name],
                it.lacks_log_group,
            )
            for name, it in sorted(self._aws.services.items())
        )
        return snapshot.Snapshot(rows, self._aws.now)


def state_of(aws: TwinAws, name: str) -> ServiceState:
    held = aws.ask(name)
    newest = ReleaseRecords(aws.objects).newest(name)  # type: ignore[arg-type]
    in_progress = newest if newest and not newest.outcome else None
    primary = in_progress.revision if in_progress else held.live_revision or held.provisioned.definition
    moves = in_progress or held.moves
    rollouts = [Rollout(primary, True, "IN_PROGRESS" if moves else "COMPLETED", 0, 2, 0, 0, "", None)]
    if moves and held.live_revision:
        rollouts.append(Rollout(held.live_revision, False, "COMPLETED", 2, 2, 0, 0, "", None))
    return ServiceState(name, len(held.running), held.desired, 0, primary, tuple(rollouts), tuple(held.events))


class TwinReleases:
    """Releases whose rollouts go nowhere until the test says so."""

    def __init__(self, aws: TwinAws, claims: ReleaseRecords, service_index: ServiceIndex, env_files: EnvFiles):
        self._aws, self._claims, self._heads, self._env_files = aws, claims, service_index, env_files

    def history(self, service: str, limit: int = 20) -> list[Release]:
        self._aws.check()
        return self._claims.history(service, limit)

    def get(self, service: str, number: int) -> Release:
        return self._claims.get(service, number)

    def in_progress(self, service: str) -> Release | None:
        newest = self._claims.newest(service)
        return newest if newest and not newest.outcome else None

    def live(self, service: str) -> Live:
        held = self._aws.ask(service)
        newest_env = {file: (self._env_files.numbers(service, file) or [0])[-1] for file in held.provisioned.env_files}
        return live.read(held.live_revision, self._claims.history(service, 50), newest_env, held.provisioned)

    def progress(self, service: str, number: int) -> Progress:
        return self._aws.ask(service).progress

    def settle(self, service: str) -> Outcome | None:
        return None

    def proposal(self, service: str, release_request: ReleaseRequest) -> Proposal:
        held, now = self._aws.ask(service), self.live(service)
        if release_request.to is not None:
            wanted, kind = self._claims.get(service, release_request.to).contents, "roll-back"
        else:
            tag = f"{held.provisioned.image.repository}:{release_request.image}" if release_request.image else None
            image = tag or (now.contents.image if now.contents else "")
            env = {**(now.contents.env if now.contents else {}), **release_request.env}
            wanted, kind = (
                Contents(image, env, held.provisioned.definition),
                "deploy" if release_request.image else "env",
            )
        changes = held.definition_changes if release_request.definition else []
        return Proposal(now.contents, wanted, kind, changes, held.problems, [], self._claims.newest(service))  # type: ignore[arg-type]

    def lost_by(self, service: str, proposal: Proposal) -> list[Message]:
        return self._aws.ask(service).lost

    def release(self, service: str, release_request: ReleaseRequest, *, who: str, why: str) -> Release:
        proposal = self.proposal(service, release_request)
        if proposal.in_progress:
            theirs = proposal.in_progress
            raise ReleaseRefused(f"{describe(theirs)} by {theirs.who} is in progress", theirs)
        if proposal.problems:
            raise ReleaseInvalid(*proposal.problems)
        if self._aws.silent_writes:
            raise Unreachable("AWS did not answer while writing the releases of it; check the network, then try again")
        tag = proposal.wanted.image.rpartition(":")[2]
        env = proposal.wanted.env.get("app", 0)
        return self._aws.release(
            service, tag, env, ended=None, who=who, why=why, when=self._aws.now, kind=proposal.kind
        )

    def stop(self, service: str, number: int, *, who: str) -> None:
        release = self._claims.get(service, number)
        if release.outcome:
            raise StopRefused(f"{describe(release)} has already ended: {release.outcome.status}", release)
        ended = self._claims.end(release, Outcome("stopped", self._aws.now, f"stopped by {who}"))
        self._heads.saw_release(ended)


BREAKER = Breaker("MONITORING", 1, 3)

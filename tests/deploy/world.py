"""A small world with the faces that ``deploy`` sees: a real catalog in a directory, an engine and gateways that
remember in dictionaries. The engine provisions as the Pulumi program does: what it leaves is what the gateways read."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from deploy import wanted
from deploy.engine import Changes, EngineRefused
from deploy.progress import Event, Step
from deploy.run import Run
from runtime.aws.ecs_services import Rollout, ServiceState
from runtime.aws.errors import Absent
from runtime.bucket.records import RecordsByService, Unreadable
from runtime.bucket.release_records import History
from runtime.releases import rights
from runtime.releases.live import Live
from runtime.releases.plan import Foreseen
from runtime.releases.request import ReleaseRequest
from service_catalog import naming
from service_catalog.catalog import Catalog
from service_catalog.fingerprint import environment_fingerprint
from service_catalog.messages import Message
from service_catalog.model import Service
from service_catalog.records import (
    Contents,
    Diagnosis,
    FailedProvisioning,
    IndexEntry,
    Outcome,
    Provisioned,
    ProvisionedEnvironment,
    ProvisionedImage,
    Release,
)
from tests.record_builders import a_provisioned, a_release, an_outcome, limits

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
ECS_SERVICE = "aws:ecs/service:Service"


class ServiceIndex:
    def __init__(self, world: "World"):
        self._world = world
        self.kept: dict[str, IndexEntry] = {}

    def read(self, service: str) -> IndexEntry:
        return self.kept.get(service, IndexEntry())

    def all(self) -> RecordsByService[IndexEntry]:
        return RecordsByService(dict(self.kept), {})

    def clear_applied(self, service: str) -> None:
        if not self._world.records.exports:
            raise Absent("there is no bucket")
        self.kept[service] = self.read(service).model_copy(update={"applied": None, "is_under_way": True})
        self._world.did.append(f"clear {service}")

    def mark_failed_provisioning(self, service: str, failed: FailedProvisioning) -> None:
        self.kept[service] = self.read(service).model_copy(update={"failed_provisioning": failed})

    def mark_applied(self, service: str, fingerprint: str) -> None:
        done = {"applied": fingerprint, "is_under_way": False, "failed_provisioning": None}
        self.kept[service] = self.read(service).model_copy(update=done)
        self._world.did.append(f"mark {service}")


class Records:
    """``provisioned/``"""

    def __init__(self) -> None:
        self.exports: dict[str, Any] = {}
        self.fingerprint = ""
        self.services: dict[str, Provisioned] = {}
        self.unreadable: dict[str, Unreadable] = {}

    def environment(self) -> ProvisionedEnvironment | None:
        return ProvisionedEnvironment(fingerprint=self.fingerprint, exports=self.exports) if self.exports else None

    def read(self, service: str) -> Provisioned:
        if service in self.unreadable:
            raise self.unreadable[service]
        if service not in self.services:
            raise Absent(f"{service} is not provisioned")
        return self.services[service]

    def all(self) -> RecordsByService[Provisioned]:
        readable = {name: it for name, it in self.services.items() if name not in self.unreadable}
        return RecordsByService(readable, self.unreadable)


class EnvFiles:
    def __init__(self) -> None:
        self.saved: list[tuple[str, str, str, str]] = []

    def numbers(self, service: str, file: str) -> list[int]:
        return list(range(1, len(self._texts(service, file)) + 1))

    def read(self, service: str, file: str, version: int) -> Any:
        return SimpleNamespace(text=self._texts(service, file)[version - 1])

    def save(self, service: str, file: str, text: str, *, base: int, author: str, message: str) -> None:
        self.saved.append((service, file, text, author))

    def _texts(self, service: str, file: str) -> list[str]:
        return [it[2] for it in self.saved if it[:2] == (service, file)]


@dataclass(frozen=True)
class EcsService:
    """What ECS has: the number of the release that is live, if any, and how many tasks it wants."""

    live: int | None = None
    desired: int = 0
    outside: bool = False
    """It runs a revision of no release"""

    @property
    def is_stopped(self) -> bool:
        return self.desired == 0


class Releases:
    """Every release comes through, unless ``ending`` says otherwise."""

    def __init__(self, world: "World"):
        self._world = world
        self.made: dict[str, list[Release]] = {}
        self.wishes: list[tuple[str, ReleaseRequest, str]] = []
        self.ending = "succeeded"
        self.unseen: dict[str, str] = {}
        """How the newest release of a service ended in ECS, with nobody to write it down yet"""
        self.silent: Message | None = None
        """What is said of a release in progress that ECS shows nothing of"""
        self.looks = 0
        """How often a watcher looks until it has ended"""
        self.problems: list[str] = []
        """What a release that is only foreseen would be refused for"""
        self.misfit: set[int] = set()
        """Releases that one can no longer go back to"""
        self.foreseen: list[str] = []
        self.documents: dict[int, dict[str, Any]] = {}
        """What runs, by release, where a test says more than the image"""

    def history(self, service: str, limit: int = 20) -> History:
        return History(self.made.get(service, [])[::-1][:limit], {})

    def settle(self, service: str) -> None:
        if service in self.unseen:
            self._end(service, len(self.made[service]), self.unseen.pop(service))

    def in_progress(self, service: str) -> Release | None:
        newest = next(iter(self.history(service).releases), None)
        return newest if newest and not newest.outcome else None

    def silence(self, release: Release) -> Message | None:
        return self.silent

    def last_success(self, service: str) -> Release | None:
        return next(
            (it for it in self.history(service).releases if it.outcome and it.outcome.status == "succeeded"), None
        )

    def live(self, service: str) -> Live:
        self._world.records.read(service)
        ecs = self._world.ecs_services.service(service)
        if ecs.outside:
            return Live(revision="by-hand")
        release = self.made[service][ecs.live - 1] if ecs.live else None
        return Live(revision=release and f"revision-{release.number}", release=release)

    def foresee(self, service: Service, ran: Contents) -> Foreseen:
        self.foreseen.append(service.name)
        return Foreseen(ran.image, ran.env, self.problems, [])

    def proposal(self, service: str, request: ReleaseRequest) -> Any:
        return SimpleNamespace(problems=["port: changed"] if request.to in self.misfit else [])

    def lost(self, service: str, entry: Mapping[str, Any], before: Mapping[str, Any] | None) -> list[Message]:
        released = ((release, self.definition(release)) for release in self.history(service).releases)
        return rights.lost(released, entry, before, self._world.catalog.environment("dev"))

    def definition(self, release: Release) -> dict[str, Any]:
        container = {"name": naming.CONTAINER, "image": release.contents.image}
        return {"containerDefinitions": [container | self.documents.get(release.number, {})]}

    def release(self, service: str, request: ReleaseRequest, *, who: str, why: str) -> Release:
        self.wishes.append((service, request, why))
        record = self._world.records.read(service)
        stays = self.live(service).release or self.last_success(service)
        image = record.image.pinned or f"{record.image.repository}:{request.image}"
        if stays and not record.image.pinned and not request.image:
            image = stays.contents.image
        env = {**(stays.contents.env if stays else {}), **request.env}
        env = {
            file: env.get(file, (self._world.env_files.numbers(service, file) or [1])[-1]) for file in record.env_files
        }
        contents = {"image": image, "env": env, "definition": record.definition}
        if request.to:
            contents = vars(self.made[service][request.to - 1].contents)
        number = len(self.made.get(service, [])) + 1
        release = a_release(
            number,
            service=service,
            kind="roll-back" if request.to else "definition",
            revision=f"revision-{number}",
            tasks=record.tasks,
            who=who,
            why=why,
            when=WHEN,
            **contents,
        )
        self.made.setdefault(service, []).append(release)
        self._world.did.append(f"release {service}")
        return release

    def go_back(self, service: str, to: int) -> None:
        """Somebody rolls back in the portal, and it comes through."""
        number, old = len(self.made[service]) + 1, self.made[service][to - 1]
        changes = {"number": number, "kind": "roll-back", "revision": f"revision-{number}", "outcome": None}
        back = old.model_copy(update=changes)
        self.made[service].append(back)
        self.watch(service, number, sleep=None)

    def watch(self, service: str, number: int, *, sleep: Any) -> Outcome:
        for _ in range(self.looks):
            sleep(1)
        return self._end(service, number, self.ending)

    def _end(self, service: str, number: int, ending: Any) -> Outcome:
        outcome = an_outcome(
            ending, WHEN, reason="it crashed" if ending != "succeeded" else "", evidence=("exit code 1",)
        )
        ended = self.made[service][number - 1] = self.made[service][number - 1].model_copy(update={"outcome": outcome})
        head = self._world.service_index.read(service)
        self._world.service_index.kept[service] = head.model_copy(
            update={"last": ended, "live": ended if ending == "succeeded" else head.live}
        )
        if ending == "succeeded":
            self._world.ecs_services.ecs[service] = EcsService(number, 1)
        return outcome


@dataclass(frozen=True)
class Seen:
    """A deployment."""

    arn: str
    status: str
    reason: str = "tasks failed to start"
    created_at: datetime = WHEN


def as_ecs_says(name: str, ecs: EcsService) -> ServiceState:
    revision = "by-hand" if ecs.outside else f"revision-{ecs.live}" if ecs.live else f"x/dev_{name}_definition:1"
    rollout = Rollout(revision, True, "COMPLETED", ecs.desired, ecs.desired, 0, 0, "", WHEN)
    return ServiceState(name, ecs.desired, ecs.desired, 0, revision, (rollout,), ())


@dataclass
class EcsServices:
    """``found`` is the newest deployment, look by look; the last one stays."""

    found: list[Seen] = field(default_factory=lambda: [Seen("d/1", "SUCCESSFUL")])
    ecs: dict[str, EcsService] = field(default_factory=dict)

    def state(self, provisioned: Provisioned) -> EcsService:
        return self.service(provisioned.service)

    def states(self, provisioned: Iterable[Provisioned]) -> dict[str, ServiceState]:
        names = (it.service for it in provisioned)
        return {name: as_ecs_says(name, self.ecs[name]) for name in names if name in self.ecs}

    def newest_deployment(self, provisioned: Provisioned) -> Seen:
        return self.found.pop(0) if len(self.found) > 1 else self.found[0]

    def service(self, service: str) -> EcsService:
        if service not in self.ecs:
            raise Absent(f"ECS has no service {service}")
        return self.ecs[service]


class Logs:
    def __init__(self, world: "World"):
        self._world = world
        self.lost: set[str] = set()

    def services_with_group(self) -> set[str]:
        return {service for service in self._world.records.services if service not in self.lost}


class FailureEvidence:
    def of_rollout(self, release: Release, since: Any, ecs_reason: str) -> Diagnosis:
        return Diagnosis(
            code="health",
            sentence="Most likely: the wrong path",
            advice="Check health.path",
            evidence=("task 1: exit code 1",),
        )


class Engine:
    """A definition's ARN follows from the entry, so it changes exactly when the entry does."""

    def __init__(self, world: "World"):
        self._world = world
        self.standing: set[str] = set()
        self.failing: dict[str, str] = {}
        self.refusing: dict[str, str] = {}
        self.held: dict[str, tuple[str, ...]] = {}
        """Protected resources by stack"""
        self.service_step: dict[str, str] = {}
        """What a stack's run does to its ECS service, other than creating it."""
        self.found_gone: set[str] = set()
        """Stacks whose ECS service a refresh did not find"""
        self.at_once = 0
        self.most_at_once = 0
        self._lock = threading.Lock()

    def stacks(self) -> frozenset[str]:
        return frozenset(self.standing)

    def refresh(self, stack: str, on_step: Any) -> Changes:
        self._world.did.append(f"refresh {stack}")
        service = stack.partition(".")[2]
        if not service or service in self._world.ecs_services.ecs:
            return Changes(stack)
        self.found_gone.add(stack)
        return Changes(stack, (Step(stack, "delete", ECS_SERVICE, stack),))

    def preview(self, stack: str) -> Changes:
        return Changes(stack, (Step(stack, self._action(stack), ECS_SERVICE, stack),))

    def up(self, stack: str, on_step: Any) -> Changes:
        self._enter(f"up {stack}")
        try:
            return self._up(stack, on_step)
        finally:
            self.at_once -= 1

    def cancel(self) -> bool:
        return False

    def protected(self, stack: str) -> tuple[str, ...]:
        return self.held.get(stack, ())

    def destroy(self, stack: str, on_step: Any) -> Changes:
        self._world.did.append(f"destroy {stack}")
        if stack in self.failing:
            return Changes(stack, failures=(self.failing[stack],))
        self.standing.discard(stack)
        self._world.records.services.pop(stack.partition(".")[2], None)
        self._world.ecs_services.ecs.pop(stack.partition(".")[2], None)
        return Changes(stack, (Step(stack, "delete", ECS_SERVICE, stack),))

    def _enter(self, deed: str) -> None:
        with self._lock:
            self._world.did.append(deed)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)

    def _up(self, stack: str, on_step: Any) -> Changes:
        if stack in self.refusing:
            raise EngineRefused(self.refusing[stack])
        step = Step(stack, self._action(stack), ECS_SERVICE, stack)
        self.standing.add(stack)
        service = stack.partition(".")[2]
        if stack in self.failing:
            if step.action == "replace":
                self._world.ecs_services.ecs[service] = EcsService()
            return Changes(stack, (step,), (self.failing[stack],))
        on_step(step)
        self.found_gone.discard(stack)
        if service and step.action in ("create", "replace"):
            self._world.ecs_services.ecs[service] = EcsService()
        self._world.provision(stack)
        return Changes(stack, (step,))

    def _action(self, stack: str) -> str:
        if stack not in self.standing or stack in self.found_gone:
            return "create"
        return self.service_step.get(stack, "same")


class World:
    """``entries`` are services by name, as YAML would say them; all belong to environment ``dev``."""

    def __init__(self, directory: Path, **entries: Mapping[str, Any]):
        self.directory = directory
        self.did: list[str] = []
        self.events: list[Event] = []
        self.service_index, self.records, self.env_files = ServiceIndex(self), Records(), EnvFiles()
        self.releases, self.ecs_services, self.engine = Releases(self), EcsServices(), Engine(self)
        self.failures, self.logs = FailureEvidence(), Logs(self)
        self.write("environments", "dev", {"name": "dev", "account_id": "123456789012", "region": "eu-west-1"})
        (directory / "services").mkdir()
        for name, entry in entries.items():
            self.write_service(name, **entry)

    def write(self, kind: str, name: str, said: Mapping[str, Any]) -> None:
        (self.directory / kind).mkdir(exist_ok=True)
        (self.directory / kind / f"{name}.yaml").write_text(yaml.safe_dump(dict(said)))

    def write_service(self, name: str, **changes: Any) -> None:
        entry = {"name": name, "owner": "us", "image": {"repository": name}, "port": 80, "environments": {"dev": {}}}
        self.write("services", name, entry | changes)

    def forget_service(self, name: str) -> None:
        (self.directory / "services" / f"{name}.yaml").unlink()

    @property
    def catalog(self) -> Catalog:
        return Catalog(self.directory)

    def run(self, retry: bool = False, **options: Any) -> Run:
        """A command of its own: what was done before is forgotten."""
        self.did.clear()
        environment = self.catalog.environment("dev")
        gateways: Any = _Gateways(self)
        hear = self.events.append
        return Run(
            self.catalog, environment, self.engine, gateways, hear, "ada", retry, sleep=self.did.append, **options
        )

    def provision(self, stack: str) -> None:
        """What the Pulumi program leaves behind."""
        environment = self.catalog.environment("dev")
        service = stack.partition(".")[2]
        if not service:
            self.records.fingerprint, self.records.exports = environment_fingerprint(environment), {"vpc": "vpc-1"}
            return
        found = wanted.read(self.catalog, environment, [service])
        entry = found.services[service]
        self.records.services[service] = a_provisioned(
            service,
            definition=f"{service}-cpu{entry.compute.cpu}-{entry.image.tag}",
            tasks=limits(entry.tasks.min, entry.tasks.max or entry.tasks.min),
            image=ProvisionedImage(repository=entry.image.repository, tag=entry.image.tag),
            env_files=entry.env_files,
            fingerprint=found.fingerprints(self.records.exports)[service],
            entry=entry.model_dump(mode="json", exclude_defaults=True),
        )


class _Gateways:
    def __init__(self, world: World):
        self.service_index, self.provisioned, self.env_files = world.service_index, world.records, world.env_files
        self.releases, self.carriers, self.failures = world.releases, world.ecs_services, world.failures
        self.environment, self.logs = world.catalog.environment("dev"), world.logs

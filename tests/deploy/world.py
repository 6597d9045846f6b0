"""A small world for ``deploy``: a real catalog in a directory, the real gateways over an AWS in memory, and an engine
that provisions what the Pulumi program would."""

import json
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from deploy import wanted
from deploy.engine import Changes, EngineRefused
from deploy.progress import Event, Phase, Step
from deploy.run import Run
from service_catalog import naming
from service_catalog.catalog import Catalog
from service_catalog.fingerprint import environment_fingerprint
from service_catalog.records.releases import Release
from service_catalog.records.service_index import IndexEntry
from tests import provisioning
from tests.fake_aws import FakeAws
from tests.fake_aws.environment import Ending, FakeEnvironment

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
ECS_SERVICE = "aws:ecs/service:Service"
IMAGES = ("1.0", "2.0")


class Engine:
    """What it leaves is what the gateways read."""

    def __init__(self, world: "World"):
        self._world = world
        self.standing: set[str] = set()
        self.failing: dict[str, str] = {}
        self.refusing: dict[str, str] = {}
        self.held: dict[str, tuple[str, ...]] = {}
        """Protected resources by stack"""
        self.service_step: dict[str, str] = {}
        """What a stack's run does to its ECS service, other than creating it."""
        self.further_steps: dict[str, tuple[Step, ...]] = {}
        """What a stack's run does beside that"""
        self.found_gone: set[str] = set()
        """Stacks of which a refresh did not find something"""
        self.meanwhile: dict[str, Callable[[], object]] = {}
        """What happens elsewhere while a stack is worked on"""
        self.at_once = 0
        self.most_at_once = 0
        self._lock = threading.Lock()

    def stacks(self) -> frozenset[str]:
        return frozenset(self.standing)

    def refresh(self, stack: str, on_step: Any) -> Changes:
        self._world.did.append(f"refresh {stack}")
        service = stack.partition(".")[2]
        if not service or self._world.has(service):
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
            self.meanwhile.get(stack, lambda: None)()

    def cancel(self) -> bool:
        return False

    def protected(self, stack: str) -> tuple[str, ...]:
        return self.held.get(stack, ())

    def destroy(self, stack: str, on_step: Any) -> Changes:
        self._world.did.append(f"destroy {stack}")
        if stack in self.failing:
            return Changes(stack, failures=(self.failing[stack],))
        self.standing.discard(stack)
        if service := stack.partition(".")[2]:
            self._world.dev.provisioner.tear_down(service)
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
        if stack in self.failing:
            if step.action == "replace":
                self._world.replace_ecs_service(stack)
            return Changes(stack, (step,), (self.failing[stack],))
        on_step(step)
        self.found_gone.discard(stack)
        self._world.provision(stack, step.action)
        return Changes(stack, (step, *self.further_steps.get(stack, ())))

    def _action(self, stack: str) -> Any:
        if stack not in self.standing or stack in self.found_gone:
            return "create"
        return self.service_step.get(stack, "same")


class World:
    """``entries`` are services by name, as YAML would say them; all belong to environment ``dev``."""

    def __init__(self, directory: Path, **entries: Mapping[str, Any]):
        self.directory = directory
        self.did: list[str] = []
        """What the engine did since the last command began"""
        self.events: list[Event] = []
        self.when: dict[tuple[str, str], Callable[[], object]] = {}
        """What happens elsewhere at the moment when a command says a phase of a stack"""
        self.engine = Engine(self)
        self.exports: dict[str, Any] = {"vpc": "vpc-1"}
        self.ending: Ending = "succeeded"
        """How everything ends that ECS rolls out while a command watches"""
        self.waits = False
        """Whatever ECS rolls out waits for somebody to continue it"""
        self.lists_late = 0
        """How often a command looks in vain before ECS lists the rollout of a changed service"""
        self.write("environments", "dev", {"name": "dev", "account_id": "123456789012", "region": "eu-west-1"})
        (directory / "services").mkdir()
        for name, entry in entries.items():
            self.write_service(name, **entry)
        environment = self.catalog.environment("dev")
        self.aws = FakeAws(environment.account_id, environment.region, WHEN)
        self.dev = FakeEnvironment(self.aws, environment, stands=False)
        self._late: list[str] = []
        self._one_at_a_time = threading.Lock()

    # --- the catalog ---

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

    # --- commands ---

    def run(self, retry: bool = False, **options: Any) -> Run:
        """A command of its own: what was done before is forgotten, and nothing that others read is known."""
        self.did.clear()
        environment, options = self.catalog.environment("dev"), {"sleep": self.rest} | options
        return Run(self.catalog, environment, self.engine, self.dev.connect(), self._hear, "ada", retry, **options)

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, Phase):
            self.when.get((event.stack, event.phase), lambda: None)()

    def rest(self, seconds: float) -> None:
        """Time in which a command waits: what rolls out comes to its end."""
        with self._one_at_a_time:
            self.aws.passes(seconds=seconds)
            if self._late and self.lists_late:
                self.lists_late -= 1
                return
            while self._late:
                self.dev.roll_again(self._late.pop())
            for service in self.aws.ecs.services.values():
                if service.under_way:
                    self._end(service.name)

    def _end(self, service: str) -> None:
        if self.waits:
            self.aws.ecs.service(service).wait(self.aws.now + timedelta(hours=2))
            return
        if self.ending != "succeeded":
            self.dev.fails(service, "it crashed")
        self.dev.ends(service, self.ending)

    # --- what is there ---

    def index(self, service: str) -> IndexEntry:
        return self.dev.connect().service_index.read(service)

    def history(self, service: str) -> list[Release]:
        """Oldest first."""
        return self.dev.connect().releases.history(service).releases[::-1]

    def released(self, service: str) -> list[str]:
        """The reasons for which ``slipway up`` released it, oldest first."""
        reasons = (str(release.why) for release in self.history(service))
        return [why.removeprefix("slipway up: ") for why in reasons if why.startswith("slipway up: ")]

    def live(self, service: str) -> int | None:
        """The number of the release that is live."""
        release = self.dev.connect().releases.live(service).release
        return release.number if release else None

    def has(self, service: str) -> bool:
        """ECS has the service, and CloudWatch its log group."""
        return self.dev.has(service) and naming.log_group("dev", service) in self.aws.logs.groups

    # --- what the Pulumi program leaves behind ---

    def provision(self, stack: str, action: str = "same") -> None:
        service = stack.partition(".")[2]
        if not service:
            self._provision_environment()
            return
        says = self._wanted(service)
        if says.repository not in self.aws.ecr.repositories:
            self.dev.push(str(says.repository), *IMAGES)
        if action == "replace":
            self.replace_ecs_service(stack)
        elif not self.has(service):
            self.dev.provisioner.mend_service(service, says)
        elif action == "update":
            self._update(service)
        self.dev.provisioner.change_service(service, says)

    def replace_ecs_service(self, stack: str) -> None:
        service = stack.partition(".")[2]
        self.dev.provisioner.remake_service(service, self._wanted(service))

    def export(self, **exports: str) -> None:
        """The environment is provisioned with other exports."""
        self.exports = exports
        self._provision_environment()

    def _provision_environment(self) -> None:
        self.dev.provisioner.make_environment()
        fingerprint = environment_fingerprint(self.catalog.environment("dev"))
        record = json.dumps({"fingerprint": fingerprint, "exports": self.exports}).encode()
        key = naming.provisioned_environment_key()
        self.aws.client("s3").put_object(Bucket=self.dev.provisioner.bucket, Key=key, Body=record)

    def _wanted(self, service: str) -> provisioning.Wanted:
        environment = self.catalog.environment("dev")
        found = wanted.read(self.catalog, environment, [service])
        fingerprint = found.fingerprints(self.exports)[service]
        there = self.dev.connect().provisioned.all().readable
        groups = {name: record.found.callers_group for name, record in there.items() if record.found}
        connections = {it.name: groups.get(it.name) for it in found.called[service]}
        return provisioning.wanted(
            found.services[service], environment, fingerprint=fingerprint, connections=connections
        )

    def _update(self, service: str) -> None:
        if self.lists_late:
            self._late.append(service)
        else:
            self.dev.roll_again(service)

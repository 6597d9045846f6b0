"""A small world with the faces that ``deploy`` sees: a real catalog in a directory, an engine and gateways that
remember in dictionaries. The engine provisions as the Pulumi program does: what it leaves is what the gateways read."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from deploy import wanted
from deploy.engine import Changes, EngineRefused
from deploy.progress import Event, Step
from deploy.run import Run
from runtime.errors import Absent
from runtime.heads import Head
from runtime.provisioned import Provisioned, ProvisionedImage
from runtime.records import Bounds, Contents, Outcome, Release, Wish
from service_catalog.catalog import Catalog
from service_catalog.fingerprint import environment_fingerprint

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
ECS_SERVICE = "aws:ecs/service:Service"


class Heads:
    def __init__(self, world: "World"):
        self._world = world
        self.kept: dict[str, Head] = {}

    def read(self, service: str) -> Head:
        return self.kept.get(service, Head())

    def all(self) -> dict[str, Head]:
        return dict(self.kept)

    def clear_applied(self, service: str) -> None:
        if not self._world.records.exports:
            raise Absent("there is no bucket")
        self.kept[service] = replace(self.read(service), applied=None)
        self._world.did.append(f"clear {service}")

    def mark_applied(self, service: str, fingerprint: str) -> None:
        self.kept[service] = replace(self.read(service), applied=fingerprint)
        self._world.did.append(f"mark {service}")


class Records:
    """``provisioned/``"""

    def __init__(self) -> None:
        self.exports: dict[str, Any] = {}
        self.fingerprint = ""
        self.services: dict[str, Provisioned] = {}

    def environment(self) -> dict[str, Any] | None:
        return {"fingerprint": self.fingerprint, "exports": self.exports} if self.exports else None

    def read(self, service: str) -> Provisioned:
        return self.services[service]

    def all(self) -> dict[str, Provisioned]:
        return dict(self.services)


class EnvFiles:
    def __init__(self) -> None:
        self.saved: list[tuple[str, str, str, str]] = []

    def numbers(self, service: str, file: str) -> list[int]:
        return [number for number, it in enumerate(self.saved, 1) if it[:2] == (service, file)]

    def save(self, service: str, file: str, text: str, *, base: int, author: str, message: str) -> None:
        self.saved.append((service, file, text, author))


class Releases:
    """Every release comes through, unless ``ending`` says otherwise."""

    def __init__(self, world: "World"):
        self._world = world
        self.made: dict[str, list[Release]] = {}
        self.wishes: list[tuple[str, Wish, str]] = []
        self.ending = "succeeded"
        self.looks = 0
        """How often a watcher looks until it has ended"""

    def history(self, service: str, limit: int = 20) -> list[Release]:
        return self.made.get(service, [])[::-1][:limit]

    def settle(self, service: str) -> None:
        return None

    def release(self, service: str, wish: Wish, *, who: str, why: str) -> Release:
        self.wishes.append((service, wish, why))
        record = self._world.records.read(service)
        live = self._world.heads.read(service).live
        image = record.image.pinned or (live.contents.image if live else f"{record.image.repository}:{wish.image}")
        contents = Contents(image, wish.env, record.definition)
        number = len(self.made.get(service, [])) + 1
        release = Release(number, service, "definition", contents, "", record.tasks, None, who, why, WHEN, "token")
        self.made.setdefault(service, []).append(release)
        self._world.did.append(f"release {service}")
        return release

    def go_back(self, service: str, to: int) -> None:
        """Somebody rolls back in the portal, and it comes through."""
        number, old = len(self.made[service]) + 1, self.made[service][to - 1]
        self.made[service].append(replace(old, number=number, kind="roll-back", outcome=None))
        self.watch(service, number, sleep=None)

    def watch(self, service: str, number: int, *, sleep: Any) -> Outcome:
        for _ in range(self.looks):
            sleep(1)
        outcome = Outcome(self.ending, WHEN, "it crashed" if self.ending != "succeeded" else "", ("exit code 1",))
        ended = replace(self.made[service][number - 1], outcome=outcome)
        self.made[service][number - 1] = ended
        live = ended if self.ending == "succeeded" else self._world.heads.read(service).live
        self._world.heads.kept[service] = replace(self._world.heads.read(service), last=ended, live=live)
        return outcome


@dataclass(frozen=True)
class Seen:
    """A deployment."""

    arn: str
    status: str
    reason: str = "tasks failed to start"


@dataclass
class Deployments:
    """``found`` is the newest deployment, look by look; the last one stays."""

    found: list[Seen] = field(default_factory=lambda: [Seen("d/1", "SUCCESSFUL")])

    def history(self, service: str, limit: int) -> list[Seen]:
        return [self.found.pop(0) if len(self.found) > 1 else self.found[0]]


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
        self.at_once = 0
        self.most_at_once = 0
        self._lock = threading.Lock()

    def stacks(self) -> frozenset[str]:
        return frozenset(self.standing)

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
            return Changes(stack, (step,), (self.failing[stack],))
        on_step(step)
        self._world.provision(stack)
        return Changes(stack, (step,))

    def _action(self, stack: str) -> str:
        return self.service_step.get(stack, "same") if stack in self.standing else "create"


class World:
    """``entries`` are services by name, as YAML would say them; all belong to environment ``dev``."""

    def __init__(self, directory: Path, **entries: Mapping[str, Any]):
        self.directory = directory
        self.did: list[str] = []
        self.events: list[Event] = []
        self.heads, self.records, self.env_files = Heads(self), Records(), EnvFiles()
        self.releases, self.deployments, self.engine = Releases(self), Deployments(), Engine(self)
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

    def run(self, retry: bool = False) -> Run:
        """A command of its own: what was done before is forgotten."""
        self.did.clear()
        environment = self.catalog.environment("dev")
        gateways: Any = _Gateways(self)
        hear = self.events.append
        return Run(self.catalog, environment, self.engine, gateways, hear, "ada", retry, sleep=self.did.append)

    def provision(self, stack: str) -> None:
        """What the Pulumi program leaves behind."""
        environment = self.catalog.environment("dev")
        service = stack.partition(".")[2]
        if not service:
            self.records.fingerprint, self.records.exports = environment_fingerprint(environment), {"vpc": "vpc-1"}
            return
        found = wanted.read(self.catalog, environment, [service])
        entry = found.services[service]
        self.records.services[service] = Provisioned(
            service=service,
            definition=f"{service}-cpu{entry.compute.cpu}-{entry.image.tag}",
            execution_role="",
            task_role="",
            tasks=Bounds(entry.tasks.min, entry.tasks.max or entry.tasks.min),
            image=ProvisionedImage(entry.image.repository, entry.image.tag),
            env_files=entry.env_files,
            url=None,
            routed=None,
            fingerprint=found.fingerprints(self.records.exports)[service],
            entry=entry.model_dump(mode="json", exclude_defaults=True),
        )


class _Gateways:
    def __init__(self, world: World):
        self.heads, self.provisioned, self.env_files = world.heads, world.records, world.env_files
        self.releases, self.deployments = world.releases, world.deployments

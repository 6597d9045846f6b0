"""A whole platform in a directory: a catalog of its own, a running local cloud, and the doors that people use."""

import re
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

import service_catalog
from cli import connection
from cli.embedded_engine import LocalEngine, access
from cli.local_platform import seeds
from cli.local_platform.addresses import local_url
from deploy.engine import Changes
from deploy.results import Result
from deploy.run import Run
from deploy.up import up
from local_cloud.aws.cloud import Cloud
from local_cloud.cloud import LocalCloud
from runtime.gateways import Gateways
from runtime.releases.request import ReleaseRequest
from service_catalog import naming
from service_catalog.catalog import DIRECTORY_VARIABLE, Catalog
from service_catalog.records.releases import Outcome

SAMPLES = Path(service_catalog.__file__).parent
GALLERY = SAMPLES / "examples"


def copy_catalog(directory: Path, *services: str, source: Path = SAMPLES) -> Catalog:
    """Without names all of its services."""
    for folder in ("services", "environments"):
        shutil.copytree(source / folder, directory / folder)
    for entry in (directory / "services").iterdir():
        if services and entry.stem not in services:
            entry.unlink()
        elif services:
            entry.write_text(_alone(entry.read_text(), services))
    catalog = Catalog(directory)
    catalog.update_lock()
    return catalog


def _alone(text: str, services: Collection[str]) -> str:
    """An entry whose releases wait for nobody, and which calls nobody who is not there."""
    if "payments" not in services:
        text = text.replace("connects_to: [payments]", "connects_to: []")
    return re.sub(r"^ +deployment: \{[^\n]*approval: \{\}.*\n", "", text, flags=re.MULTILINE)


@dataclass(frozen=True)
class Platform:
    catalog: Catalog
    cloud: LocalCloud
    engine: LocalEngine
    gateways: Gateways

    @classmethod
    def over(cls, catalog: Catalog, cloud: LocalCloud) -> "Platform":
        environment = catalog.environment(naming.LOCAL)
        gateways = connection.gateways(environment, cloud.state)
        return cls(catalog, cloud, LocalEngine(cloud, environment.region), gateways)

    @property
    def aws(self) -> Cloud:
        region = self.gateways.environment.region
        return Cloud(access(self.cloud, region), region)

    # --- what people do ---

    def seed(self) -> None:
        """What the catalog leaves to others: the values of secrets, and texts for the samples' env files."""
        services = self.catalog.services(naming.LOCAL)
        seeds.seed_secrets(self.aws, services)
        for (service, file), text in seeds.SAMPLE_ENV.items():
            if service in {found.name for found in services}:
                self.save_env(service, text, file)

    def up(self, *services: str, retry: bool = False) -> dict[str, Result]:
        run = replace(self._run(), retry=retry)
        return {result.stack: result for result in up(run, services, lambda items: True)}

    def save_env(self, service: str, text: str, file: str = "app") -> int:
        """The number of the version it became."""
        newest = self.gateways.env_files.newest(service, file)
        base = newest.number if newest else 0
        return self.gateways.env_files.save(service, file, text, base=base, author="yui", message="as said").number

    def newest_env(self, service: str, file: str = "app") -> str:
        newest = self.gateways.env_files.newest(service, file)
        assert newest is not None
        assert newest.text is not None
        return newest.text

    def release(self, service: str, **request: Any) -> Outcome:
        begun = self.gateways.releases.release(service, ReleaseRequest(**request), who="yui", why="because")
        return self.gateways.releases.watch(service, begun.number, sleep=self._run().sleep)

    def first_release(self, service: str) -> Outcome:
        files = self.catalog.service(service, naming.LOCAL).env_files
        env = {file: self.gateways.env_files.numbers(service, file)[-1] for file in files}
        return self.release(service, image="1.0.0", env=env)

    def first_releases(self) -> None:
        """Of all, as they were edited: locked, provisioned and released."""
        self.catalog.update_lock()
        assert [it.ended for it in self.up().values() if it.status == "failed"] == []
        self.seed()
        ends = {name: self.first_release(name) for name in self.catalog.service_names(naming.LOCAL)}
        assert {name: str(it.reason) for name, it in ends.items() if it.status != "succeeded"} == {}

    def declare(self, **fields: Any) -> "Platform":
        """The same with more in the environment's file."""
        path = self.catalog.directory / "environments" / f"{naming.LOCAL}.yaml"
        path.write_text(path.read_text() + yaml.safe_dump(fields))
        return Platform.over(self.catalog, self.cloud)

    def edit(self, service: str, change: Callable[[dict[str, Any]], None]) -> None:
        """Changes an entry as a person would, in its file."""
        path = self.catalog.directory / "services" / f"{service}.yaml"
        entry = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
        change(entry)
        path.write_text(yaml.safe_dump(entry, sort_keys=False))

    # --- what they see ---

    def previews(self, stacks: Sequence[str] = ()) -> dict[str, dict[str, int]]:
        """What an `up` would change, stack by stack; unchanged stacks are left out."""
        found = {stack: self.engine.preview(stack) for stack in stacks or sorted(self.engine.stacks())}
        return {stack: changes.counts for stack, changes in found.items() if changes.counts or not changes.ok}

    def refresh(self) -> list[Changes]:
        return [self.engine.refresh(stack, lambda step: None) for stack in sorted(self.engine.stacks())]

    def url(self, service: str, *, testers: bool = False) -> str:
        """Where this machine reaches it; where its testers do."""
        reach = self.gateways.provisioned.read(service).reach
        assert reach
        url = reach.test_url if testers else reach.url
        return local_url(self.cloud, self.catalog.service(service, naming.LOCAL), url, self.gateways)

    def service(self, service: str) -> dict[str, Any]:
        """As ECS describes it."""
        cluster = naming.cluster(naming.LOCAL)
        [found] = self.aws.call("ecs", "describe_services", cluster=cluster, services=[service])["services"]
        return found

    def runs(self, service: str) -> dict[str, Any]:
        """The task definition that ECS's service names now, as its tasks start from it."""
        definition = self.service(service)["taskDefinition"]
        return self.aws.call("ecs", "describe_task_definition", taskDefinition=definition)["taskDefinition"]

    def _run(self) -> Run:
        environment = self.gateways.environment
        sleep = connection.pace(environment.name)
        return Run(self.catalog, environment, self.engine, self.gateways, lambda event: None, "yui", sleep=sleep)


@contextmanager
def empty_platform(
    directory: Path, *services: str, source: Path = SAMPLES, minute_seconds: float = 60
) -> Iterator[Platform]:
    """Nothing is provisioned yet. Without names it has all samples."""
    catalog = copy_catalog(directory / "catalog", *services, source=source)
    cloud = LocalCloud(directory / "state", measure_seconds=1, minute_seconds=minute_seconds)
    cloud.start()
    try:
        with pytest.MonkeyPatch.context() as variables:
            # The program finds its catalog as it does under `pulumi up`.
            variables.setenv(DIRECTORY_VARIABLE, str(catalog.directory))
            yield Platform.over(catalog, cloud)
    finally:
        cloud.stop()

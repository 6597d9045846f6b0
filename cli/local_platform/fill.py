"""``python -m cli.local_platform.fill SETTINGS``, a child of `slipway local up`: provisions, seeds and releases what
the cloud shall show. It may die at any point, and the next start goes on where it stopped."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from cli import connection
from cli.embedded_engine import LocalEngine, access
from cli.errors import HELD_BACK
from cli.local_platform import FILLED, seeds
from cli.screen import Screen, screen_for
from deploy.progress import Event, Phase
from deploy.results import Result, exit_code
from deploy.run import Run, counted
from deploy.up import up
from local_cloud.aws.cloud import Cloud
from local_cloud.cloud import LocalCloud
from local_cloud.emulators import lifeline
from runtime.aws.errors import Absent, GatewayError, Invalid
from runtime.gateways import Gateways
from service_catalog import naming
from service_catalog.catalog import Catalog
from service_catalog.model import Service
from service_catalog.problems import CatalogError
from service_catalog.records.releases import Release

_LOOKED_AT = 10
"""Newest releases of a service, at each start"""


def fill(state: Path, catalog: Catalog, screen: Screen) -> int:
    """An exit code."""
    environment = catalog.environment(naming.LOCAL)
    services = catalog.services(environment.name)
    gateways = connection.gateways(environment, state)
    engine = LocalEngine(LocalCloud(state), environment.region)
    mend(engine, gateways)
    for line in forgotten(gateways, services):
        click.echo(line)
    seeds.seed_secrets(Cloud(access(LocalCloud(state), environment.region), environment.region), services)
    with suppress(Absent):  # before the first start there is no bucket to keep them in
        seeds.seed_env_files(gateways, services)

    def hear(event: Event) -> None:
        """`up` begins with the services once this returns."""
        screen.hear(event)
        if isinstance(event, Phase) and (event.stack, event.phase) == (environment.name, "provisioned"):
            with suppress(GatewayError):  # then the environment failed, which is told by itself
                seeds.seed_env_files(gateways, services)

    run = Run(catalog, environment, engine, gateways, hear, seeds.AUTHOR, sleep=connection.pace(environment.name))
    if _is_first(state, gateways, services):
        run = with_first_releases(run, services)
    with screen:
        results = up(run, (), lambda items: False)
    screen.show(results, exit_code(results))
    code = how_it_ended(results)
    if code in (0, HELD_BACK):
        (state / FILLED).touch()
    return code


def how_it_ended(results: Sequence[Result]) -> int:
    """Nothing went wrong where services are only held back, or wait for somebody: what ran of them runs on."""
    left = {result.status for result in results if result.is_bad or result.status == "awaits-approval"}
    return HELD_BACK if left and left <= {"held-back", "awaits-approval"} else exit_code(results)


def _is_first(state: Path, gateways: Gateways, services: Sequence[Service]) -> bool:
    """Later it is for people to release what they registered; but for a cloud that forgot all."""
    if not (state / FILLED).exists():
        return True
    with suppress(Absent):  # then the bucket is forgotten as well
        return not any(gateways.releases.history(it.name, limit=1).releases for it in services)
    return True


def with_first_releases(run: Run, services: Sequence[Service]) -> Run:
    """Also of those that somebody's own `slipway up` provisioned meanwhile: it marked them as applied, all that it was
    to do, and no run looks at such a service again."""
    with suppress(Absent):  # before the first start there is no bucket
        index = run.gateways.service_index.all().readable
        for name in {service.name for service in services} & index.keys():
            if index[name].applied and not index[name].last:
                run.gateways.service_index.clear_applied(name)
    return replace(run, first_release=partial(seeds.first_release, run.gateways))


def mend(engine: LocalEngine, gateways: Gateways) -> None:
    """An emulator that was killed may have forgotten the last seconds, or all. Then the state is read anew from what is
    there, and every stack is run again, whatever its fingerprints say."""
    lost = engine.lost()
    if not lost:
        return
    click.echo(f"{lost}: reading anew what is there")
    for stack in sorted(engine.stacks()):
        changes = engine.refresh(stack, lambda step: None)
        click.echo(f"{stack}: refreshed ({counted(changes)})")
    with suppress(Absent):  # then the service index is gone as well
        for name in gateways.service_index.all().readable:
            gateways.service_index.clear_applied(name)
    engine.trust()


def forgotten(gateways: Gateways, services: Sequence[Service]) -> Iterator[str]:
    """Releases whose revisions the cloud lost, or gave to others, one line each. Nothing can bring them back: an older
    emulator wrote records at once and its memory later. Going back to one is refused."""
    for service in services:
        with suppress(Absent):
            for release in gateways.releases.history(service.name, _LOOKED_AT).releases:
                yield from (f"{service.name}: {problem}" for problem in _unlike(gateways, release))


def _unlike(gateways: Gateways, release: Release) -> list[str]:
    try:
        return gateways.releases.unlike(release)
    except Invalid:
        return [f"release {release.number}: the cloud has forgotten its revision, so it cannot be gone back to"]


def main() -> None:
    lifeline.hold()
    said = json.loads(sys.argv[1])
    try:
        code = fill(Path(said["state"]), Catalog.at(said["catalog"]), screen_for("text"))
    except (CatalogError, GatewayError) as error:
        click.echo(f"slipway: {error}", err=True)
        code = 1
    raise SystemExit(code)


if __name__ == "__main__":
    main()

"""Evaluating the Pulumi program for many services: by our components, by the bare SDK, and as one hand-written stack.

All run on the recording engine of the tests, each as the script that an engine starts. The bare SDK makes the same
resources, provider, reference to the environment's stack and components too, of the same inputs as literals: it is
spared what a program reads and decides.
The hand-written stack makes those of all services at once, by one provider and without components, as most teams do.
Neither ends as our program does, which lets the SDK await registrations one after the other; so that this hides nothing
of what components cost, the bare SDK is measured with that ending, too.
"""

import asyncio
import importlib
import os
import re
import runpy
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

import infra
from benchmarks import company
from benchmarks.rounds import Ratio, by_turns
from local_cloud.engine.collector import at_rest
from service_catalog.catalog import DIRECTORY_VARIABLE
from tests.infra.recorder import Made, Recorder
from tests.infra.test_exports import WRITTEN

SERVICES = 100
_PROVIDER = "pulumi:providers:aws"


@dataclass
class Noting(Recorder):
    """Of the components too, which a program makes beside what AWS has."""

    components: list[tuple[str, str]] = field(default_factory=list)
    """Type and name"""

    def RegisterResource(self, request: Any) -> Any:
        if not request.custom and request.type.startswith("slipway:"):
            self.components.append((request.type, request.name))
        return super().RegisterResource(request)


def measure() -> list[Ratio]:
    with tempfile.TemporaryDirectory() as directory:
        company.write_catalog(Path(directory), SERVICES).update_lock()
        os.environ[DIRECTORY_VARIABLE] = directory
        seen = {name: _evaluated(name) for name in company.names(SERVICES)}
        everything = [made for noted in seen.values() for made in noted.made]
        resources = [made for made in everything if made.type != _PROVIDER or made is everything[0]]

        def by_components() -> None:
            for name in seen:
                with at_rest():  # as the engines of ours do around each program
                    _evaluated(name)

        def by_the_bare_sdk(at_its_end: Callable[[], None] = lambda: None) -> None:
            for noted in seen.values():
                with at_rest():
                    _by_hand(noted.made, noted.components, at_its_end)

        cases = {
            "components": by_components,
            "bare": by_the_bare_sdk,
            "bare, ended alike": lambda: by_the_bare_sdk(_begin_registrations),
            "one stack": lambda: _by_hand(resources),
        }
        seconds = by_turns(cases, rounds=3, warm_up=1)
        del os.environ[DIRECTORY_VARIABLE]
    said = f"{seconds['components']:.1f} s for {SERVICES} services of {len(everything) / SERVICES:.0f} resources"
    return [
        Ratio("our components / the bare SDK", seconds["components"] / seconds["bare"], "at most 1.25", said),
        Ratio("… that ends as ours does", seconds["components"] / seconds["bare, ended alike"], "at most 1.25"),
        Ratio("our stacks / one hand-written stack", seconds["components"] / seconds["one stack"], "at most 0.75"),
    ]


def _evaluated(service: str) -> Noting:
    engine = Noting(stack_outputs=WRITTEN.as_mapping())
    program = str(Path(infra.__file__).parent)
    engine.run(lambda: runpy.run_path(program, run_name="__main__"), f"local.{service}")
    engine.made = [made for made in engine.made if made.type.startswith(("aws:", _PROVIDER))]
    return engine


def _begin_registrations() -> None:
    """As ``infra/__main__.py``"""

    async def begin() -> None:
        await asyncio.sleep(0)

    pulumi.run(begin)


def _by_hand(
    resources: Iterable[Made],
    components: Iterable[tuple[str, str]] = (),
    at_its_end: Callable[[], None] = lambda: None,
) -> None:
    """What waits for what is the same, too: one resource's inputs come from another's outputs."""

    def program() -> None:
        if components:
            pulumi.StackReference("organization/slipway/local")
        for token, name in components:
            pulumi.ComponentResource(token, name).register_outputs({})
        made: dict[str, pulumi.Resource] = {}
        provider: aws.Provider | None = None
        for number, it in enumerate(resources):
            arguments = {_snake(name): value for name, value in it.inputs.items()}
            if it.type == _PROVIDER:
                provider = aws.Provider(it.name, **arguments)
                continue
            after = [made[name] for name in it.depends_on if name in made]
            options = pulumi.ResourceOptions(depends_on=after, provider=provider)
            made[f"{it.type}::{it.name}"] = _class_of(it.type)(f"{it.name}-{number}", **arguments, opts=options)
        at_its_end()

    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write("program()")
        script.flush()
        Recorder().run(lambda: runpy.run_path(script.name, {"program": program}, run_name="__main__"))


def _class_of(token: str) -> Any:
    """``aws:ecs/taskDefinition:TaskDefinition``."""
    _, module, name = token.split(":")
    return getattr(importlib.import_module(f"pulumi_aws.{module.partition('/')[0]}"), name)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()

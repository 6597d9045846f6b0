"""Both engines carry out the same steps: what they tell ``deploy`` is the same, to the word.

The embedded one runs them here. The real one ran them once (`pulumi` 3.272 with ``--event-log``, over the same program
and the same cloud, which ``local_cloud.provider_server`` served to it); without values, its logs are in engine_runs.
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cli.embedded_engine import EmbeddedEngine
from deploy.engine import Changes, Engine, OnStep
from deploy.pulumi_engine import PulumiEngine
from local_cloud.engine import Backend, Program
from tests.local_cloud.engine.fake_cloud import FakeCloud
from tests.local_cloud.engine.resources import Group, Provider, Thing, opts

HERE = Path(__file__).parent


def shop(**disk: Any) -> Callable[[], None]:
    """Two things; the steps change the one that stands in a group."""

    def program() -> None:
        provider = Provider()
        network = Thing("network", opts(provider))
        group = Group("orders")
        Thing("disk", opts(provider, parent=group, depends_on=[network]), **disk)
        group.register_outputs({})  # else Pulumi does not tell that it is done

    return program


def with_a_broken_neighbour() -> None:
    shop(color="red", size=2)()
    Thing("address", opts(Provider("second")), broken=True)


def of_one_broken_thing() -> None:
    Thing("address", opts(Provider()), broken=True)


def in_error() -> None:
    raise ValueError("the environment wants 4")


STEPS: Mapping[str, tuple[str, Program]] = {
    "preview_of_all": ("preview", shop(color="red")),
    "create": ("up", shop(color="red")),
    "nothing": ("up", shop(color="red")),
    "update": ("up", shop(color="red", size=1)),
    "failed_create": ("up", with_a_broken_neighbour),
    "clean_up": ("up", shop(color="red", size=2)),
    "failed_create_while_others_leave": ("up", of_one_broken_thing),
    "refused_input": ("up", shop(color="red", size="huge")),
    "failed_replacement": ("up", shop(color="red", broken=True)),
    "preview_of_a_replacement": ("preview", shop(color="blue", size=2)),
    "replacement": ("up", shop(color="blue", size=2)),
    "program_error": ("up", in_error),
    "refresh": ("refresh", shop(color="blue", size=2)),
    "destroy": ("destroy", shop()),
    "create_again": ("up", shop(stuck=True)),
    "failed_delete": ("up", lambda: None),
    "failed_destroy": ("destroy", shop()),
}
"""In the order in which they were carried out"""


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Changes]:
    place = tmp_path_factory.mktemp("embedded")
    backend, cloud = Backend(place / "state", "trial"), FakeCloud(place / "cloud.json")
    return {name: carried_out(EmbeddedEngine(program, backend, cloud), what) for name, (what, program) in STEPS.items()}


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Changes]:
    stub = tmp_path / "pulumi"
    stub.write_text(f'#!/bin/sh\nexec {sys.executable} {HERE / "recorded_pulumi.py"} "$@"\n')
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    def again(name: str) -> Changes:
        monkeypatch.setenv("RECORDED_RUN", str(HERE / "engine_runs" / f"{name}.jsonl"))
        return carried_out(PulumiEngine(tmp_path), STEPS[name][0])

    return again


def carried_out(engine: Engine, what: str) -> Changes:
    if what == "preview":
        return engine.preview("dev")
    work: Callable[[str, OnStep], Changes] = getattr(engine, what)
    return work("dev", lambda step: None)


def steps(changes: Changes) -> list[tuple[str, str, str, str, tuple[str, ...], str]]:
    """What is done side by side has no order."""
    told = [step for step in changes.steps if step.action not in ("same", "read")]
    return sorted((it.action, it.type, _plain(it.name), it.state, it.changed, it.reason) for it in told)


def without_place(failure: str) -> str:
    """The recording's program stood in another file."""
    return re.sub(r" \(\w+\.py:\d+\)$", " (…)", failure)


def _plain(name: str) -> str:
    return "the stack" if name in ("trial-dev", "dev") else name


@pytest.mark.parametrize("name", STEPS)
def test_both_engines_tell_the_same(name, embedded, recorded) -> None:
    ours, theirs = embedded[name], recorded(name)

    assert (ours.counts, ours.refused) == (theirs.counts, theirs.refused)
    assert [without_place(it) for it in ours.failures] == [without_place(it) for it in theirs.failures]
    assert steps(ours) == steps(theirs)

"""What `pulumi` would find, without a `pulumi`: the real engine's questions about every record of every stack, put to
the provider process by the same protocol. That the engine asks so is not proved here but in ``test_cli``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_cloud import engine
from local_cloud.cloud import PASSPHRASE
from local_cloud.engine import paths, urns
from local_cloud.engine.provider import Properties
from local_cloud.engine.state import Resource
from service_catalog import naming
from tests.e2e.platform import Platform
from tests.real_engine.attached import VERSION, Attached, attached
from tests.real_engine.integrity import MEMBERS, complaints, records_of

PROGRAM = Path(__file__).parents[2] / "infra"
SERVICE = "local.orders-api"


@pytest.fixture(scope="module")
def provider(provider_port: int) -> Iterator[Attached]:
    with attached(provider_port) as asking:
        yield asking


@pytest.fixture(scope="module")
def backend(platform: Platform) -> engine.Backend:
    return engine.Backend(platform.cloud.state / "pulumi", naming.PROJECT, passphrase=PASSPHRASE)


def records(backend: engine.Backend) -> list[tuple[Resource, Properties]]:
    """Everything in the cloud, with the settings of its provider."""
    found: list[tuple[Resource, Properties]] = []
    for stack in backend.stacks():
        live = {resource.urn: resource for resource in backend.checkpoint(stack).live()}
        for resource in live.values():
            if resource.custom and not resource.external and not urns.is_provider(resource.type):
                inputs = live[urns.of_reference(resource.provider)].inputs
                settings = {key: value for key, value in inputs.items() if key not in ("__internal", "version")}
                found.append((resource, settings))
    return found


def as_the_program_gives_them(inputs: Properties) -> dict[str, Any]:
    """Without the names that the provider made up."""
    made_up = {"__defaults", *inputs.get("__defaults", ())}
    return {name: value for name, value in inputs.items() if name not in made_up}


def previews(backend: engine.Backend, provider: Attached) -> dict[str, engine.Result]:
    """Of the stacks that would not stay as they are."""
    found = {
        stack: engine.run(PROGRAM, stack=stack, backend=backend, provider=provider, preview=True)
        for stack in backend.stacks()
    }
    return {stack: result for stack, result in found.items() if result.changes or not result.ok}


def up(backend: engine.Backend, provider: Attached) -> list[tuple[str, str, str]]:
    events: list[engine.Event] = []
    result = engine.run(PROGRAM, stack=SERVICE, backend=backend, provider=provider, on_event=events.append)
    assert result.failures == []
    done = [event for event in events if event.state == "done" and event.action not in ("same", "read")]
    return sorted((event.action, event.type, event.reason) for event in done)


def test_the_real_engine_would_open_the_state_of_every_stack(backend: engine.Backend) -> None:
    files = sorted((backend.directory / ".pulumi" / "stacks" / naming.PROJECT).glob("*.json"))

    assert len(files) == len(backend.stacks()) > 1
    states = [records_of(file.read_text()) for file in files]
    assert [complaint for state in states for complaint in complaints(state)] == []
    assert {member for state in states for record in state for member in record} <= MEMBERS


def test_the_state_says_which_provider_made_it(backend: engine.Backend) -> None:
    providers = [
        resource
        for stack in backend.stacks()
        for resource in backend.checkpoint(stack).live()
        if resource.type == "pulumi:providers:aws"
    ]

    assert {resource.inputs["version"] for resource in providers} == {VERSION}
    assert [resource.inputs["__internal"] for resource in providers] == [{}] * len(backend.stacks())


def test_what_a_service_reads_of_its_environment_stands_as_the_real_engine_writes_it(backend: engine.Backend) -> None:
    live = backend.checkpoint(SERVICE).live()
    [reference] = [resource for resource in live if resource.type == urns.STACK_REFERENCE_TYPE]
    [built_in] = [resource for resource in live if resource.type == "pulumi:providers:pulumi"]
    exports = backend.outputs(naming.LOCAL)

    assert (reference.external, reference.id) == (True, "organization/slipway/local")
    assert reference.inputs == {"name": reference.id}
    assert reference.outputs == {"name": reference.id, "outputs": exports, "secretOutputNames": []}
    assert reference.provider == f"{built_in.urn}::{built_in.id}"
    assert built_in.urn == f"urn:pulumi:{SERVICE}::slipway::pulumi:providers:pulumi::default"
    assert (built_in.parent, built_in.inputs) == ("", {})


def test_checked_again_every_record_has_the_inputs_it_has(backend: engine.Backend, provider: Attached) -> None:
    other = [
        (resource.urn, checked, resource.inputs)
        for resource, settings in records(backend)
        for given in [as_the_program_gives_them(resource.inputs)]
        for checked in [provider.check(resource.type, urns.name_of(resource.urn), resource.inputs, given, settings)]
        if checked != resource.inputs
    ]

    assert other == []


def test_no_record_differs_from_itself(backend: engine.Backend, provider: Attached) -> None:
    changes = {
        resource.urn: change
        for resource, settings in records(backend)
        for change in [provider.diff(resource.type, resource.id, resource.inputs, resource.inputs, settings)]
        if change.changed or change.replace
    }

    assert changes == {}


def test_a_refresh_finds_every_record_as_it_is(backend: engine.Backend, provider: Attached) -> None:
    """Releases change what the program ignores, and only that."""
    moved = []
    for resource, settings in records(backend):
        found = provider.read(resource.type, resource.id, resource.inputs, settings)
        assert found is not None, resource.urn
        assert found.id == resource.id
        ignored = resource.ignore_changes
        known = paths.restored(resource.inputs, found.inputs, ignored)
        change = provider.diff(resource.type, found.id, found.inputs, known, settings)
        outputs = paths.restored(resource.outputs, found.outputs, ignored)
        if change.changed or known != found.inputs or outputs != found.outputs:
            moved.append((resource.urn, sorted(change.changed), known, found))

    assert moved == []


def test_a_resource_known_by_its_id_alone_is_found(backend: engine.Backend, provider: Attached) -> None:
    """As `pulumi import` and `.get` ask."""
    [(vpc, settings)] = [each for each in records(backend) if each[0].type == "aws:ec2/vpc:Vpc"]

    found = provider.read(vpc.type, vpc.id, {}, settings)

    assert found is not None
    assert found.inputs["cidrBlock"] == vpc.inputs["cidrBlock"]
    assert provider.read(vpc.type, "vpc-none", {}, settings) is None


def test_every_stack_previews_as_it_is(backend: engine.Backend, provider: Attached) -> None:
    assert previews(backend, provider) == {}


def test_a_changed_service_is_brought_about_refreshed_and_destroyed(platform, backend, provider) -> None:
    platform.edit("orders-api", lambda entry: entry.update(port=8081))

    steps = up(backend, provider)

    because_of = {type: reason for action, type, reason in steps if action == "replace"}
    assert because_of["aws:ecs/service:Service"] == "because of tags"  # the port is in one
    assert because_of["aws:appautoscaling/target:Target"] == "because of resourceId"
    assert "aws:appautoscaling/policy:Policy" in because_of
    assert previews(backend, provider) == {}
    assert platform.previews() == {}

    refreshed = engine.refresh(stack=SERVICE, backend=backend, provider=provider)
    assert (refreshed.failures, refreshed.changes) == ([], 0)
    assert platform.previews() == {}

    destroyed = engine.destroy(stack=SERVICE, backend=backend, provider=provider)
    assert (destroyed.failures, set(destroyed.counts)) == ([], {"delete"})
    found = platform.aws.call(
        "ecs", "describe_services", cluster=naming.cluster(naming.LOCAL), services=["orders-api"]
    )["services"]
    assert [service["status"] for service in found if service["status"] != "INACTIVE"] == []

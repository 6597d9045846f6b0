"""Every type, from check to gone, on both emulators. What neither proves: limits and timing of the real AWS."""

from typing import Any

import pytest

from local_cloud.aws import AwsProvider
from local_cloud.aws.kind import DEFAULTED
from tests.local_cloud.aws.lives import LIVES, on_each_emulator
from tests.local_cloud.aws.lives.life import Life
from tests.local_cloud.aws.world import SETTINGS, World


def holds(told: Any, asked: Any) -> bool:
    """AWS may know more of what was asked for."""
    return told.items() >= asked.items() if isinstance(asked, dict) else bool(told == asked)


@on_each_emulator(LIVES)
def test_a_type_is_made_read_changed_and_deleted(provider: AwsProvider, life: Life, request: pytest.FixtureRequest):
    emulator = request.node.callspec.params["provider"]
    with World(provider) as world:
        id, inputs, outputs = world.create(life.type, life.inputs)

        again = provider.check(life.type, "thing", inputs, world.fill(life.inputs), SETTINGS)
        assert provider.diff(life.type, id, inputs, again, SETTINGS).changed == frozenset()
        found = provider.read(life.type, id, inputs, SETTINGS)
        assert found is not None
        assert found.inputs == inputs
        assert {prop for prop in life.outputs if not outputs.get(prop)} == set()
        assert {prop: found.outputs.get(prop) for prop in life.outputs} == {
            prop: outputs[prop] for prop in life.outputs
        }

        for prop in life.replace:
            change = provider.diff(life.type, id, inputs, {**inputs, prop: life.replace[prop]}, SETTINGS)
            assert change.replace == {prop}

        new = {**world.fill(life.inputs), **world.fill(life.update)}
        wanted = provider.check(life.type, "thing", inputs, new, SETTINGS)
        change = provider.diff(life.type, id, inputs, wanted, SETTINGS)
        assert change.changed - {"tagsAll"} == set(life.update)
        assert change.replace == frozenset()
        changed = provider.update(life.type, id, inputs, outputs, wanted, SETTINGS)
        assert {
            prop for prop, value in wanted.items() if prop != DEFAULTED and not holds(changed[prop], value)
        } == set()
        found = provider.read(life.type, id, wanted, SETTINGS)
        assert found is not None
        assert found.inputs == wanted

        provider.delete(life.type, id, wanted, changed, SETTINGS)
        assert (provider.read(life.type, id, wanted, SETTINGS) is None) != (emulator in life.stays_on)
        provider.delete(life.type, id, wanted, changed, SETTINGS)

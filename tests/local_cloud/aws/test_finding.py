"""What an interrupted create has made is found again, so that it is not made twice."""

from dataclasses import replace

from local_cloud.aws import AwsProvider
from local_cloud.aws.kinds import KINDS
from tests.local_cloud.aws.lives import LIVES, on_each_emulator
from tests.local_cloud.aws.lives.life import Life
from tests.local_cloud.aws.world import SETTINGS, World

NOT_FOUND = {"aws:ecs/taskDefinition:TaskDefinition"}
"""One revision more hurts nobody, and nothing tells it from the others."""


@on_each_emulator(replace(life, not_on=(*life.not_on, "moto")) for life in LIVES if life.type not in NOT_FOUND)
def test_what_these_inputs_would_have_made_is_found(life: Life, provider: AwsProvider):
    with World(provider) as world:
        id, inputs, _ = world.create(life.type, life.inputs)

        found = provider.find(life.type, inputs, SETTINGS)

        assert found is not None
        assert found.id == id
        assert found.inputs.items() <= inputs.items()


@on_each_emulator(life for life in LIVES if life.type not in NOT_FOUND)
def test_what_is_found_is_finished_by_an_update(life: Life, provider: AwsProvider):
    with World(provider) as world:
        id, inputs, _ = world.create(life.type, life.inputs)
        found = provider.find(life.type, inputs, SETTINGS)
        assert found is not None

        assert provider.diff(life.type, id, found.inputs, inputs, SETTINGS).replace == frozenset()
        provider.update(life.type, id, found.inputs, found.outputs, inputs, SETTINGS)

        read = provider.read(life.type, id, inputs, SETTINGS)
        assert read is not None
        assert read.inputs == inputs


def test_nothing_is_found_where_nothing_was_made(ministack: AwsProvider):
    assert ministack.find("aws:iam/role:Role", {"name": "nobody"}, SETTINGS) is None
    assert ministack.find("aws:ecs/cluster:Cluster", {"name": "nobody"}, SETTINGS) is None
    assert ministack.find("aws:ec2/vpc:Vpc", {"cidrBlock": "10.99.0.0/16", "tags": {"Name": "n"}}, SETTINGS) is None


def test_of_two_that_look_alike_none_is_taken(ministack: AwsProvider):
    inputs = {"domain": "vpc", "tags": {"Name": "twin"}}
    with World(ministack) as world:
        world.create("aws:ec2/eip:Eip", inputs)
        world.create("aws:ec2/eip:Eip", inputs)

        assert ministack.find("aws:ec2/eip:Eip", inputs, SETTINGS) is None


def test_of_two_scaling_policies_of_one_service_each_is_itself(ministack: AwsProvider):
    lives = [life for life in LIVES if life.type == "aws:appautoscaling/policy:Policy"]
    with World(ministack) as world:
        made = [world.create(life.type, life.inputs) for life in lives]
        assert len({outputs["arn"] for _, _, outputs in made}) == len(lives) > 1


def test_every_type_can_be_found_but_those_that_nothing_tells_apart():
    assert {token for token, kind in KINDS.items() if kind.find is None and "{" not in kind.id} == NOT_FOUND

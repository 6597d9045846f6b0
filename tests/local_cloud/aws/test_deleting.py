import pytest

from local_cloud.aws import AwsProvider
from local_cloud.engine.provider import ProviderError
from tests.local_cloud.aws import emulators
from tests.local_cloud.aws.lives.documents import containers
from tests.local_cloud.aws.world import SETTINGS, World

BUCKET = "aws:s3/bucket:Bucket"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"
DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"


def full_bucket(world: World, name: str, force: bool) -> tuple[str, dict[str, object], dict[str, object]]:
    """With two versions of one object."""
    made = world.create(BUCKET, {"bucket": name, "forceDestroy": force})
    world.provider.create(VERSIONING, {"bucket": name, "versioningConfiguration": {"status": "Enabled"}}, SETTINGS)
    for content in ("1", "2"):
        world.provider.create(OBJECT, {"bucket": name, "key": "a", "content": content}, SETTINGS)
    return made


def test_a_full_bucket_stays_unless_it_is_to_be_emptied(provider: AwsProvider):
    with World(provider) as world:
        id, inputs, outputs = full_bucket(world, "kept-with-content", force=False)

        with pytest.raises(ProviderError, match="BucketNotEmpty"):
            provider.delete(BUCKET, id, inputs, outputs, SETTINGS)

        provider.delete(BUCKET, id, {**inputs, "forceDestroy": True}, outputs, SETTINGS)
        assert provider.read(BUCKET, id, inputs, SETTINGS) is None


def test_an_object_goes_with_all_its_versions(provider: AwsProvider):
    with World(provider) as world:
        full_bucket(world, "of-versions", force=True)
        inputs = {"bucket": "of-versions", "key": "a", "content": "2"}

        provider.delete(OBJECT, "a", inputs, {}, SETTINGS)
        provider.delete(BUCKET, "of-versions", {"bucket": "of-versions"}, {}, SETTINGS)

        assert provider.read(BUCKET, "of-versions", {}, SETTINGS) is None


def test_a_service_with_tasks_is_drained_first(ministack: AwsProvider):
    with World(ministack) as world:
        _, service, outputs = world.create(
            "aws:ecs/service:Service",
            {"name": "busy", "cluster": "$cluster.id", "taskDefinition": "$definition.arn", "desiredCount": 2},
        )

        ministack.delete("aws:ecs/service:Service", outputs["arn"], service, outputs, SETTINGS)

        assert ministack.read("aws:ecs/service:Service", outputs["arn"], service, SETTINGS) is None


def test_a_replaced_definition_stays_with_skip_destroy(provider: AwsProvider):
    inputs = {"family": "kept", "containerDefinitions": containers("app:1"), "skipDestroy": True}
    made = provider.create(DEFINITION, inputs, SETTINGS)

    provider.delete(DEFINITION, made.id, inputs, made.outputs, SETTINGS)

    assert provider.read(DEFINITION, made.id, inputs, SETTINGS) is not None


def test_every_change_of_a_definition_is_a_revision(provider: AwsProvider):
    inputs = {"family": "revised", "containerDefinitions": containers("app:1")}

    first = provider.create(DEFINITION, inputs, SETTINGS)
    second = provider.create(DEFINITION, {**inputs, "containerDefinitions": containers("app:2")}, SETTINGS)

    assert (first.outputs["revision"], second.outputs["revision"]) == (1, 2)
    assert second.outputs["arn"] == f"{second.outputs['arnWithoutRevision']}:2"


def test_what_is_in_use_is_tried_again_until_it_is_free(moto_address: str):
    with World(AwsProvider(emulators.access(moto_address))) as world:
        id, inputs, outputs = world.create("aws:ec2/vpc:Vpc", {"cidrBlock": "10.77.0.0/16"})
        subnet = world.create("aws:ec2/subnet:Subnet", {"vpcId": id, "cidrBlock": "10.77.1.0/24"})
        waits: list[float] = []

        def freed(seconds: float) -> None:
            waits.append(seconds)
            world.provider.delete("aws:ec2/subnet:Subnet", *subnet, SETTINGS)

        AwsProvider(emulators.access(moto_address), sleep=freed).delete(
            "aws:ec2/vpc:Vpc", id, inputs, outputs, SETTINGS
        )

        assert waits == [0.1]

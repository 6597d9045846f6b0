"""`pulumi import` knows an id and nothing else; what it finds is not replaced by the next up."""

import pytest

from local_cloud.aws import AwsProvider
from tests.local_cloud.aws.lives import LIVES
from tests.local_cloud.aws.lives.life import Life
from tests.local_cloud.aws.world import SETTINGS, World

SERVICE = "aws:ecs/service:Service"
NOT_BY_ID = {
    "aws:s3/bucketObject:BucketObject",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:appautoscaling/target:Target",
    "aws:appautoscaling/policy:Policy",
    "aws:appautoscaling/scheduledAction:ScheduledAction",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:kms/alias:Alias",
    "aws:lambda/permission:Permission",
    "aws:lb/listenerCertificate:ListenerCertificate",
    "aws:wafv2/webAcl:WebAcl",
    SERVICE,
    "aws:apigatewayv2/apiMapping:ApiMapping",
    *(f"aws:apigatewayv2/{name.lower()}:{name}" for name in ("Authorizer", "Integration", "Route", "Stage")),
}
"""Whose id does not say enough, here as with the real provider; of services and parts of an API see below."""
IMPORTED = [life for life in LIVES if life.type not in NOT_BY_ID and "ministack" not in life.not_on]


@pytest.mark.parametrize("life", IMPORTED, ids=lambda life: life.type.rpartition(":")[2])
def test_what_was_imported_is_not_replaced(life: Life, ministack: AwsProvider):
    with World(ministack) as world:
        id, inputs, _ = world.create(life.type, life.inputs)
        imported = ministack.read(life.type, id, {}, SETTINGS)

        assert imported is not None
        assert imported.id == id
        change = ministack.diff(life.type, id, imported.inputs, inputs, SETTINGS)
        wanted = {prop for prop in change.replace if prop in imported.inputs}
        assert wanted == set()


def test_a_role_is_taken_in_without_its_path(ministack: AwsProvider):
    inputs = {"name": "imported", "assumeRolePolicy": "{}"}
    with World(ministack) as world:
        id, inputs, _ = world.create("aws:iam/role:Role", inputs)
        imported = ministack.read("aws:iam/role:Role", id, {}, SETTINGS)
        assert imported is not None
        assert imported.inputs["path"] == "/"
        change = ministack.diff("aws:iam/role:Role", id, imported.inputs, inputs, SETTINGS)
        assert change.replace == frozenset()


@pytest.mark.parametrize("form", ["{arn}", "{cluster}/{name}"])
def test_a_service_is_imported_by_cluster_and_name(ministack: AwsProvider, form: str):
    wanted = {"name": "imported", "cluster": "$cluster.id", "taskDefinition": "$definition.arn", "desiredCount": 0}
    with World(ministack) as world:
        arn, _, _ = world.create(SERVICE, wanted)
        name = form.format(arn=arn, cluster=arn.split("/")[1], name="imported")

        imported = ministack.read(SERVICE, name, {}, SETTINGS)

        assert imported is not None
        assert imported.id == arn
        assert imported.inputs["name"] == "imported"


def test_a_part_of_an_api_is_imported_by_the_api_and_its_own_id(ministack: AwsProvider):
    route = {"apiId": "$api.id", "routeKey": "ANY /imported"}
    with World(ministack) as world:
        id, inputs, _ = world.create("aws:apigatewayv2/route:Route", route)

        imported = ministack.read("aws:apigatewayv2/route:Route", f"{inputs['apiId']}/{id}", {}, SETTINGS)

        assert imported is not None
        assert imported.id == id
        assert imported.inputs["routeKey"] == "ANY /imported"

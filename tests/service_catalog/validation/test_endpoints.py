import pytest

from service_catalog.validation.environment_checks import environment_faults
from service_catalog.validation.in_environment import in_environment
from tests.builders import a_service, a_worker, an_environment
from tests.service_catalog.validation.said import said

ALONE = ("s3", "ecr", "logs")
"""Just what any task needs to start"""
OUT_OF_REACH = "is out of reach in dev, which has no NAT and no endpoint"


def cut_off(*further: str, **changes):
    return an_environment(network={"nat": "none", "endpoints": [*ALONE, *further]}, **changes)


def test_tasks_that_reach_nothing_but_endpoints_have_those_they_start_with():
    [fault] = environment_faults(an_environment(network={"nat": "none", "endpoints": ["sqs", "ecr"]}))
    assert fault.path == ("network", "endpoints")
    assert str(fault.message).startswith("lacks s3, logs: without a NAT tasks reach nothing but endpoints")


@pytest.mark.parametrize(
    "network",
    [
        {"nat": "none", "endpoints": []},
        {"nat": "none"},
        {"nat": "single", "endpoints": ["sqs"]},
        {"nat": "none", "endpoints": ALONE},
    ],
)
def test_whoever_has_another_way_or_all_of_them_is_left_alone(network):
    assert environment_faults(an_environment(network=network)) == []


def test_an_endpoint_is_listed_once_and_known_by_name():
    twice = an_environment(network={"endpoints": ["s3", "sqs", "sqs"]})
    china = an_environment(region="cn-north-1", network={"endpoints": ["s3", "sqs", "ecr", "sns"]})
    assert said(environment_faults(twice)) == ["network.endpoints[2]: is listed twice"]
    assert said(environment_faults(china)) == ["network.endpoints[3]: cannot be had in aws-cn"]


@pytest.mark.parametrize(
    ("asks", "path", "endpoints"),
    [
        ({"secrets": {"A": {"ssm": "/a"}}}, "secrets.A", ["ssm"]),
        ({"secrets": {"A": {"secretsmanager": "a"}}}, "secrets.A", ["secretsmanager"]),
        ({"exec": True}, "exec", ["ssmmessages", "kms"]),
        ({"permissions": [{"topic": "orders"}]}, "permissions[0].topic", ["sns"]),
        ({"permissions": [{"table": "orders"}]}, "permissions[0].table", ["dynamodb"]),
    ],
)
def test_what_a_service_uses_is_told_when_no_endpoint_leads_there(asks, path, endpoints):
    service = a_service(**asks)
    assert said(in_environment(service, cut_off())) == [f"{path}: {OUT_OF_REACH} {it}" for it in endpoints]
    assert in_environment(service, cut_off(*endpoints)) == []
    assert in_environment(service, an_environment()) == []


def test_a_queue_is_out_of_reach_without_its_endpoint():
    [fault] = in_environment(a_worker(queue={}), cut_off())
    assert said([fault]) == [f"queue: {OUT_OF_REACH} sqs"]
    assert str(fault.hint) == "add sqs to network.endpoints in environments/dev.yaml"


@pytest.mark.parametrize(
    ("asks", "path"),
    [
        ({"image": {"repository": "public.ecr.aws/nginx/nginx"}}, "image"),
        ({"image": {"repository": "123456789012.dkr.ecr.us-east-1.amazonaws.com/orders"}}, "image"),
        ({"sidecars": [{"preset": "otel"}]}, "sidecars[0]"),
        ({"logs": {"routes": [{"name": "errors", "when": {"level": "ERROR"}}]}}, "logs"),
    ],
)
def test_images_of_other_registries_are_out_of_reach(asks, path):
    [told] = said(in_environment(a_service(**asks), cut_off()))
    assert told.startswith(f"{path}: needs an image of ")
    assert told.endswith("tasks of dev reach ECR of their own region alone")


@pytest.mark.parametrize("network", ["awsvpc", "bridge"])
def test_instances_are_not_let_run_without_a_nat(network):
    ec2 = {"ec2": {"instance_types": ["m7i.large"], "max": 2}}
    service = a_service(compute={"capacity": "ec2", "network": network})
    assert said(in_environment(service, cut_off(capacity=ec2))) == [
        "compute.capacity: gives its tasks no way out of dev, which has no NAT"
    ]

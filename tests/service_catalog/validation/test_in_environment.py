import pytest

from service_catalog.validation.in_environment import in_environment, warnings_in_environment
from tests.builders import a_job, a_provider, a_service, a_worker, an_environment
from tests.service_catalog.validation.said import said

CHINESE_SECRET = "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:app-AbCdEf"
KEY = "arn:aws:kms:{}:123456789012:key/1234abcd"
REGISTRY = "123456789012.dkr.ecr.{}"
DOMAIN = {
    "name": "dev.example.com",
    "certificate_arn": "arn:aws:acm:ap-northeast-1:123456789012:certificate/1",
}
NO_WAY = "is in the partition {}, which dev (in {}) cannot reach"


@pytest.mark.parametrize(
    ("changes", "where", "fault"),
    [
        (
            {"secrets": {"A": {"secretsmanager": CHINESE_SECRET}}},
            {},
            f"secrets.A.secretsmanager: {NO_WAY.format('aws-cn', 'aws')}",
        ),
        (
            {"permissions": [{"bucket": "content", "key_arn": KEY.format("eu-west-1")}]},
            {"region": "us-gov-west-1"},
            f"permissions[0].key_arn: {NO_WAY.format('aws', 'aws-us-gov')}",
        ),
        (
            {"image": {"repository": f"{REGISTRY.format('ap-northeast-1.amazonaws.com')}/x"}},
            {"region": "cn-north-1"},
            f"image.repository: {NO_WAY.format('aws', 'aws-cn')}",
        ),
        (
            {"logs": {"routes": [{"name": "a", "when": {"x": "1"}, "to": "s3"}]}},
            {},
            "logs.routes[0].to: dev has no bucket for log lines",
        ),
        (
            {"logs": {"routes": [{"name": "a", "when": {"x": "1"}, "to": "s3", "bucket": "slipway-dev-123456789012"}]}},
            {},
            "logs.routes[0].bucket: is where Slipway keeps env files and releases of dev",
        ),
        (
            {"secrets": {"A": {"ssm": "/a", "key_arn": KEY.format("eu-west-1")}}},
            {},
            "secrets.A.key_arn: is a key in eu-west-1, and the secret is in ap-northeast-1",
        ),
        (
            {"permissions": [{"queue": "mail", "key_arn": KEY.format("eu-west-1")}]},
            {},
            "permissions[0].key_arn: is a key in eu-west-1; queues and tables of dev take keys in ap-northeast-1 only",
        ),
        (
            {"permissions": [{"bucket": "slipway-dev-123456789012", "access": "write"}]},
            {},
            "permissions[0].bucket: is where Slipway keeps env files and releases of dev",
        ),
        (
            {"exposure": {"audience": "public", "protocol": "grpc"}},
            {},
            "exposure.protocol: needs HTTPS, and the public load balancer of dev speaks HTTP",
        ),
        (
            {"exposure": {"audience": "internal", "sign_in": {"provider": "staff"}}},
            {"sign_in": {"staff": a_provider()}},
            "exposure.sign_in: goes with `audience: public` only: the internal load balancer asks no identity provider",
        ),
        (
            {"exposure": {"audience": "public", "rules": [{"host": "API.example.com"}]}},
            {"api": {"domain": {"name": "api.example.com", "certificate_arn": DOMAIN["certificate_arn"]}}},
            "exposure.rules[0].host: is api.domain.name of dev, which leads elsewhere",
        ),
        (
            {"exposure": {"audience": "public", "sign_in": {"provider": "staf"}}},
            {"sign_in": {"staff": a_provider()}, "domain": DOMAIN},
            "exposure.sign_in.provider: is no provider of dev: 'staf'",
        ),
        (
            {"exposure": {"audience": "public", "sign_in": {"provider": "staff"}}},
            {"sign_in": {"staff": a_provider()}},
            "exposure.sign_in: needs HTTPS, and the public load balancer of dev speaks HTTP",
        ),
        (
            {"exposure": {"audience": "internal", "protocol": "http2"}},
            {},
            "exposure.protocol: needs HTTPS, and the internal load balancer of dev speaks HTTP",
        ),
        (
            {"tasks": {"min": 2, "max": 60}},
            {"network": {"cidr": "10.20.0.0/24"}},
            "tasks.max: is more than dev has addresses for: its subnets hold 54 tasks, got 60",
        ),
        (
            {"tasks": {"min": 900}},
            {"network": {"cidr": "10.20.0.0/21", "zones": 3}},
            "tasks.min: is more than dev has addresses for: its subnets hold 753 tasks, got 900",
        ),
        (
            {"image": {"repository": "x" * 165}},
            {},
            "image.repository: is too long in dev: with registry and tag 256 characters, ECS takes 255",
        ),
        (
            {"image": {"repository": f"ghcr.io/{'x' * 240}", "tag": "1.10.100"}},
            {},
            "image.repository: is too long in dev: with registry and tag 257 characters, ECS takes 255",
        ),
        (
            {"environment": {"A": '"' * 30_000}},
            {},
            "environment: is too long in dev: settings, secrets and commands come to 58 KB as JSON; "
            "a task definition has room for 58 KB",
        ),
        (
            {"secrets": {f"A{i}": {"ssm": f"/shared/{'x' * 60}/{i:03}"} for i in range(75)}},
            {},
            "secrets: holds too many for dev: 75 make a policy of about 10900 characters; IAM takes 10240 in a role",
        ),
        (
            {"secrets": {f"A{i}": {"ssm": f"/prod/orders-api/{'x' * 51}/{i:03}"} for i in range(75)}},
            {},
            "secrets: holds too many for dev: 75 make a policy of about 10900 characters; IAM takes 10240 in a role",
        ),
        (
            {"permissions": [{"table": f"table-{'x' * 20}-{i:03}"} for i in range(60)]},
            {},
            "permissions: holds too many for dev: 60 make a policy of about 13060 characters; "
            "IAM takes 10240 in a role",
        ),
    ],
)
def test_what_an_environment_cannot_give_is_told(changes, where, fault):
    assert said(in_environment(a_service(**changes), an_environment(**where))) == [fault]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({}, {}),
        ({"secrets": {f"A{i}": {"ssm": f"/dev/orders-api/{'x' * 60}/{i:03}"} for i in range(130)}}, {}),
        ({"secrets": {"A": {"secretsmanager": CHINESE_SECRET}}}, {"region": "cn-north-1"}),
        (
            {"image": {"repository": f"{REGISTRY.format('cn-north-1.amazonaws.com.cn')}/x"}},
            {"region": "cn-northwest-1"},
        ),
        ({"image": {"repository": f"ghcr.io/{'x' * 200}"}}, {}),
        ({"image": {"repository": "x" * 164}}, {}),
        ({"permissions": [{"bucket": "content", "key_arn": KEY.format("eu-west-1")}]}, {}),
        ({"permissions": [{"bucket": "slipway-prod-123456789012"}]}, {}),
        ({"tasks": {"min": 2, "max": 54}}, {"network": {"cidr": "10.20.0.0/24"}}),
    ],
)
def test_what_an_environment_can_give_is_let_be(changes, where):
    assert said(in_environment(a_service(**changes), an_environment(**where))) == []


@pytest.mark.parametrize(
    ("region", "fault"),
    [
        ("eu-west-1", "is a key in eu-west-1; queues and tables of dev take keys in ap-northeast-1 only"),
        ("ap-northeast-1", None),
    ],
)
def test_the_key_of_a_queue_is_one_of_its_own_region(region, fault):
    worker = a_worker(queue={"key_arn": KEY.format(region)})
    assert said(in_environment(worker, an_environment())) == ([f"queue.key_arn: {fault}"] if fault else [])


def test_the_key_of_a_queue_is_one_of_the_environments_partition():
    worker = a_worker(queue={"key_arn": KEY.format("cn-north-1").replace("arn:aws:", "arn:aws-cn:")})
    partition, _region = said(in_environment(worker, an_environment()))
    assert partition == f"queue.key_arn: {NO_WAY.format('aws-cn', 'aws')}"


def test_each_copy_of_a_run_takes_an_address():
    small = an_environment(network={"cidr": "10.20.0.0/24"})
    told = "run.copies: is more than dev has addresses for: its subnets hold 54 tasks, got 55"
    assert said(in_environment(a_job(run={"copies": 55}), small)) == [told]
    assert said(in_environment(a_job(run={"copies": 54}), small)) == []


DOMAIN = {
    "name": "dev.example.com",
    "certificate_arn": "arn:aws:acm:ap-northeast-1:123456789012:certificate/1234567890",
}


@pytest.mark.parametrize(
    ("changes", "where", "warnings"),
    [
        ({}, {}, ["exposure.audience: is reached over plain HTTP in dev"]),
        ({}, {"name": "local", "account_id": "000000000000"}, []),
        ({}, {"domain": DOMAIN}, []),
        ({"exposure": {"audience": "internal"}}, {}, []),
        ({"exposure": {"audience": "public", "host": "api.dev.example.com"}}, {"domain": DOMAIN}, []),
        ({"exposure": {"audience": "public", "host": "api.example.com"}}, {"domain": DOMAIN}, []),
        (
            {"exposure": {"audience": "public", "host": "shop.example.org"}},
            {"domain": DOMAIN},
            ["exposure.host: is not below dev.example.com, so the certificate of dev must name it too"],
        ),
        (
            {"exposure": {"audience": "public", "rules": [{"paths": ["/x"]}, {"host": "shop.example.org"}]}},
            {"domain": DOMAIN},
            ["exposure.rules[1].host: is not below dev.example.com, so the certificate of dev must name it too"],
        ),
        (
            {
                "exposure": None,
                "secrets": {
                    "A": {"secretsmanager": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:app-AbCdEf"},
                    "B": {"ssm": "arn:aws:ssm:ap-northeast-1:999999999999:parameter/shared/token"},
                    "C": {"ssm": "arn:aws:ssm:ap-northeast-1:123456789012:parameter/shared/token"},
                },
            },
            {},
            [
                "secrets.A.secretsmanager: is in eu-west-1, and dev is not",
                "secrets.B.ssm: is in account 999999999999, and dev is not",
            ],
        ),
    ],
)
def test_what_is_allowed_and_hardly_meant_is_a_warning(changes, where, warnings):
    assert said(warnings_in_environment(a_service(**changes), an_environment(**where))) == warnings


def test_a_hint_names_the_environment_s_field():
    [fault] = in_environment(a_service(tasks={"min": 60}), an_environment(network={"cidr": "10.20.0.0/24"}))
    assert fault.hint == "environments/dev.yaml says network.cidr: 10.20.0.0/24"

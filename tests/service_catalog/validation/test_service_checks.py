import pytest

from service_catalog.validation.service_checks import service_faults
from tests.builders import a_job, a_service, a_worker
from tests.service_catalog.validation.said import said


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": "audit"}, "name: must not be 'audit', which is reserved"),
        ({"name": "com1"}, "name: must not be 'com1', which is reserved"),
        ({"name": "sg-orders"}, "name: must not begin with sg-"),
        (
            {"image": {"repository": "x", "tag": "1", "digest": f"sha256:{'0' * 64}"}},
            "image.digest: cannot be combined with image.tag",
        ),
        (
            {"image": {"repository": "hub.docker.com/r/bitnami/redis"}},
            "image.repository: is the address of a web page, not of a registry",
        ),
        ({"health": {"command": ["wget", "x"]}}, "health.command: must begin with CMD or CMD-SHELL, then the command"),
        ({"health": {"command": ["CMD"]}}, "health.command: must begin with CMD or CMD-SHELL, then the command"),
        ({"tasks": {"min": 3, "max": 2}}, "tasks.max: must be at least tasks.min (3), got 2"),
        (
            {"image": {"repository": "ghcr.io/shop/orders", "existing": True}},
            "image.existing: means nothing beside a repository that names its registry: none is ever made there",
        ),
        (
            {"sidecars": [{"name": "proxy", "image": {"repository": "proxy", "tag": "1", "existing": True}}]},
            "sidecars[0].image.existing: means nothing here: no repository is made for a sidecar",
        ),
        (
            {"tasks": {"min": 2}, "scaling": {"cpu_percent": 60}},
            "scaling.cpu_percent: has no effect: tasks.max equals tasks.min",
        ),
        (
            {"exposure": None, "alarms": {"unhealthy_targets": 1}},
            "alarms.unhealthy_targets: needs `exposure`: there are no targets without",
        ),
        (
            {"exposure": {"host": "a.example.com", "paths": ["/a", "/b", "/c", "/d", "/e"]}},
            "exposure.paths: holds 6 hosts, paths, addresses and header values; one rule takes 5",
        ),
        (
            {"exposure": {"host": "*.example.com", "paths": ["/*/*", "/?/*?"]}},
            "exposure.paths: holds 6 wildcards; one rule takes 5",
        ),
        ({"exposure": {"paths": ["/a", "/a"]}}, "exposure.paths[1]: is listed twice"),
        (
            {"exposure": {"paths": ["/a", "/b"], "source_ips": ["10.0.0.0/8"], "headers": {"X-A": ["1", "2", "3"]}}},
            "exposure.paths: holds 6 hosts, paths, addresses and header values; one rule takes 5",
        ),
        (
            {"exposure": {"source_ips": ["10.0.0.1/8"]}},
            "exposure.source_ips[0]: must begin at its first address, got '10.0.0.1/8'",
        ),
        (
            {"exposure": {"source_ips": ["300.0.0.0/8"]}},
            "exposure.source_ips[0]: must be addresses like 203.0.113.0/24 or 2001:db8::/32, got '300.0.0.0/8'",
        ),
        ({"exposure": {"headers": {"Host": ["a.example.com"]}}}, "exposure.headers.Host: is asked for by `host`"),
        (
            {"exposure": {"sticky": {"cookie": "AWSALB"}}},
            "exposure.sticky.cookie: must not begin with AWSALB, which the load balancer keeps for its own",
        ),
        (
            {"exposure": {"paths": ["/a"], "rules": [{"paths": ["/b", "/b"]}, {"paths": ["/a"]}]}},
            ["exposure.rules[0].paths[1]: is listed twice", "exposure.rules[1]: is listed twice"],
        ),
        (
            {"exposure": {"sign_in": {"provider": "staff"}}, "deployment": {"strategy": "blue-green"}},
            "exposure.sign_in: cannot stand beside deployment.strategy: blue-green: ECS owns its rule",
        ),
        (
            {"exposure": {"protocol": "grpc", "sign_in": {"provider": "staff"}}, "health": {}},
            "exposure.sign_in: means nothing beside protocol: grpc",
        ),
        (
            {"health": {"codes": "0"}},
            "health.codes: must be status codes from 200 to 499, like 200, 200-299 or 200,404, got 0",
        ),
        (
            {"exposure": {"protocol": "grpc"}, "health": {"path": "/a.Health/Check", "codes": "200"}},
            "health.codes: must be status codes of gRPC, 0 to 99, got 200",
        ),
        (
            {"exposure": {"protocol": "grpc"}, "health": {"path": "/healthz"}},
            "health.path: must be a method of gRPC, like /grpc.health.v1.Health/Check, got '/healthz'",
        ),
        ({"exposure": {"host": "localhost"}}, "exposure.host: must end in a domain like .com, got 'localhost'"),
        (
            {"environment": {"AWS_EXECUTION_ENV": "x"}},
            "environment.AWS_EXECUTION_ENV: is set by ECS itself",
        ),
        (
            {"secrets": {"ECS_AGENT_URI": {"ssm": "x"}}},
            "secrets.ECS_AGENT_URI: is set by ECS itself",
        ),
        ({"environment": {"A": "1"}, "secrets": {"A": {"ssm": "x"}}}, "secrets.A: is in `environment` too"),
        ({"secrets": {"A": {}}}, "secrets.A: must name one of ssm and secretsmanager"),
        ({"secrets": {"A": {"ssm": "x", "secretsmanager": "x"}}}, "secrets.A: must name one of ssm and secretsmanager"),
        (
            {"secrets": {"A": {"secretsmanager": "orders/db-secret"}}},
            "secrets.A.secretsmanager: must not end in a hyphen and six letters or digits, "
            "which Secrets Manager takes for its own ending",
        ),
        ({"secrets": {"A": {"ssm": "x", "key": "k"}}}, "secrets.A.key: goes with secretsmanager only"),
        (
            {"secrets": {"A": {"secretsmanager": "a", "stage": "AWSPREVIOUS", "version": "1"}}},
            "secrets.A.version: cannot be combined with `stage`",
        ),
        ({"secrets": {"A": {"ssm": "x", "stage": "s"}}}, "secrets.A.stage: goes with secretsmanager only"),
        ({"secrets": {"A": {"ssm": "a/b"}}}, "secrets.A.ssm: must be a full path, got 'a/b'"),
        ({"secrets": {"A": {"ssm": "/orders/"}}}, "secrets.A.ssm: must be a full path, got '/orders/'"),
        ({"secrets": {"A": {"ssm": "/a" * 16}}}, "secrets.A.ssm: has 16 levels; SSM takes 15"),
        ({"env_files": ["app", "app"]}, "env_files[1]: is listed twice"),
        ({"sensitive_env_files": ["app", "app"]}, "sensitive_env_files[1]: is listed twice"),
        ({"sensitive_env_files": ["other"]}, "sensitive_env_files[0]: other is not among `env_files`"),
    ],
)
def test_fields_of_a_service_that_contradict_each_other_are_told(changes, fault):
    assert said(service_faults(a_service(**changes))) == ([fault] if isinstance(fault, str) else fault)


@pytest.mark.parametrize(("copies", "attempts", "most"), [(1000, 4, 750), (301, 10, 300)])
def test_a_run_has_no_more_copies_than_step_functions_keeps_track_of(copies, attempts, most):
    told = f"run.copies: must be at most {most} with {attempts} attempts at each, got {copies}"
    assert said(service_faults(a_job(run={"copies": copies, "attempts": attempts}))) == [told]
    assert said(service_faults(a_job(run={"copies": most, "attempts": attempts}))) == []
    assert said(service_faults(a_job(run={"copies": 1000, "attempts": 3}))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"exposure": None},
        {"tasks": {"min": 2, "max": 2}},
        {"tasks": {"min": 2}, "deployment": {"maximum_percent": 150}},
        {"tasks": {"min": 2}, "deployment": {"maximum_percent": 100, "minimum_healthy_percent": 50}},
        {"image": {"repository": "registry:5000/team/x", "tag": "1"}},
        {"secrets": {"A": {"ssm": "/a/b"}, "B": {"ssm": "b"}, "C": {"secretsmanager": "a/b", "key": "k"}}},
        {"exposure": {"host": "*.example.com", "paths": ["/a", "/b", "/c", "/d"]}},
        {
            "exposure": {
                "host": "a.example.com",
                "source_ips": ["10.0.0.0/8", "::1/128"],
                "headers": {"X-A": ["1", "2"]},
            }
        },
        {"exposure": {"protocol": "grpc"}, "health": {"path": "/grpc.health.v1.Health/Check", "codes": "0-99"}},
        {"secrets": {"A": {"ssm": "/a" * 15}, "B": {"secretsmanager": "rds!cluster-0a1b", "stage": "AWSPREVIOUS"}}},
        {
            "secrets": {
                "A": {"secretsmanager": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:app-config-AbCdEf"},
                "B": {"ssm": "arn:aws:ssm:eu-west-1:123456789012:parameter/shared/token"},
            }
        },
    ],
)
def test_fields_of_a_service_that_go_together_are_let_be(changes):
    assert said(service_faults(a_service(**changes))) == []


def test_a_retired_secret_leaves_its_name_to_a_setting():
    moved = {"environment": {"A": "1"}, "secrets": {"A": {"ssm": "x", "retired": True}}}
    assert said(service_faults(a_service(**moved))) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"environment": {"QUEUE_URL": "x"}}, ["environment.QUEUE_URL: is set by `queue` already"]),
        ({"secrets": {"QUEUE_URL": {"ssm": "x"}}}, ["secrets.QUEUE_URL: is set by `queue` already"]),
        ({"secrets": {"QUEUE_URL": {"ssm": "x", "retired": True}}}, []),
        ({"environment": {"QUEUE_URL": "x"}, "queue": None, "scaling": {}, "tasks": {}}, []),
    ],
)
def test_a_variable_that_a_feature_sets_is_nobody_elses(changes, told):
    assert said(service_faults(a_worker(**changes))) == told

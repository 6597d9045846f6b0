"""An entry to begin with: what is taken over, and that all else is told."""

import json

import pytest

from service_catalog.problems import CatalogError
from service_catalog.start_from import SOURCES

COMPOSE = """\
services:
  shop:
    image: acme/shop:1.4
    ports: ["80:8080", "9090:9090"]
    environment:
      LOG_LEVEL: info
      DEBUG: yes
      DB_PASSWORD: hunter2hunter2
    command: bin/server --port "8080"
    working_dir: /app
    stop_grace_period: 1m30s
    env_file: .env
    restart: always
    deploy:
      replicas: 2
      resources: { limits: { cpus: "0.4", memory: 1G } }
  db:
    image: postgres
volumes: { data: {} }
"""
SECRET = "arn:aws:secretsmanager:eu-west-1:1:secret"
DEFINITION = {
    "taskDefinition": {
        "family": "shop",
        "revision": 12,
        "cpu": "256",
        "memory": "0.5 GB",
        "executionRoleArn": "arn:aws:iam::1:role/x",
        "runtimePlatform": {"cpuArchitecture": "ARM64"},
        "containerDefinitions": [
            {
                "name": "shop",
                "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:ab",
                "essential": True,
                "portMappings": [{"containerPort": 8080}],
                "environment": [{"name": "LOG_LEVEL", "value": "info"}],
                "secrets": [
                    {
                        "name": "STRIPE",
                        "valueFrom": f"{SECRET}:shop/stripe-AbCdEf:key::",
                    },
                    {"name": "DB", "valueFrom": "arn:aws:ssm:eu-west-1:1:parameter/shop/db"},
                ],
                "logConfiguration": {"logDriver": "awslogs"},
                "linuxParameters": {"sharedMemorySize": 64},
                "mountPoints": [],
            },
            {"name": "agent", "image": "agent", "essential": False},
        ],
    }
}


def test_a_compose_file_gives_the_service_that_publishes_a_port():
    start = SOURCES["compose"](COMPOSE)

    assert start.entry == {
        "name": "shop",
        "image": {"repository": "acme/shop"},
        "port": 8080,
        "exposure": {"paths": []},
        "environment": {"LOG_LEVEL": "info", "DEBUG": "yes"},
        "command": ["bin/server", "--port", "8080"],
        "working_directory": "/app",
        "stop_seconds": 90,
        "tasks": {"min": 2},
        "compute": {"cpu": 512, "memory_mib": 1024},
        "env_files": ["app"],
    }
    assert list(map(str, start.left_out)) == [
        "image: acme/shop:1.4 without its tag or digest: a release says which runs",
        "port 9090: a service is reached at one",
        "DB_PASSWORD looks like a secret: keep it in SSM or Secrets Manager and name it below `secrets`",
        "env_file: what is in it is pasted into the env file `app`, once it is provisioned",
        "restart: an entry has no such field",
        "service db: register it by itself",
        "volumes: an entry has no such field",
    ]


def test_a_task_definition_gives_its_first_container():
    start = SOURCES["task-definition"](json.dumps(DEFINITION))

    assert start.entry == {
        "name": "shop",
        "image": {"repository": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop"},
        "port": 8080,
        "exposure": {"paths": []},
        "environment": {"LOG_LEVEL": "info"},
        "secrets": {"STRIPE": {"secretsmanager": "shop/stripe", "key": "key"}, "DB": {"ssm": "/shop/db"}},
        "compute": {"cpu": 256, "memory_mib": 512, "architecture": "arm64"},
    }
    assert [it.partition(":")[0] for it in map(str, start.left_out)] == [
        "image",
        "logConfiguration",
        "linuxParameters",
        "container agent",
        "executionRoleArn",
    ]


def test_an_env_file_gives_variables_and_never_what_looks_like_a_secret():
    start = SOURCES["env"]("LOG_LEVEL=info\nDB_PASSWORD=hunter2hunter2\n")

    assert start.entry == {"environment": {"LOG_LEVEL": "info"}}
    assert "hunter2" not in "".join(start.left_out)
    assert any("DB_PASSWORD looks like a secret" in it for it in start.left_out)


@pytest.mark.parametrize(
    ("source", "text", "told"),
    [
        ("compose", "services: [", "is not YAML"),
        ("compose", "version: '3'\n", "holds no service"),
        ("task-definition", "{", "is not JSON"),
        ("task-definition", "[]", "holds no container"),
        ("env", "# nothing\n", "holds no variable"),
    ],
)
def test_what_cannot_be_read_is_told(source, text, told):
    with pytest.raises(CatalogError, match=told):
        SOURCES[source](text)


@pytest.mark.parametrize("said", ["x", 1, None, [], {}, [1], {"a": 1}, "a: b", True])
@pytest.mark.parametrize(
    "field", ["image", "ports", "environment", "command", "deploy", "stop_grace_period", "expose", "entrypoint"]
)
def test_no_field_of_another_shape_breaks_it(field, said):
    SOURCES["compose"](json.dumps({"services": {"shop": {field: said}}}))


@pytest.mark.parametrize("said", ["x", 1, None, [], {}, [1], {"a": 1}, True])
@pytest.mark.parametrize("field", ["image", "portMappings", "environment", "secrets", "command", "cpu", "memory"])
def test_no_member_of_another_shape_breaks_it(field, said):
    SOURCES["task-definition"](json.dumps({"containerDefinitions": [{field: said}], "cpu": said, "memory": said}))

"""Faults of single fields do not hide those where fields meet."""

from collections.abc import Iterator
from typing import Any

import pytest

from service_catalog.files.entries import ServiceFile, read_environment
from service_catalog.problems import CatalogError
from service_catalog.yaml_text.writer import render

ENTRY: dict[str, Any] = {
    "name": "x",
    "owner": "team",
    "image": {"repository": "x", "tag": "1"},
    "port": 80,
    "health": {"path": "/", "command": ["CMD", "true"]},
    "compute": {"cpu": 256, "memory_mib": 512},
    "tasks": {"min": 1, "max": 4},
    "scaling": {"cpu_percent": 60},
    "exposure": {"host": "a.example.com", "paths": ["/a", "/b"]},
    "environment": {"A": "1"},
    "env_files": ["app"],
    "secrets": {"B": {"ssm": "b"}, "C": {"secretsmanager": "c", "key": "k"}},
    "permissions": [{"queue": "q"}, {"table": "ttt"}],
    "deployment": {"maximum_percent": 200},
    "alarms": {"unhealthy_targets": 1},
    "environments": {"dev": {}},
}


def said_of(**changes: Any) -> list[str]:
    """Of the entry with some fields changed, None for left out; without file and line."""
    entry = {name: value for name, value in (ENTRY | changes).items() if value is not None}
    found = ServiceFile("x", render(entry).encode()).problems
    return [f"{problem.path}: {problem.message}" for problem in found]


def test_a_file_tells_both_kinds_in_the_order_of_its_lines():
    text = """\
name: x
owner: team
image: { repository: x }
port: "80"
compute: { cpu: 300 }
tasks: { min: 3, max: 2 }
secrets: { A: {} }
environments: { dev: {} }
"""
    assert [str(problem) for problem in ServiceFile("x", text.encode()).problems] == [
        "services/x.yaml:4: port: must be a whole number, got the text '80'; write 80",
        "services/x.yaml:5: compute.cpu: must be one of Fargate's sizes 256, 512, 1024, 2048, 4096, 8192, 16384, "
        "32768, got 300",
        "services/x.yaml:6: tasks.max: must be at least tasks.min (3), got 2",
        "services/x.yaml:7: secrets.A: must name one of ssm and secretsmanager; write { ssm: /path/to/parameter }",
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "audit"}, "name: must not be 'audit', which is reserved"),
        ({"image": {"repository": "x:1", "tag": 1}}, "image.repository: must hold no tag"),
        (
            {"compute": {"cpu": 256, "memory_mib": 3, "architecture": "arm"}},
            "compute.memory_mib: must be 512 to 2048 MiB",
        ),
        ({"health": {"path": 1, "command": ["true"]}}, "health.command: must begin with CMD or CMD-SHELL"),
        ({"tasks": {"min": 3, "max": 2}}, "tasks.max: must be at least tasks.min (3), got 2"),
        ({"deployment": {"maximum_percent": 150}}, "deployment.maximum_percent: makes a rollout impossible"),
        ({"exposure": None}, "alarms.unhealthy_targets: needs `exposure`"),
        ({"exposure": {"host": "localhost", "paths": ["a", "/b"]}}, "exposure.host: must end in a domain like .com"),
        ({"exposure": {"audience": "all", "paths": ["/a", "/a"]}}, "exposure.paths[1]: is listed twice"),
        ({"environment": {"A": 1, "AWS_EXECUTION_ENV": "x"}}, "environment.AWS_EXECUTION_ENV: is set by ECS itself"),
        ({"environment": {"B": 1}}, "secrets.B: is in `environment` too"),
        ({"secrets": {"A": {"sm": "x"}, "B": {}}}, "secrets.B: must name one of ssm and secretsmanager"),
        ({"secrets": {"A": "x", "B": {"ssm": "a/b"}}}, "secrets.B.ssm: must be a full path, got 'a/b'"),
        (
            {"permissions": [{"bucket": "B"}, {}]},
            "permissions[1]: must name one of bucket, queue, table, topic, event_bus, model, platform, statement",
        ),
        ({"env_files": ["app", "app"]}, "env_files[1]: is listed twice"),
    ],
)
def test_a_rule_is_told_beside_a_field_that_is_wrong(changes, said):
    found = said_of(port="x", **changes)

    assert "port: must be a whole number, got 'x'" in found
    assert [line for line in found if line.startswith(said)] != []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tasks": {"min": 3, "max": "x"}}, ["tasks.max: must be a whole number, got 'x'"]),
        ({"tasks": {"mn": 3, "max": 1}}, ["tasks.mn: is not a known field"]),
        ({"compute": {"cpu": 512, "memory": 1024}}, ["compute.memory: is not a known field"]),
        ({"secrets": {"D": {"sm": "x"}}}, ["secrets.D.sm: is not a known field"]),
        ({"exposure": {"paths": "/a", "host": "a.example.com"}}, ["exposure.paths: must be a list, got '/a'"]),
        ({"exposure": None, "exposre": {}}, ["exposre: is not a known field"]),
        ({"environment": ["A"]}, ["environment: must hold fields (key: value), got a list"]),
    ],
)
def test_nothing_is_made_up_about_what_could_not_be_read(changes, said):
    assert said_of(**changes) == said


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        (["a"], ["exposure.paths[0]: must begin with '/', got 'a'"]),
        ([], ["exposure.paths: needs at least 1, got none"]),
        (
            ["/1", "/2", "/3", "/4", "/5", "/6"],
            ["exposure.paths: must hold at most 5, got 6"],
        ),
    ],
)
def test_a_list_is_too_short_or_long_only_when_it_is(paths, said):
    assert said_of(exposure={"paths": paths}) == said


def test_an_environment_tells_both_kinds_too():
    text = """\
name: local
account_id: "123456789012"
region: tokyo
network:
  zones: 9
  existing: { vpc_id: vpc-1, public_subnet_ids: [subnet-1, subnet-1], private_subnet_ids: [a, subnet-2] }
"""
    with pytest.raises(CatalogError) as refused:
        read_environment("local", text.encode())

    assert [f"{problem.line} {problem.path}: {problem.message}" for problem in refused.value.problems] == [
        "3 region: must be a region like ap-northeast-1, got 'tokyo'",
        "5 network.zones: must be at most 4, got 9",
        "6 network.existing.private_subnet_ids[0]: must be a subnet's id (subnet-…), got 'a'",
        "5 network.zones: means nothing beside network.existing",
        "6 network.existing.public_subnet_ids[1]: is listed twice",
        "2 account_id: must be \"000000000000\" in local, got '123456789012'",
    ]


def test_whatever_stands_in_a_field_each_fault_is_told_once():
    whatever: list[Any] = [None, "", "x", -1, 1.5, True, [], {}, ["x", 1, None], {"zzz": 1}, [{}], {"A": {}}]
    for odd in whatever:
        *entries, _whole = _with(odd, ENTRY)
        for entry in entries:
            found = ServiceFile("x", render(entry).encode()).problems
            assert len(found) == len({(problem.path, problem.message) for problem in found})


def _with(odd: Any, part: Any) -> Iterator[Any]:
    """The part with each of its values, at any depth, replaced once; last the part itself."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from (part | {name: changed} for changed in _with(odd, value))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from ([*part[:index], changed, *part[index + 1 :]] for changed in _with(odd, value))
    yield odd

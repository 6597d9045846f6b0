"""What each kind of service has and needs; that a kind is provisioned at all is asked elsewhere."""

from typing import Any

import pytest

from service_catalog.model import Service
from service_catalog.validation.kinds import KIND_RULES
from service_catalog.yaml_text.locations import spelled

BASE: dict[str, Any] = {"name": "x", "owner": "team", "image": {"repository": "x"}}
WHOLE: dict[str, dict[str, Any]] = {
    "web": {
        "port": 80,
        "health": {"path": "/healthz", "codes": "200"},
        "exposure": {"paths": ["/x"]},
        "tasks": {"min": 2, "max": 4},
        "scaling": {"cpu_percent": 60},
        "alarms": {"unhealthy_targets": 1},
        "before_release": {"command": ["bin/migrate"]},
    },
    "worker": {
        "queue": {"retries": 3},
        "health": {"command": ["CMD", "true"]},
        "tasks": {"min": 0, "max": 4},
        "scaling": {"backlog_per_task": 100},
        "deployment": {"maximum_percent": 150},
        "alarms": {"message_age_seconds": 60, "dead_letters": 1, "cpu_percent": 90},
    },
    "job": {"schedule": {"rate": "1 hour"}, "run": {"attempts": 3}, "alarms": {"failed_runs": 1}},
    "task": {"run": {"copies": 50}, "command": ["bin/load"], "exec": True},
}


def said(kind: str, **changes: Any) -> list[str]:
    service = Service.model_validate(BASE | {"kind": kind} | changes)
    return [f"{spelled(fault.path)}: {fault.message}" for rule in KIND_RULES for fault in rule(service)]


@pytest.mark.parametrize("kind", WHOLE)
def test_a_kind_takes_its_own_fields(kind):
    assert said(kind, **WHOLE[kind]) == []


@pytest.mark.parametrize(
    ("kind", "changes", "faults"),
    [
        ("job", {"port": 80, "schedule": {"rate": "1 hour"}}, ["port: is no field of kind job, only of web"]),
        ("worker", {"exposure": {"paths": ["/x"]}}, ["exposure: is no field of kind worker, only of web"]),
        ("task", {"scaling": {}}, ["scaling: is no field of kind task, only of web, worker"]),
        ("web", {"queue": {}}, ["queue: is no field of kind web, only of worker"]),
        ("task", {"schedule": {"rate": "1 hour"}}, ["schedule: is no field of kind task, only of job"]),
        ("web", {"run": {"copies": 2}}, ["run: is no field of kind web, only of job, task"]),
        ("job", {"before_release": {"command": ["x"]}, "schedule": {"rate": "1 day"}}, [
            "before_release: is no field of kind job, only of web, worker"
        ]),
        ("worker", {"health": {"path": "/x", "grace_seconds": 1}}, [
            "health.path: is no field of kind worker, only of web"
        ]),
        ("web", {"scaling": {"backlog_per_task": 1}}, [
            "scaling.backlog_per_task: is no field of kind web, only of worker"
        ]),
        ("task", {"alarms": {"cpu_percent": 1, "failed_runs": 1}}, [
            "alarms.cpu_percent: is no field of kind task, only of web, worker"
        ]),
        ("job", {"port": None, "schedule": {"rate": "1 hour"}}, []),
        ("job", {}, ["schedule: is missing: a job runs on a schedule"]),
        ("web", {"exposure": {}}, ["port: is missing: the load balancer must know where the container listens"]),
        ("web", {}, []),
        ("web", {"health": {"path": "/x"}}, ["health.path: has no effect: nothing listens without `port`"]),
        ("worker", {}, []),
        ("worker", {"scaling": {"backlog_per_task": 1}, "alarms": {"dead_letters": 1, "message_age_seconds": 1}}, [
            "scaling.backlog_per_task: needs `queue`: there are no messages without",
            "alarms.message_age_seconds: needs `queue`: there are no messages without",
            "alarms.dead_letters: needs `queue`: there are no messages without",
        ]),
        ("worker", {"queue": {"existing": "q", "retries": 1, "fifo": True}, "alarms": {"dead_letters": 1}}, [
            "queue.retries: means nothing beside queue.existing",
            "queue.fifo: means nothing beside queue.existing",
            "alarms.dead_letters: needs a queue of its own: nobody knows the dead-letter queue of queue.existing",
        ]),
        ("worker", {"queue": {"existing": "q.fifo", "key_arn": None}}, []),
        ("worker", {"queue": {"existing": "q"}, "alarms": {"message_age_seconds": 1_209_600}}, []),
        ("worker", {"queue": {}, "alarms": {"message_age_seconds": 345_420}}, []),
        ("worker", {"queue": {}, "alarms": {"message_age_seconds": 345_421}}, [
            "alarms.message_age_seconds: must be at most 345420: SQS keeps a message for 4 days, got 345421"
        ]),
        ("web", {"tasks": {"min": 0}}, []),
        ("web", {"tasks": {"min": 0, "max": 2}, "scaling": {"cpu_percent": 60}}, [
            "tasks.min: must be at least 1: with no task there is no load that could start the first one"
        ]),
    ],
)  # fmt: skip
def test_what_a_kind_has_not_or_lacks_is_told(kind, changes, faults):
    assert said(kind, **changes) == faults


def test_a_field_of_another_kind_is_told_with_what_to_do():
    service = Service.model_validate(BASE | {"kind": "task", "port": 80})
    assert [fault.hint for rule in KIND_RULES for fault in rule(service)] == ["remove it, or change `kind`"]

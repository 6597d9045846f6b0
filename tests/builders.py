"""One valid example each; a test says only what matters to it: ``a_service(port=1)``.

Changes are what the YAML would say, whole top-level fields: ``a_service(tasks={"min": 2, "max": 4})``.
"""

from typing import Any

from service_catalog.model import Environment, Service


def a_service(**changes: Any) -> Service:
    entry: dict[str, Any] = {
        "name": "orders-api",
        "owner": "team-commerce",
        "image": {"repository": "orders-api"},
        "port": 8080,
        "health": {"path": "/healthz"},
        "tasks": {"min": 1, "max": 4},
        "exposure": {"audience": "public", "paths": ["/orders", "/orders/*"]},
        "env_files": ["app"],
    }
    return Service.model_validate(entry | changes)


def a_worker(**changes: Any) -> Service:
    entry: dict[str, Any] = {
        "name": "mailer",
        "owner": "team-commerce",
        "kind": "worker",
        "image": {"repository": "mailer"},
        "tasks": {"min": 0, "max": 4},
        "queue": {},
        "scaling": {"backlog_per_task": 100},
    }
    return Service.model_validate(entry | changes)


def a_job(**changes: Any) -> Service:
    entry: dict[str, Any] = {
        "name": "nightly",
        "owner": "team-commerce",
        "kind": "job",
        "image": {"repository": "nightly"},
        "schedule": {"cron": "0 3 * * ? *", "timezone": "Asia/Tokyo"},
    }
    return Service.model_validate(entry | changes)


def an_environment(**changes: Any) -> Environment:
    entry: dict[str, Any] = {"name": "dev", "account_id": "123456789012", "region": "ap-northeast-1"}
    return Environment.model_validate(entry | changes)
